"""A member's session, as its JWT tells it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from stytch_b2b_async import converter
from stytch_b2b_async.models.session import MemberSession

from .claims import ORGANIZATION, SESSION
from .errors import MalformedTokenError
from .tokens import VerifiedToken

RESERVED = frozenset({"aud", "exp", "iat", "iss", "jti", "nbf", "sub", SESSION, ORGANIZATION})
"""Claims that are not custom."""


def member_session(token: VerifiedToken) -> MemberSession:
    """Read the session that a token proves; each call gives a new one, so that nobody changes another's.

    Raises MalformedTokenError when the claims of the session or of its organization make no sense. A factor of a kind that is not
    known here is kept as far as it fits.
    """
    encoded: bytes | None = token.readings.get("session")
    if encoded is None:
        encoded = token.readings["session"] = _checked(converter.dumps(_session(token)))
    return _loaded(encoded)[0]


def custom_claims(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Take the claims that are the project's own."""
    return {name: value for name, value in claims.items() if name not in RESERVED}


def organization_id(claims: Mapping[str, Any]) -> str:
    """Read which organization a token belongs to."""
    found = _claim(claims, ORGANIZATION).get("organization_id")
    if not isinstance(found, str) or not found:
        raise MalformedTokenError("the token names no organization")
    return found


def _claim(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: Any = claims.get(name)
    if not isinstance(found, dict):
        raise MalformedTokenError(f"the token's claim {name} is no object")
    return cast("dict[str, Any]", found)


def _session(token: VerifiedToken) -> dict[str, Any]:
    session, organization = _claim(token.claims, SESSION), _claim(token.claims, ORGANIZATION)
    return {
        "member_session_id": session.get("id"),
        "member_id": token.subject,
        "started_at": session.get("started_at"),
        "last_accessed_at": session.get("last_accessed_at"),
        "expires_at": session.get("expires_at") or datetime.fromtimestamp(token.times.expires_at, UTC),  # old tokens lack it
        "authentication_factors": session.get("authentication_factors"),
        "organization_id": organization_id(token.claims),
        "organization_slug": organization.get("slug", ""),
        "roles": session.get("roles", []),  # none is none: what needs a role is then refused
        "custom_claims": custom_claims(token.claims),
    }


def _loaded(encoded: bytes) -> tuple[MemberSession, list[converter.Misfit]]:
    return cast("tuple[MemberSession, list[converter.Misfit]]", converter.loads(encoded, MemberSession))  # an object: never None


def _checked(encoded: bytes) -> bytes:
    _, misfits = _loaded(encoded)
    for path, reason in misfits:
        if not path.startswith("$.authentication_factors["):
            raise MalformedTokenError(f"the token's session makes no sense: {reason} @ {path}")
    return encoded
