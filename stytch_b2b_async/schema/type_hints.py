"""Functions on type hints: metadata of `Annotated`, optional types, and types as people read them.

Only this module and `shapes` look inside a type hint: all other code works on fields and their shapes.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from types import NoneType, UnionType
from typing import Annotated, Any, TypeGuard, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs

from .declare import cached
from .markers import MAPPING_ACCEPTED


@cached
def resolve(cls: type) -> dict[str, Any]:
    """Return the types of a class's fields, with `Annotated`."""
    return get_type_hints(cls, include_extras=True)


def metadata_of(hint: Any) -> Iterator[Any]:
    """Yield the metadata of a field's type, including that of `X | None`, but not that of a container's items."""
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        yield from notes
        yield from metadata_of(inner)
    elif is_union(hint):
        for option in get_args(hint):
            yield from metadata_of(option)


def is_optional(hint: Any) -> bool:
    """Return whether a type includes None."""
    hint = strip_annotated(hint)
    return is_union(hint) and NoneType in get_args(hint)


def strip_optional(hint: Any) -> Any:
    """Remove metadata and None from a type. Raises TypeError for a union of several types."""
    hint = strip_annotated(hint)
    if not is_union(hint):
        return hint
    options = [option for option in get_args(hint) if option is not NoneType]
    if len(options) > 1:
        raise TypeError(f"{hint!r} is a union of several types")
    return strip_optional(options[0])


def strip_annotated(hint: Any) -> Any:
    """Remove the metadata of a type."""
    return strip_annotated(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def strip_all_annotated(hint: Any) -> Any:
    """Remove the metadata of a type and its arguments, as people read it."""
    if MAPPING_ACCEPTED in getattr(hint, "__metadata__", ()):
        return strip_annotated(hint) | Mapping[str, Any]
    hint = strip_annotated(hint)
    if is_union(hint):
        return reduce(lambda one, other: one | other, map(strip_all_annotated, get_args(hint)))
    origin: Any = get_origin(hint)
    containers: set[Any] = {list, dict, Mapping, Sequence}
    return origin[tuple(map(strip_all_annotated, get_args(hint)))] if origin in containers else hint


def is_union(hint: Any) -> bool:
    """Return whether a type is a union."""
    return get_origin(hint) in {Union, UnionType}


def is_model(hint: Any) -> TypeGuard[type[attrs.AttrsInstance]]:
    """Return whether a type is a declared class."""
    return isinstance(hint, type) and attrs.has(hint)


@cached
def argument_of(cls: type, generic: type) -> type | None:
    """Return the `X` of a class that is declared as a `generic[X]`, or derives from such a class; otherwise None."""
    for base in (base for each in cls.__mro__ for base in getattr(each, "__orig_bases__", ())):
        if issubclass(get_origin(base) or object, generic) and not isinstance(get_args(base)[0], TypeVar):
            return cast("type", get_args(base)[0])
    return None
