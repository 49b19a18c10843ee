"""How tokens are to be checked."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import attrs

from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.schema.validation import check_seconds


@attrs.frozen(kw_only=True)
class Verification:
    """Settings of the checks that a client makes on this machine.

    - `audience`: whom tokens must be for, instead of the project: a JWT template may set it. Several are alternatives.
    - `issuers`: further issuers to take, such as the project's own domain (`https://….customers.stytch.com`). The project's name
      and the client's `base_url` are taken anyway.
    - `keys`: public keys to begin with, so that the first check needs no network.
    - `policy_lifetime`: seconds that role policies are kept, 600 by default.
    """

    audience: str | Sequence[str] | None = None
    issuers: Sequence[str] = ()
    keys: Sequence[JWK | Mapping[str, Any]] = attrs.field(default=(), repr=False)
    policy_lifetime: float = 600.0

    def __attrs_post_init__(self) -> None:
        """Refuse what would be taken apart letter by letter, or could not be added to a clock."""
        for name, value in (("issuers", self.issuers), ("keys", self.keys)):
            if isinstance(cast("object", value), str | bytes | Mapping):
                raise TypeError(f"{name} must be a list, not {type(value).__name__}")
        check_seconds("policy_lifetime", self.policy_lifetime, least=0)
