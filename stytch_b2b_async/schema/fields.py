"""The fields of declared classes, computed once per class."""

from typing import Any, get_type_hints

import attrs

from .declare import cached, value_class
from .markers import Hidden, Location, WireFormat
from .shapes import Shape, shape_of
from .type_hints import notes_of


@value_class
class Field:
    """What is declared of one field."""

    name: str
    wire_name: str
    type: Any
    location: Location
    secret: bool
    required: bool
    join: str | None
    rest: bool

    @property
    def shape(self) -> Shape:
        """The JSON shape of the type."""
        return shape_of(self.type)


@cached
def fields_of(cls: type) -> tuple[Field, ...]:
    """Return the fields of a declared class in order."""
    hints = resolve(cls)
    return tuple(_field(attribute, hints[attribute.name]) for attribute in attrs.fields(cls))


@cached
def resolve(cls: type) -> dict[str, Any]:
    """Return the types of a class's fields, with `Annotated`."""
    return get_type_hints(cls, include_extras=True)


def _field(attribute: "attrs.Attribute[Any]", hint: Any) -> Field:
    notes = tuple(notes_of(hint))
    wire = next((note for note in notes if isinstance(note, WireFormat)), WireFormat())
    return Field(
        name=attribute.name,
        wire_name=wire.name or attribute.name,
        type=hint,
        location=next((note for note in notes if isinstance(note, Location)), Location.BODY),
        secret=Hidden.SECRET in notes,
        required=attribute.default is attrs.NOTHING,
        join=wire.join,
        rest=wire.rest,
    )
