"""Replies that say everything that their declarations know."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeAlias, get_args, get_origin

from stytch_b2b_async import Request
from stytch_b2b_async.api.passwords import Authenticate, Migrate, StrengthCheck, discovery, email, existing_password, sessions
from stytch_b2b_async.api.passwords.discovery import email as discovery_email
from stytch_b2b_async.schema import Field, Model, fields_of, is_union, strip_annotated

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


def full(hint: Any, at: str = "reply", *, optional: bool = True) -> Any:
    """Make the JSON of a type: every field is there, lists hold two items, no two strings are alike."""
    hint = strip_annotated(hint)
    if is_union(hint):
        return full(next(option for option in get_args(hint) if option is not type(None)), at, optional=optional)
    if isinstance(hint, type) and issubclass(hint, Model):
        fields = [field for field in fields_of(hint) if optional or field.required]
        return _object((field, full(field.type, f"{at}.{field.wire_name}", optional=optional)) for field in fields)
    if get_origin(hint) is list:
        return [full(get_args(hint)[0], f"{at}.{index}", optional=optional) for index in range(2)]
    if get_origin(hint) is dict and get_args(hint)[1] is not Any:
        return {f"key {index}": full(get_args(hint)[1], f"{at}.{index}", optional=optional) for index in range(2)}
    if get_origin(hint) is dict:
        return {"a key": at, "nothing": None, "deep": {"er": [1, 2.5, True]}}
    scalars = {str: f"the {at}", bool: True, int: 7, float: 0.5, datetime: "2026-01-02T03:04:05Z"}
    return scalars[hint]


def minimal(hint: Any) -> Any:
    """Make the JSON of a type with nothing but the fields that are always there."""
    return full(hint, optional=False)


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
        said |= inner if field.rest and inner is not None else {field.wire_name: inner}
    return said


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Walk through JSON: the path of everything in it."""
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in entries:
        yield (*here, step)
        yield from paths(inner, (*here, step))
