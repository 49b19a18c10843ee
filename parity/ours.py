"""The endpoints of this SDK, for the comparison."""

from collections.abc import Mapping
from inspect import getattr_static
from typing import Any

from stytch_b2b_async.endpoint import Request, response_type
from stytch_b2b_async.schema import Model, fields_of
from stytch_b2b_async.schema.shapes import FreeForm, ListOf, MapOf, ObjectOf, Scalar
from stytch_b2b_async.schema.shapes import Shape as DeclaredShape

from .endpoints import Found
from .shapes import FREE_FORM, Field, Method, Shape

_SCALARS = {"string": "a string", "integer": "an integer", "number": "a number", "boolean": "a boolean"}


def method(found: Found) -> Method:
    """Describe an endpoint."""
    request: type[Request[Any]] = getattr_static(type(found.namespace), found.name).request
    return Method(_fields(request), _object(response_type(request)))


def arguments(_: Any, plain: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take plain values as they are: every parameter does."""
    return plain


def _fields(cls: type[Model]) -> Mapping[str, Field]:
    return {field.name: Field(shape(field.shape), field.required) for field in fields_of(cls)}


def shape(declared: DeclaredShape) -> Shape:
    """Describe a declared shape."""
    match declared:
        case ListOf(item=item):
            return Shape("a list", item=shape(item))
        case FreeForm():
            return Shape(FREE_FORM)
        case MapOf(value=value):
            return Shape("a map", item=shape(value))
        case ObjectOf(model=model):
            return _object(model)
        case Scalar(format="date-time"):
            return Shape("a time")
        case Scalar():
            return Shape(_SCALARS[declared.type], words=frozenset(declared.known_values))


def _object(model: type[Model]) -> Shape:
    name = f"{model.__module__.partition('.')[2]}.{model.__name__}"
    return Shape("an object", name=name, fields=lambda: _fields(model))
