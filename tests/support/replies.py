"""Replies that say everything that their declarations know."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeAlias, assert_never

from stytch_b2b_async import Request
from stytch_b2b_async.api.passwords import Authenticate, Migrate, StrengthCheck, discovery, email, existing_password, sessions
from stytch_b2b_async.api.passwords.discovery import email as discovery_email
from stytch_b2b_async.schema import Field, FreeForm, ListOf, MapOf, Model, ObjectOf, Scalar, Shape, fields_of

PASSWORDS: tuple[type[Request[Any]], ...] = (
    StrengthCheck,
    Migrate,
    Authenticate,
    email.ResetStart,
    email.Reset,
    email.RequireReset,
    sessions.Reset,
    existing_password.Reset,
    discovery.Authenticate,
    discovery_email.ResetStart,
    discovery_email.Reset,
)
"""All requests about passwords."""

Path: TypeAlias = tuple[str | int, ...]


def full(cls: type[Model], *, optional: bool = True) -> dict[str, Any]:
    """Make the JSON of a class: every field is there, lists hold two items, no two strings are alike."""
    return _members(cls, "reply", optional=optional)


def minimal(cls: type[Model]) -> dict[str, Any]:
    """Make the JSON of a class with nothing but the fields that are always there."""
    return full(cls, optional=False)


def _members(cls: type[Model], at: str, *, optional: bool) -> dict[str, Any]:
    fields = [field for field in fields_of(cls) if optional or field.required]
    return _object((field, _json(field.shape, f"{at}.{field.wire_name}", optional=optional)) for field in fields)


def _json(shape: Shape, at: str, *, optional: bool) -> Any:
    match shape:
        case ObjectOf(model=model):
            return _members(model, at, optional=optional)
        case ListOf(item=item):
            return [_json(item, f"{at}.{index}", optional=optional) for index in range(2)]
        case MapOf(value=value):
            return {f"key {index}": _json(value, f"{at}.{index}", optional=optional) for index in range(2)}
        case FreeForm():
            return {"a key": at, "nothing": None, "deep": {"er": [1, 2.5, True]}}
        case Scalar(format="date-time"):
            return "2026-01-02T03:04:05Z"
        case Scalar(type=kind):
            return {"string": f"the {at}", "boolean": True, "integer": 7, "number": 0.5}[kind]
    assert_never(shape)


def plain(value: Any, *, unset: bool = True) -> Any:
    """Turn a decoded value back into JSON, in the plainest way, with or without the fields that are None."""
    if isinstance(value, Model):
        given = ((field, getattr(value, field.name)) for field in fields_of(type(value)))
        return _object((field, plain(inner, unset=unset)) for field, inner in given if unset or inner is not None)
    if isinstance(value, list):
        return [plain(item, unset=unset) for item in value]
    if isinstance(value, dict):
        return {key: plain(item, unset=unset) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value


def _object(fields: Iterable[tuple[Field, Any]]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for field, inner in fields:
        said |= inner if field.catch_all and inner is not None else {field.wire_name: inner}
    return said


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Walk through JSON: the path of everything in it."""
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in entries:
        yield (*here, step)
        yield from paths(inner, (*here, step))
