"""Types as JSON sees them.

A type hint describes a value in Python, and a shape its JSON. All code that shows, reads or compares declared values (converter,
documents, forms, command lines) works on shapes: only this module and `type_hints` look inside type hints.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args, get_origin

import attrs
import msgspec

from .declare import cached
from .markers import KnownValues
from .type_hints import is_model, metadata_of, strip_optional

JSONType: TypeAlias = Literal["string", "integer", "number", "boolean"]

_JSON_TYPES: Mapping[object, JSONType] = {str: "string", int: "integer", float: "number", bool: "boolean", datetime: "string"}


@attrs.frozen
class Scalar:
    """A string, a number or a boolean."""

    type: JSONType
    format: str | None = None
    """`date-time` for an RFC 3339 timestamp."""
    known_values: tuple[str, ...] = ()
    """The documented values of a string that accepts others too."""
    minimum: int | float | None = None
    """The documented minimum; the API checks bounds."""
    maximum: int | float | None = None
    min_length: int | None = None
    """In characters, of a string."""
    max_length: int | None = None


@attrs.frozen
class ListOf:
    """A list whose items share a shape."""

    item: "Shape"


@attrs.frozen
class MapOf:
    """An object with arbitrary keys, whose values share a shape."""

    value: "Shape"


@attrs.frozen
class FreeForm:
    """A JSON object without declared fields, such as metadata and custom claims."""


@attrs.frozen
class ObjectOf:
    """An object with declared fields: `fields_of(shape.model)` lists them."""

    model: type[Any]


Shape: TypeAlias = Scalar | ListOf | MapOf | FreeForm | ObjectOf


@cached
def shape_of(hint: Any) -> Shape:
    """Return the shape of a type hint, with or without None. Raises TypeError for a type without an equivalent in JSON."""
    notes, hint = tuple(metadata_of(hint)), strip_optional(hint)
    origin = get_origin(hint) or hint
    if origin in _JSON_TYPES:
        return _scalar(origin, notes)
    if origin in {list, Sequence}:
        return ListOf(shape_of(get_args(hint)[0]))
    if origin in {dict, Mapping}:
        value = get_args(hint)[1]
        return FreeForm() if value is Any else MapOf(shape_of(value))
    if is_model(origin):
        return ObjectOf(origin)
    raise TypeError(f"{hint!r} has no shape in JSON")


def model_in(shape: Shape) -> type[Any] | None:
    """Return the declared class that a shape is, or is a list or map of; None if there is none."""
    match shape:
        case ObjectOf(model=model):
            return model
        case ListOf(item=inner) | MapOf(value=inner):
            return model_in(inner)
        case Scalar() | FreeForm():
            return None


def _scalar(python_type: type, notes: Sequence[object]) -> Scalar:
    known = next((note.values for note in notes if isinstance(note, KnownValues)), ())
    bounds = next((note for note in notes if isinstance(note, msgspec.Meta)), msgspec.Meta())
    return Scalar(
        _JSON_TYPES[python_type],
        "date-time" if python_type is datetime else None,
        known,
        minimum=bounds.ge,
        maximum=bounds.le,
        min_length=bounds.min_length,
        max_length=bounds.max_length,
    )
