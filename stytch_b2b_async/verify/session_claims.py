"""A member's session, as its JWT tells it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from stytch_b2b_async import converter
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession
from stytch_b2b_async.schema import fields_of

from .claims import ORGANIZATION, SESSION
from .errors import MalformedTokenError
from .tokens import VerifiedToken

_decode = msgspec.json.Decoder(dict[str, Any]).decode

RESERVED = frozenset({"aud", "exp", "iat", "iss", "jti", "nbf", "sub", SESSION, ORGANIZATION})
"""Claims of a session's JWT that are not custom."""

RESERVED_WITH_SCOPES = RESERVED | {"client_id", "scope"}
"""Claims of the other kinds of tokens that are not custom."""


def member_session(token: VerifiedToken) -> MemberSession:
    """Read the session that a token proves; each call gives a new one, so that nobody changes another's.

    Raises MalformedTokenError when the claims of the session or of its organization make no sense. A factor of a kind that is not
    known here is kept as far as it fits.
    """
    reading: tuple[dict[str, Any], list[AuthenticationFactor]] | None = token.readings.get("session")
    if reading is None:
        reading = token.readings["session"] = _read(token)
    fields, factors = reading
    session = msgspec.convert(fields, MemberSession)  # takes half the time of its constructor
    object.__setattr__(session, "authentication_factors", factors.copy())
    object.__setattr__(session, "custom_claims", custom_claims(token, RESERVED))
    return session


def custom_claims(token: VerifiedToken, reserved: frozenset[str]) -> dict[str, Any]:
    """Take the claims that are the project's own, down to the last a copy of the caller's own."""
    encoded: bytes | None = token.readings.get("custom claims")
    if encoded is None:
        own = {name: value for name, value in token.claims.items() if name not in reserved}
        encoded = token.readings["custom claims"] = converter.dumps(own)
    return _decode(encoded)


def organization_id(claims: Mapping[str, Any]) -> str:
    """Read which organization a token belongs to."""
    found = _claim(claims, ORGANIZATION).get("organization_id")
    if not isinstance(found, str) or not found:
        raise MalformedTokenError("the token names no organization")
    return found


def organization_slug(claims: Mapping[str, Any]) -> str:
    """Read the slug of that organization; `""` when the token does not tell."""
    found = _claim(claims, ORGANIZATION).get("slug")
    if found is not None and not isinstance(found, str):
        raise MalformedTokenError("the slug of the token's organization is no text")
    return found or ""


def _claim(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: Any = claims.get(name)
    if not isinstance(found, dict):
        raise MalformedTokenError(f"the token's claim {name} is no object")
    return cast("dict[str, Any]", found)


def _read(token: VerifiedToken) -> tuple[dict[str, Any], list[AuthenticationFactor]]:
    """Read a session's fields, and the factors apart: they are the same in each copy, and nobody can change them."""
    session, misfits = converter.structured(_session(token), MemberSession)
    for path, reason in misfits:
        if not path.startswith("$.authentication_factors["):
            raise MalformedTokenError(f"the token's session makes no sense: {reason} @ {path}")
    fields = {field.name: getattr(session, field.name) for field in fields_of(MemberSession)}
    return {**fields, "authentication_factors": []}, session.authentication_factors


def _session(token: VerifiedToken) -> dict[str, Any]:
    session = _claim(token.claims, SESSION)
    expires_at = session.get("expires_at")
    return {
        "member_session_id": session.get("id"),
        "member_id": token.subject,
        "started_at": session.get("started_at"),
        "last_accessed_at": session.get("last_accessed_at"),
        # Old tokens lack it.
        "expires_at": datetime.fromtimestamp(token.times.expires_at, UTC) if expires_at is None else expires_at,
        "authentication_factors": session.get("authentication_factors"),
        "organization_id": organization_id(token.claims),
        "organization_slug": organization_slug(token.claims),
        "roles": session.get("roles", []),  # none is none: what needs a role is then refused
    }
