"""Compare a response with its declaration, field by field."""

from collections.abc import Iterator, Mapping
from typing import Any

from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.schema import FreeForm, ListOf, MapOf, Model, ObjectOf, Scalar, Shape, fields_of

_TYPES: Mapping[str, type | tuple[type, ...]] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def mismatches(operation: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is missing, undeclared or of another type in a response."""
    yield from _object(endpoints()[operation].response, body, operation)


def _object(model: type[Model], value: Mapping[str, Any], path: str) -> Iterator[str]:
    fields = {field.wire_name: field for field in fields_of(model) if not field.catch_all}
    has_rest = any(field.catch_all for field in fields_of(model))
    for name, field in fields.items():
        if value.get(name) is not None:
            yield from _value(field.shape, value[name], f"{path}.{name}")
        elif field.required:
            yield f"{path}.{name} is missing"
    if not has_rest:
        yield from (f"{path}.{name} is not declared" for name in value if name not in fields)


def _value(shape: Shape, value: Any, path: str) -> Iterator[str]:
    match shape:
        case ObjectOf(model=model) if isinstance(value, dict):
            yield from _object(model, value, path)
        case ListOf(item=item) if isinstance(value, list):
            for index, inner in enumerate(value):
                yield from _value(item, inner, f"{path}[{index}]")
        case MapOf(value=item) if isinstance(value, dict):
            for name, inner in value.items():
                yield from _value(item, inner, f"{path}.{name}")
        case FreeForm() if isinstance(value, dict):
            return
        case Scalar(type=kind) if isinstance(value, _TYPES[kind]) and (kind == "boolean") == isinstance(value, bool):
            return
        case _:
            yield f"{path} is {type(value).__name__}"
