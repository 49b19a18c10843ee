"""This SDK, as far as it is compared."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from inspect import getattr_static
from typing import Any, get_args, get_origin

from stytch_b2b_async.endpoint import Request, response_type
from stytch_b2b_async.schema import Known, Model, bare, fields_of, is_union

from .endpoints import Found
from .shapes import FREE_FORM, Field, Method, Shape

_SCALARS = {str: "a string", int: "an integer", float: "a number", bool: "a boolean", datetime: "a time"}


def method(found: Found) -> Method:
    """Describe an endpoint."""
    request: type[Request[Any]] = getattr_static(type(found.namespace), found.name).request
    return Method(_fields(request), shape(response_type(request)))


def arguments(_: Any, plain: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take plain values as they are: every parameter does."""
    return plain


def _fields(cls: type) -> Mapping[str, Field]:
    return {field.name: Field(shape(field.type), field.required) for field in fields_of(cls)}


def shape(hint: Any) -> Shape:
    """Describe a declared type."""
    inner = bare(hint)
    if is_union(inner):
        return _choice(get_args(inner))
    origin = get_origin(inner) or inner
    if origin in {list, Sequence}:
        return Shape("a list", item=shape(get_args(inner)[0]))
    if origin in {dict, Mapping}:
        item = get_args(inner)[1]
        return Shape(FREE_FORM) if item is Any else Shape("a map", item=shape(item))
    if issubclass(origin, Model):
        return Shape("an object", name=f"{origin.__module__.partition('.')[2]}.{origin.__name__}", fields=lambda: _fields(origin))
    words = next((note.words for note in getattr(hint, "__metadata__", ()) if isinstance(note, Known)), ())
    return Shape(_SCALARS[origin], words=frozenset(words))


def _choice(options: Sequence[Any]) -> Shape:
    """Describe what may be left out, or given as a plain mapping."""
    shapes = [shape(option) for option in options if option is not type(None)]
    return next((one for one in shapes if one.name), shapes[0])
