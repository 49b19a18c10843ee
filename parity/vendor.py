"""The endpoints of the vendor's SDK, for the comparison."""

import inspect
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pydantic

from .endpoints import Found
from .shapes import FREE_FORM, Field, Method, Shape

OPTIONS = "method_options"
"""The parameter that holds what travels in headers; here each of its fields is a parameter."""

_SCALARS = {str: "a string", int: "an integer", float: "a number", bool: "a boolean", datetime: "a time"}


def method(found: Found) -> Method:
    """Describe an endpoint."""
    call = found.call
    hints = get_type_hints(call)
    parameters: dict[str, Field] = {}
    for parameter in inspect.signature(call).parameters.values():
        described = shape(hints[parameter.name])
        if parameter.name == OPTIONS:
            parameters.update(described.fields())
        else:
            parameters[parameter.name] = Field(described, parameter.default is parameter.empty)
    return Method(parameters, shape(hints["return"]))


def arguments(call: Any, plain: Mapping[str, Any]) -> Mapping[str, Any]:
    """Turn plain values into what a method is typed to take."""
    hints = get_type_hints(call)
    if OPTIONS in hints:
        options = {name: value for name, value in plain.items() if name in shape(hints[OPTIONS]).fields()}
        plain = {name: value for name, value in plain.items() if name not in options}
        plain = {**plain, OPTIONS: options} if options else plain
    return {name: pydantic.TypeAdapter(hints[name]).validate_python(value) for name, value in plain.items()}


def shape(hint: Any) -> Shape:
    """Describe an annotation."""
    if get_origin(hint) in {Union, UnionType}:
        return _choice(get_args(hint))
    origin = get_origin(hint) or hint
    if origin is list:
        return Shape("a list", item=shape(get_args(hint)[0]))
    if origin is dict:
        item = get_args(hint)[1]
        return Shape(FREE_FORM) if item is Any else Shape("a map", item=shape(item))
    if isinstance(origin, type) and issubclass(origin, pydantic.BaseModel):
        return Shape("an object", name=f"{origin.__module__}.{origin.__name__}", fields=lambda: _fields(origin))
    if isinstance(origin, type) and issubclass(origin, Enum):
        return Shape("a string", words=frozenset(word.value for word in origin))
    return Shape(_SCALARS.get(origin) or str(hint))


def _fields(model: type[pydantic.BaseModel]) -> Mapping[str, Field]:
    return {field.alias or name: Field(shape(field.annotation), field.is_required()) for name, field in model.model_fields.items()}


def _choice(options: Sequence[Any]) -> Shape:
    """Describe an optional type or a union."""
    shapes = [shape(option) for option in options if option is not type(None)]
    return next((one for one in shapes if one.name or one.words), shapes[0])
