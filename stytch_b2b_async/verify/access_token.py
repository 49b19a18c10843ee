"""Claims of connected-app access tokens, which act on behalf of a member."""

from typing import Any, cast

from stytch_b2b_async.schema import Model, frozen

from . import scopes
from .errors import MalformedTokenError
from .session_claims import RESERVED_WITH_SCOPES, copied, custom_claims, organization_id, organization_slug
from .token_cache import Copy, VerifiedToken


@frozen
class AccessTokenClaims(Model):
    """Claims of a connected-app access token."""

    subject: str
    """The member's id."""
    client_id: str
    """The connected app's id."""
    scope: str
    """Scopes, separated by spaces."""
    organization_id: str
    organization_slug: str
    issuer: str
    audience: list[str]
    expires_at: int
    """Seconds since 1970, as are the next two."""
    issued_at: int
    not_before: int
    custom_claims: dict[str, Any]


def access_token_claims(token: VerifiedToken) -> tuple[AccessTokenClaims, Copy[AccessTokenClaims]]:
    """Read the claims of a connected-app access token."""
    claims = token.claims
    fields = {
        "subject": token.subject,
        "client_id": _text(claims, "client_id"),
        "scope": " ".join(scopes.split(claims.get("scope"))),
        "organization_id": organization_id(claims),
        "organization_slug": organization_slug(claims),
        "issuer": claims["iss"],
        "audience": [str(one) for one in _list(claims["aud"])],
        "expires_at": int(token.times.expires_at),
        "issued_at": int(token.times.issued_at),
        "not_before": int(token.times.not_before),
    }
    return copied(AccessTokenClaims, fields, custom_claims(claims, RESERVED_WITH_SCOPES))


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedTokenError(f"claim `{name}` is missing")
    return value
