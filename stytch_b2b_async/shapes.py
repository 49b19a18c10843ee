"""Types as JSON sees them.

A type hint says how Python holds a value; a shape says what stands for it on the wire. Whatever shows, reads or compares declared
values (documents, forms, command lines) works on shapes, so that type hints are walked here alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import attrs

from .schema import Known, Model, is_union, remembered

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

    model: type[Model]


Shape: TypeAlias = Scalar | ListOf | MapOf | FreeForm | ObjectOf


@remembered
def shape_of(hint: Any) -> Shape:
    """Tell the shape of a type hint. Raises TypeError for what JSON has no equivalent of.

    Of a union, None aside, the declared model counts: a mapping that may be given instead has the same shape.
    """
    hint, known_values = _unwrap(hint)
    origin = get_origin(hint) or hint
    if origin in _JSON_TYPES:
        return Scalar(_JSON_TYPES[origin], "date-time" if origin is datetime else None, known_values)
    if origin in {list, Sequence}:
        return ListOf(shape_of(get_args(hint)[0]))
    if origin in {dict, Mapping}:
        value = get_args(hint)[1]
        return FreeForm() if value is Any else MapOf(shape_of(value))
    if isinstance(origin, type) and issubclass(origin, Model):
        return ObjectOf(origin)
    if hint is Any:
        return FreeForm()
    raise TypeError(f"{hint!r} has no shape in JSON")


def _unwrap(hint: Any) -> tuple[Any, tuple[str, ...]]:
    """Take annotations and None off a hint; returns what is left, and the known values that the annotations named."""
    known_values: tuple[str, ...] = ()
    while get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        known_values = next((note.words for note in notes if isinstance(note, Known)), known_values)
    if not is_union(hint):
        return hint, known_values
    options = [_unwrap(option) for option in get_args(hint) if option is not type(None)]
    models = [option for option in options if isinstance(option[0], type) and issubclass(option[0], Model)]
    inner, inner_values = (models or options)[0]
    return inner, known_values or inner_values
