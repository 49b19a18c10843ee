"""Arguments for any request: every field has a value of its own, so that two that are mixed up show."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from stytch_b2b_async import Request
from stytch_b2b_async.schema import Model, fields_of, is_union, strip_annotated


def arguments(request: type[Request[Any]], *, optional: bool = True) -> dict[str, Any]:
    """Make the arguments of a request: all of them, or those that it requires."""
    return {field.name: value(field.type, field.name) for field in fields_of(request) if optional or field.required}


def value(hint: Any, name: str, *, models: bool = False) -> Any:
    """Make a value of a type; what may be a model or a plain mapping is a mapping, unless `models` are wanted."""
    hint = strip_annotated(hint)
    if is_union(hint):
        return value(next(option for option in get_args(hint) if option is not type(None)), name, models=models)
    origin = get_origin(hint) or hint
    if origin in {list, Sequence}:
        return [value(get_args(hint)[0], f"{name}.{index}", models=models) for index in range(2)]
    if origin in {dict, Mapping}:
        return {"a key": name, "nothing": None, "deep": {"er": [1, 2.5, False, {}]}}
    if issubclass(origin, Model):
        inner = {field.name: value(field.type, f"{name}.{field.name}", models=models) for field in fields_of(origin)}
        return origin(**inner) if models else inner
    scalars = {str: f"the {name}", bool: False, int: 7, float: 0.5}
    return scalars[origin]
