"""Settings of local token checks."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import attrs

from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.schema.validation import check_seconds


@attrs.frozen(kw_only=True)
class Verification:
    """Settings of a client's local token checks.

    - `audience`: accepted audiences, any one of which suffices; the project by default. A JWT template may set another one.
    - `issuers`: accepted issuers besides the project's name and the client's `base_url`, such as the project's own domain
      (`https://….customers.stytch.com`).
    - `keys`: public keys (JWKs) to begin with, so that the first check needs no network.
    - `policy_lifetime`: seconds that RBAC policies are cached, 600 by default.
    """

    audience: str | Sequence[str] | None = None
    issuers: Sequence[str] = ()
    keys: Sequence[JWK | Mapping[str, Any]] = attrs.field(default=(), repr=False)
    policy_lifetime: float = 600.0

    def __attrs_post_init__(self) -> None:
        """Reject a str where a list is expected, and an invalid number of seconds."""
        for name, value in (("issuers", self.issuers), ("keys", self.keys)):
            if isinstance(cast("object", value), str | bytes | Mapping):
                raise TypeError(f"{name} must be a list, not {type(value).__name__}")
        check_seconds("policy_lifetime", self.policy_lifetime, least=0)
