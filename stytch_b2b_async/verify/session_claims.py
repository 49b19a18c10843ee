"""The claims of session JWTs, and claims that other tokens share with them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeAlias, TypeVar, cast

import attrs
import msgspec

from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession
from stytch_b2b_async.schema import Model, cached, converter, fields_of

from .claims import ORGANIZATION, SESSION
from .errors import MalformedTokenError
from .token_cache import VerifiedToken

T = TypeVar("T", bound=Model)

_Setter: TypeAlias = Callable[[object, Any], None]

_decode = msgspec.json.Decoder(dict[str, Any]).decode

RESERVED = frozenset({"aud", "exp", "iat", "iss", "jti", "nbf", "sub", SESSION, ORGANIZATION})
"""Claims of a session JWT that are not custom claims."""

RESERVED_WITH_SCOPES = RESERVED | {"client_id", "scope"}
"""Claims of the other token types that are not custom claims."""


class ClaimsFactory(Generic[T]):
    """Creates a new copy of a token's claims for each caller.

    - `custom_claims`: as JSON; decoding is the fastest way to copy it.
    """

    __slots__ = ("_custom_claims", "_fields", "_lists", "_model", "_set_claims", "_values")

    def __init__(self, model: type[T], fields: dict[str, Any], custom_claims: bytes) -> None:
        self._model = model
        self._fields: dict[str, Any] = fields
        self._custom_claims = custom_claims
        self._set_claims: _Setter | None = None

    def __call__(self) -> T:
        """Create a copy. Raises MalformedTokenError for invalid claims, at the first call."""
        set_claims = self._set_claims
        if set_claims is None:
            return self._converted()
        made: T = object.__new__(self._model)
        for setter, value in self._values:
            setter(made, value)
        for setter, items in self._lists:
            setter(made, items.copy())
        set_claims(made, _decode(self._custom_claims))
        return made

    def _converted(self) -> T:
        """Convert the fields. Most tokens are seen once: what copies need is kept from the second time on."""
        found = _convert(self._model, {**self._fields, "custom_claims": _decode(self._custom_claims)})
        if "custom_claims" in self._fields:
            self._prepare(found)
        self._fields["custom_claims"] = None
        return found

    def _prepare(self, found: T) -> None:
        """Keep the converted fields, and what sets them: they are immutable, except for lists."""
        setters = _setters(self._model)
        values = {name: getattr(found, name) for name in self._fields if name != "custom_claims"}
        lists = {name: cast("list[Any]", value) for name, value in values.items() if isinstance(value, list)}
        self._lists = [(setters[name], value.copy()) for name, value in lists.items()]
        self._values = [(setters[name], value) for name, value in values.items() if not isinstance(value, list)]
        self._set_claims = setters["custom_claims"]


def _convert(model: type[T], fields: dict[str, Any]) -> T:
    try:
        return msgspec.convert(fields, model)
    except msgspec.ValidationError as error:
        mismatch = str(error)  # names what was expected and where, without the value
    raise MalformedTokenError(f"invalid claims: {mismatch}")


@cached
def _setters(model: type[Model]) -> dict[str, _Setter]:
    """Return what sets each field of a frozen object that is being made."""
    return {field.name: getattr(model, field.name).__set__ for field in fields_of(model)}


def member_session(token: VerifiedToken) -> ClaimsFactory[MemberSession]:
    """Read the session from a token. A factor of an unknown type is kept as far as it matches the declaration."""
    session = _claim(token.claims, SESSION)
    expires_at = session.get("expires_at")
    fields = {
        "member_session_id": session.get("id"),
        "member_id": token.subject,
        "started_at": session.get("started_at"),
        "last_accessed_at": session.get("last_accessed_at"),
        # Older tokens do not have it.
        "expires_at": datetime.fromtimestamp(token.times.expires_at, UTC) if expires_at is None else expires_at,
        "authentication_factors": _factors(session.get("authentication_factors")),
        "organization_id": organization_id(token.claims),
        "organization_slug": organization_slug(token.claims),
        "roles": session.get("roles", []),  # without roles, checks that need one fail
    }
    return ClaimsFactory(MemberSession, fields, custom_claims(token.claims, RESERVED))


def custom_claims(claims: Mapping[str, Any], reserved: frozenset[str]) -> bytes:
    """Return the custom claims as JSON."""
    return converter.dumps({name: value for name, value in claims.items() if name not in reserved})


def organization_id(claims: Mapping[str, Any]) -> str:
    """Read the id of the token's organization."""
    found = _claim(claims, ORGANIZATION).get("organization_id")
    if not isinstance(found, str) or not found:
        raise MalformedTokenError("the token names no organization")
    return found


def organization_slug(claims: Mapping[str, Any]) -> str:
    """Read the slug of that organization; `""` if the token has none."""
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
    """Structure the factors once for all copies: it is slow, and they are immutable."""
    if not isinstance(claim, list):
        return None
    said: list[Any] = [
        {**_NO_DETAILS, **cast("dict[str, Any]", one)} if isinstance(one, dict) else one for one in cast("list[Any]", claim)
    ]
    try:  # with absent fields set, because msgspec needs three times as long to detect them
        return [msgspec.convert(one, AuthenticationFactor) for one in said]
    except msgspec.ValidationError:
        return converter.structured({"authentication_factors": claim}, MemberSession)[0].authentication_factors
