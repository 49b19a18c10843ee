"""The fields of declared classes, computed once per class."""

from typing import Any

import attrs

from .declare import cached, value_class
from .markers import MAPPING_ACCEPTED, SENSITIVE, Location, WireFormat
from .shapes import Shape, model_in, shape_of
from .type_hints import is_optional, metadata_of, resolve


@value_class
class Field:
    """The declaration of a field."""

    name: str
    wire_name: str
    type: Any
    location: Location
    sensitive: bool
    required: bool
    """Whether the declaration has no default."""
    nullable: bool
    """Whether the value may be None."""
    accepts_mapping: bool
    """Whether a mapping is accepted instead of a model."""
    delimiter: str | None
    catch_all: bool

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
def models_of(cls: type) -> tuple[type, ...]:
    """Return a declared class and the classes that its fields hold, at any depth, each once."""
    found = {cls: None}
    for model in (waiting := [cls]):
        inner = dict.fromkeys(held for field in fields_of(model) if (held := model_in(field.shape)))
        waiting += [each for each in inner if each not in found]
        found |= inner
    return tuple(found)


def _field(attribute: "attrs.Attribute[Any]", hint: Any) -> Field:
    notes = tuple(metadata_of(hint))
    wire = next((note for note in notes if isinstance(note, WireFormat)), WireFormat())
    return Field(
        name=attribute.name,
        wire_name=wire.alias or attribute.name,
        type=hint,
        location=next((note for note in notes if isinstance(note, Location)), Location.BODY),
        sensitive=SENSITIVE in notes,
        required=attribute.default is attrs.NOTHING,
        nullable=is_optional(hint),
        accepts_mapping=MAPPING_ACCEPTED in notes,
        delimiter=wire.delimiter,
        catch_all=wire.catch_all,
    )
