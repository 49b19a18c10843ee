"""What is known of a field, worked out once per class."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import attrs

from .declare import cached, value_class
from .markers import Hidden, Location, WireFormat


@value_class
class Field:
    """What is known of one field, worked out once per class."""

    name: str
    wire_name: str
    type: Any
    place: Location
    secret: bool
    required: bool
    join: str | None
    rest: bool


@cached
def fields_of(cls: type) -> tuple[Field, ...]:
    """List the fields of a declared class in their order."""
    hints = resolve(cls)
    return tuple(_field(attribute, hints[attribute.name]) for attribute in attrs.fields(cls))


@cached
def resolve(cls: type) -> dict[str, Any]:
    """Tell the types of a class's fields, `Annotated` included."""
    return get_type_hints(cls, include_extras=True)


def _field(attribute: "attrs.Attribute[Any]", hint: Any) -> Field:
    notes = tuple(notes_of(hint))
    wire = next((note for note in notes if isinstance(note, WireFormat)), WireFormat())
    return Field(
        name=attribute.name,
        wire_name=wire.name or attribute.name,
        type=hint,
        place=next((note for note in notes if isinstance(note, Location)), Location.BODY),
        secret=Hidden.SECRET in notes,
        required=attribute.default is attrs.NOTHING,
        join=wire.join,
        rest=wire.rest,
    )


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
    hint = strip_annotated(hint)
    if is_union(hint):
        return reduce(lambda one, other: one | other, map(plain, get_args(hint)))
    origin = get_origin(hint)
    return origin[tuple(map(plain, get_args(hint)))] if origin in {list, dict, Mapping, Sequence} else hint


def is_union(hint: Any) -> bool:
    """Tell `X | Y` from other types."""
    return get_origin(hint) in {Union, UnionType}
