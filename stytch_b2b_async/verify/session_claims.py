"""The claims of session JWTs, and claims that other tokens share with them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeAlias, TypeVar, cast

import attrs
import msgspec

from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession
from stytch_b2b_async.schema import Model, cached, converter, fields_of
from stytch_b2b_async.schema.shapes import ListOf

from .claims import ORGANIZATION, SESSION
from .errors import MalformedTokenError
from .token_cache import Copy, VerifiedToken

T = TypeVar("T", bound=Model)

_Setter: TypeAlias = Callable[[object, Any], None]

_decode = msgspec.json.Decoder(dict[str, Any]).decode

RESERVED = frozenset({"aud", "exp", "iat", "iss", "jti", "nbf", "sub", SESSION, ORGANIZATION})
"""Claims of a session JWT that are not custom claims."""

RESERVED_WITH_SCOPES = RESERVED | {"client_id", "scope"}
"""Claims of the other token types that are not custom claims."""


def copied(model: type[T], fields: dict[str, Any], custom_claims: bytes) -> tuple[T, Copy[T]]:
    """Return the claims of a token, and what makes copies. Raises MalformedTokenError for invalid ones.

    - `custom_claims`: as JSON; decoding is the fastest way to copy it.
    """
    fields["custom_claims"] = _decode(custom_claims)
    found = _convert(model, fields)
    return found, _Copies(found, custom_claims)


class _Copies(Generic[T]):
    """Makes copies of an object that is immutable, except for its lists and custom claims."""

    __slots__ = ("_custom_claims", "_lists", "_model", "_set_custom_claims", "_values")

    def __init__(self, found: T, custom_claims: bytes) -> None:
        self._model = type(found)
        plan = _plan(self._model)
        self._values = [(setter, getattr(found, name)) for name, setter in plan.immutable]
        self._lists = [(setter, getattr(found, name).copy()) for name, setter in plan.lists]
        self._set_custom_claims = plan.set_custom_claims
        self._custom_claims = custom_claims

    def __call__(self) -> T:
        made: T = object.__new__(self._model)
        for setter, value in self._values:
            setter(made, value)
        for setter, items in self._lists:
            setter(made, items.copy())
        self._set_custom_claims(made, _decode(self._custom_claims))
        return made


@attrs.frozen
class _Plan:
    """How objects of a model are copied."""

    immutable: tuple[tuple[str, _Setter], ...]
    """Fields, and what sets them."""
    lists: tuple[tuple[str, _Setter], ...]
    set_custom_claims: _Setter


@cached
def _plan(model: type[Model]) -> _Plan:
    setters: dict[str, _Setter] = {field.name: getattr(model, field.name).__set__ for field in fields_of(model)}
    lists = {field.name: setters[field.name] for field in fields_of(model) if isinstance(field.shape, ListOf)}
    immutable = {name: setter for name, setter in setters.items() if name not in lists and name != "custom_claims"}
    return _Plan(tuple(immutable.items()), tuple(lists.items()), setters["custom_claims"])


def _convert(model: type[T], fields: dict[str, Any]) -> T:
    try:
        return msgspec.convert(fields, model)
    except msgspec.ValidationError as error:
        mismatch = str(error)  # names what was expected and where, without the value
    raise MalformedTokenError(f"invalid claims: {mismatch}")


def member_session(token: VerifiedToken) -> tuple[MemberSession, Copy[MemberSession]]:
    """Read the session from a token. A factor of an unknown type is kept as far as it matches the declaration."""
    session, organization = _claim(token.claims, SESSION), _claim(token.claims, ORGANIZATION)
    expires_at, factors = session.get("expires_at"), session.get("authentication_factors")
    fields = {
        "member_session_id": session.get("id"),
        "member_id": token.subject,
        "started_at": session.get("started_at"),
        "last_accessed_at": session.get("last_accessed_at"),
        # Older tokens do not have it.
        "expires_at": datetime.fromtimestamp(token.times.expires_at, UTC) if expires_at is None else expires_at,
        "authentication_factors": _with_all_details(factors),
        "organization_id": _id_of(organization),
        "organization_slug": _slug_of(organization),
        "roles": session.get("roles", []),  # without roles, checks that need one fail
    }
    others = custom_claims(token.claims, RESERVED)
    try:
        return copied(MemberSession, fields, others)
    except MalformedTokenError:  # perhaps because of a factor alone
        lenient = converter.structured({"authentication_factors": factors}, MemberSession)[0].authentication_factors
    return copied(MemberSession, {**fields, "authentication_factors": lenient}, others)


def custom_claims(claims: Mapping[str, Any], reserved: frozenset[str]) -> bytes:
    """Return the custom claims as JSON."""
    if claims.keys() <= reserved:
        return b"{}"
    return converter.dumps({name: value for name, value in claims.items() if name not in reserved})


def organization_id(claims: Mapping[str, Any]) -> str:
    """Read the id of the token's organization."""
    return _id_of(_claim(claims, ORGANIZATION))


def organization_slug(claims: Mapping[str, Any]) -> str:
    """Read the slug of that organization; `""` if the token has none."""
    return _slug_of(_claim(claims, ORGANIZATION))


def _id_of(organization: Mapping[str, Any]) -> str:
    found = organization.get("organization_id")
    if not isinstance(found, str) or not found:
        raise MalformedTokenError("the token names no organization")
    return found


def _slug_of(organization: Mapping[str, Any]) -> str:
    found = organization.get("slug")
    if found is not None and not isinstance(found, str):
        raise MalformedTokenError("the organization's slug is not a string")
    return found or ""


def _claim(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: Any = claims.get(name)
    if not isinstance(found, dict):
        raise MalformedTokenError(f"claim `{name}` is not an object")
    return cast("dict[str, Any]", found)


_NO_DETAILS = {field.name: None for field in attrs.fields(cast("Any", AuthenticationFactor)) if field.default is None}


def _with_all_details(factors: object) -> object:
    """Set the details that factors do not have: msgspec needs three times as long to detect them."""
    if not isinstance(factors, list):
        return factors
    return [{**_NO_DETAILS, **cast("dict[str, Any]", one)} if isinstance(one, dict) else one for one in cast("list[Any]", factors)]
