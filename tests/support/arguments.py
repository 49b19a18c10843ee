"""Arguments for any request: every field has a value of its own, so that two that are mixed up show."""

from typing import Any, assert_never

from stytch_b2b_async import Request
from stytch_b2b_async.schema import FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape, fields_of


def arguments(request: type[Request[Any]], *, optional: bool = True) -> dict[str, Any]:
    """Make the arguments of a request: all of them, or those that it requires."""
    return {field.name: value(field.shape, field.name) for field in fields_of(request) if optional or field.required}


def value(shape: Shape, name: str, *, models: bool = False) -> Any:
    """Make a value of a shape; what may be a model or a plain mapping is a mapping, unless `models` are wanted."""
    match shape:
        case ListOf(item=item):
            return [value(item, f"{name}.{index}", models=models) for index in range(2)]
        case FreeForm() | MapOf():
            return {"a key": name, "nothing": None, "deep": {"er": [1, 2.5, False, {}]}}
        case ObjectOf(model=model):
            inner = {field.name: value(field.shape, f"{name}.{field.name}", models=models) for field in fields_of(model)}
            return model(**inner) if models else inner
        case Scalar(type=kind):
            return {"string": f"the {name}", "boolean": False, "integer": 7, "number": 0.5}[kind]
    assert_never(shape)
