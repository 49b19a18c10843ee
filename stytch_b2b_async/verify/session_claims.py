"""A member's session, as its JWT tells it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from stytch_b2b_async import converter
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.schema import copied

from .claims import ORGANIZATION, SESSION
from .errors import MalformedTokenError
from .tokens import VerifiedToken

_decode = msgspec.json.Decoder(dict[str, Any]).decode

RESERVED = frozenset({"aud", "exp", "iat", "iss", "jti", "nbf", "sub", SESSION, ORGANIZATION})
"""Claims that are not custom."""


def member_session(token: VerifiedToken) -> MemberSession:
    """Read the session that a token proves; each call gives a new one, so that nobody changes another's.

    Raises MalformedTokenError when the claims of the session or of its organization make no sense. A factor of a kind that is not
    known here is kept as far as it fits.
    """
    session, claims = token.readings.get("session") or _read(token)
    return copied(
        session,
        roles=session.roles.copy(),
        authentication_factors=session.authentication_factors.copy(),
        custom_claims=_decode(claims),
    )


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


def _read(token: VerifiedToken) -> tuple[MemberSession, bytes]:
    session, misfits = converter.structured(_session(token), MemberSession)
    for path, reason in misfits:
        if not path.startswith("$.authentication_factors["):
            raise MalformedTokenError(f"the token's session makes no sense: {reason} @ {path}")
    reading = token.readings["session"] = session, converter.dumps(session.custom_claims)
    return reading
