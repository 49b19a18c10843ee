"""Arguments for calls: each value contains the name of its field, so that mix-ups are found."""

from collections.abc import Mapping
from typing import Any

from .shapes import FREE_FORM, Field, Shape

ODD = "a b/c+d%2F&ü日"
"""Characters of an id that must be quoted in a URL."""

_SCALARS: Mapping[str, Any] = {"an integer": 7, "a number": 0.5, "a boolean": True}
_EMPTY: Mapping[str, Any] = {"a list": [], "a map": {}, FREE_FORM: {}}


def sets(parameters: Mapping[str, Field]) -> Mapping[str, Mapping[str, Any]]:
    """Make the sets of arguments that an endpoint is called with."""
    required = {name: made(field.shape, name) for name, field in parameters.items() if field.required}
    ids = {name: made(field.shape, f"{ODD}-{name}") for name, field in parameters.items() if _is_id(name, field.shape)}
    empty = {name: _EMPTY[field.shape.kind] for name, field in parameters.items() if field.shape.kind in _EMPTY}
    return {
        "all": {name: made(field.shape, name) for name, field in parameters.items()},
        "required": required,
        "odd ids": required | ids,
        "empty": required | empty,
    }


def _is_id(name: str, shape: Shape) -> bool:
    return name.endswith(("_id", "_ids")) and (shape.item or shape).kind == "a string"


def made(shape: Shape, name: str) -> Any:
    """Create a value with every field."""
    if shape.item is not None:
        items = [made(shape.item, f"{name}-{index}") for index in range(2)]
        return items if shape.kind == "a list" else {f"{name}-key": items[0]}
    if shape.name:
        return {field: made(inner.shape, f"{name}-{field}") for field, inner in shape.fields().items()}
    if shape.kind == FREE_FORM:
        return {f"{name}-key": name, "nothing": None, "deep": {"er": [1, 2.5, False, {}]}}
    return _SCALARS.get(shape.kind, min(shape.words, default=f"made-up-{name}"))
