"""A member's session, as its JWT tells it; and what other tokens tell in the same words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

import attrs
import msgspec

from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession
from stytch_b2b_async.schema import Model, converter

from .claims import ORGANIZATION, SESSION
from .errors import MalformedTokenError
from .token_cache import VerifiedToken

T = TypeVar("T", bound=Model)

_decode = msgspec.json.Decoder(dict[str, Any]).decode

RESERVED = frozenset({"aud", "exp", "iat", "iss", "jti", "nbf", "sub", SESSION, ORGANIZATION})
"""Claims of a session's JWT that are not custom."""

RESERVED_WITH_SCOPES = RESERVED | {"client_id", "scope"}
"""Claims of the other kinds of tokens that are not custom."""


@attrs.define
class ClaimsFactory(Generic[T]):
    """What a token says: each call makes a new copy, so that nobody changes another's."""

    model: type[T]
    fields: dict[str, Any] = attrs.field(repr=False)
    custom_claims: bytes = attrs.field(repr=False)
    """As JSON: nothing copies it faster than decoding."""

    def __call__(self) -> T:
        """Make a copy. Raises MalformedTokenError, the first time as every time, for invalid claims."""
        try:
            return msgspec.convert({**self.fields, "custom_claims": _decode(self.custom_claims)}, self.model)
        except msgspec.ValidationError as error:
            mismatch = str(error)  # says what was expected where, never a value
        raise MalformedTokenError(f"invalid claims: {mismatch}")


def member_session(token: VerifiedToken) -> ClaimsFactory[MemberSession]:
    """Read the session that a token proves. A factor of a kind that is not known here is kept as far as it fits."""
    session = _claim(token.claims, SESSION)
    expires_at = session.get("expires_at")
    fields = {
        "member_session_id": session.get("id"),
        "member_id": token.subject,
        "started_at": session.get("started_at"),
        "last_accessed_at": session.get("last_accessed_at"),
        # Old tokens lack it.
        "expires_at": datetime.fromtimestamp(token.times.expires_at, UTC) if expires_at is None else expires_at,
        "authentication_factors": _factors(session.get("authentication_factors")),
        "organization_id": organization_id(token.claims),
        "organization_slug": organization_slug(token.claims),
        "roles": session.get("roles", []),  # without roles, what needs one is refused
    }
    return ClaimsFactory(MemberSession, fields, custom_claims(token.claims, RESERVED))


def custom_claims(claims: Mapping[str, Any], reserved: frozenset[str]) -> bytes:
    """Take the claims that are the project's own, as JSON."""
    return converter.dumps({name: value for name, value in claims.items() if name not in reserved})


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
        raise MalformedTokenError("the organization's slug is not a string")
    return found or ""


def _claim(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: Any = claims.get(name)
    if not isinstance(found, dict):
        raise MalformedTokenError(f"claim `{name}` is not an object")
    return cast("dict[str, Any]", found)


_NO_DETAILS = {field.name: None for field in attrs.fields(cast("Any", AuthenticationFactor)) if field.default is None}


def _factors(claim: object) -> list[AuthenticationFactor] | None:
    """Structure factors once for all copies: it takes long, and nobody can change them."""
    if not isinstance(claim, list):
        return None
    said: list[Any] = [
        {**_NO_DETAILS, **cast("dict[str, Any]", one)} if isinstance(one, dict) else one for one in cast("list[Any]", claim)
    ]
    try:  # with what they do not have said, because msgspec takes three times as long to find that out
        return msgspec.convert(said, list[AuthenticationFactor])
    except msgspec.ValidationError:
        return converter.structured({"authentication_factors": claim}, MemberSession)[0].authentication_factors
