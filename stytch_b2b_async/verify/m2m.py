"""What the token of a machine-to-machine client says."""

from typing import Any

from stytch_b2b_async.schema import Model, frozen

from . import scopes
from .session_claims import RESERVED_WITH_SCOPES, ClaimsFactory, custom_claims
from .token_cache import VerifiedToken


@frozen
class MachineClaims(Model):
    """What a machine-to-machine client's token says."""

    client_id: str
    scopes: list[str]
    custom_claims: dict[str, Any]


def machine_claims(token: VerifiedToken) -> ClaimsFactory[MachineClaims]:
    """Read what a machine's token says."""
    fields = {"client_id": token.subject, "scopes": scopes.split(token.claims.get("scope"))}
    return ClaimsFactory(MachineClaims, fields, custom_claims(token.claims, RESERVED_WITH_SCOPES))
