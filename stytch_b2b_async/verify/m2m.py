"""Claims of M2M tokens."""

from typing import Any

from stytch_b2b_async.schema import Model, frozen

from . import scopes
from .session_claims import RESERVED_WITH_SCOPES, copied, custom_claims
from .token_cache import Copy, VerifiedToken


@frozen
class MachineClaims(Model):
    """Claims of an M2M token."""

    client_id: str
    scopes: list[str]
    custom_claims: dict[str, Any]


def machine_claims(token: VerifiedToken) -> tuple[MachineClaims, Copy[MachineClaims]]:
    """Read the claims of an M2M token."""
    fields = {"client_id": token.subject, "scopes": scopes.split(token.claims.get("scope"))}
    return copied(MachineClaims, fields, custom_claims(token.claims, RESERVED_WITH_SCOPES))
