"""Types as JSON sees them.

A type hint says how Python holds a value; a shape says what stands for it on the wire. Whatever shows, reads or compares declared
values (documents, forms, command lines) works on shapes, so that type hints are walked here alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import attrs
import msgspec

from .declare import cached
from .markers import KnownValues
from .type_hints import is_union

JSONType: TypeAlias = Literal["string", "integer", "number", "boolean"]

_JSON_TYPES: Mapping[object, JSONType] = {str: "string", int: "integer", float: "number", bool: "boolean", datetime: "string"}


@attrs.frozen
class Scalar:
    """A string, a number or a boolean."""

    type: JSONType
    format: str | None = None
    """`date-time` for an RFC 3339 timestamp."""
    known_values: tuple[str, ...] = ()
    """The values that the API documents, of a string that takes others as well."""
    minimum: int | float | None = None
    """The least number that the API documents to accept; bounds are documented, and left for the API to check."""
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
    """A JSON object without a declared content, such as metadata and custom claims."""


@attrs.frozen
class ObjectOf:
    """An object with declared fields: `fields_of(shape.model)` lists them."""

    model: type[Any]


Shape: TypeAlias = Scalar | ListOf | MapOf | FreeForm | ObjectOf


@cached
def shape_of(hint: Any) -> Shape:
    """Tell the shape of a type hint. Raises TypeError for what JSON has no equivalent of.

    Of a union, None aside, the declared model counts: a mapping that may be given instead has the same shape.
    """
    hint, notes = _unwrap(hint)
    origin = get_origin(hint) or hint
    if origin in _JSON_TYPES:
        return _scalar(origin, notes)
    if origin in {list, Sequence}:
        return ListOf(shape_of(get_args(hint)[0]))
    if origin in {dict, Mapping}:
        value = get_args(hint)[1]
        return FreeForm() if value is Any else MapOf(shape_of(value))
    if isinstance(origin, type) and attrs.has(origin):
        return ObjectOf(origin)
    raise TypeError(f"{hint!r} has no shape in JSON")


def _scalar(python_type: type, notes: Sequence[object]) -> Scalar:
    known = next((note.words for note in notes if isinstance(note, KnownValues)), ())
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


def _unwrap(hint: Any) -> tuple[Any, list[object]]:
    """Take annotations and None off a hint; returns what is left, and what the annotations say."""
    notes: list[object] = []
    while get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        notes += more
    if not is_union(hint):
        return hint, notes
    options = [_unwrap(option) for option in get_args(hint) if option is not type(None)]
    models = [option for option in options if isinstance(option[0], type) and attrs.has(option[0])]
    inner, inner_notes = (models or options)[0]
    return inner, notes + inner_notes
