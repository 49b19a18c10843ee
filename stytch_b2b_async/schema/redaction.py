"""Find the secrets of a declared value, and copy it without them."""

from collections.abc import Iterator, Sequence
from typing import cast

from .declare import T
from .fields import fields_of
from .model import Model


def secrets_of(value: object) -> Iterator[str]:
    """Yield every secret string in a declared value, at any depth."""
    if isinstance(value, Model):
        for field in fields_of(type(value)):
            inner = getattr(value, field.name)
            yield from _strings(inner) if field.sensitive else secrets_of(inner)
    elif isinstance(value, list | tuple):
        for item in cast("Sequence[object]", value):
            yield from secrets_of(item)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in cast("Sequence[object]", value):
            yield from _strings(item)


def redacted(value: T) -> T:
    """Copy a declared value with `***` instead of its secrets, as in pickled errors."""
    if isinstance(value, Model):
        copy = object.__new__(type(value))  # without validation: `***` is not a valid token
        for field in fields_of(type(value)):
            inner = getattr(value, field.name)
            object.__setattr__(copy, field.name, "***" if field.sensitive and inner else redacted(inner))
        return copy
    if isinstance(value, list):
        return cast("T", [redacted(item) for item in cast("Sequence[object]", value)])
    return value
