"""Walking type hints: what `Annotated` adds, what a union is made of."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from types import UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

import attrs

from .markers import MAPPING_ACCEPTED


def notes_of(hint: Any) -> Iterator[Any]:
    """Yield what `Annotated` says of the field itself: through `X | None`, not into a container's items."""
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        yield from notes
        yield from notes_of(inner)
    elif is_union(hint):
        for option in get_args(hint):
            yield from notes_of(option)


def strip_annotated(hint: Any) -> Any:
    """Take the notes off a type."""
    return strip_annotated(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def plain(hint: Any) -> Any:
    """Take the notes off a type and off what it is made of, for people to read."""
    if MAPPING_ACCEPTED in getattr(hint, "__metadata__", ()):
        return strip_annotated(hint) | Mapping[str, Any]
    hint = strip_annotated(hint)
    if is_union(hint):
        return reduce(lambda one, other: one | other, map(plain, get_args(hint)))
    origin: Any = get_origin(hint)
    containers: set[Any] = {list, dict, Mapping, Sequence}
    return origin[tuple(map(plain, get_args(hint)))] if origin in containers else hint


def is_union(hint: Any) -> bool:
    """Tell `X | Y` from other types."""
    return get_origin(hint) in {Union, UnionType}


def is_model(hint: Any) -> TypeGuard[type[attrs.AttrsInstance]]:
    """Tell a declared class from other types."""
    return isinstance(hint, type) and attrs.has(hint)


def models_in(hint: Any) -> Iterator[type[attrs.AttrsInstance]]:
    """Yield the declared classes that a type is made of."""
    if is_model(hint):
        yield hint
    for part in get_args(hint):
        yield from models_in(part)


def holds_model(hint: Any) -> bool:
    """Tell whether a type is a declared class, or made of some."""
    return next(models_in(hint), None) is not None
