"""Arguments as the inputs of a form, as a browser sends them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.schema import FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape, fields_of

NASTY = 'it\'s "quoted" \\ $HOME `id` {braces} %s & <b>=ü€😀\u2028\U000e0041 #1'


def pairs_of(endpoint: EndpointInfo, arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Enter arguments into the form of an endpoint."""
    shapes = {parameter.name: parameter.shape for parameter in endpoint.parameters}
    return [pair for name, value in arguments.items() for pair in _pairs(shapes[name], value, name)]


def nasty_arguments(endpoint: EndpointInfo) -> dict[str, Any]:
    """Make arguments for every parameter, whose texts any language but HTML would trip over."""
    return {each.name: _nasty(each.shape, each.name) for each in endpoint.parameters}


def _pairs(shape: Shape, value: Any, place: str) -> Iterator[tuple[str, str]]:
    match shape:
        case Scalar(type="boolean"):
            yield place, "true" if value else "false"
        case Scalar():
            yield place, str(value)
        case ListOf(item=item):
            for index, each in enumerate(value):
                yield from _pairs(item, each, f"{place}.{index}")
        case FreeForm() | MapOf():
            for index, (key, each) in enumerate(value.items()):
                yield f"{place}.{index}.key", key
                yield f"{place}.{index}.value", json.dumps(each)
        case ObjectOf(model=model):
            for field in fields_of(model):
                yield from _pairs(field.shape, value[field.name], f"{place}.{field.name}")


def _nasty(shape: Shape, name: str) -> Any:
    match shape:
        case Scalar(type=kind):
            is_header = name.startswith("authorization.")
            texts = "a plain token" if is_header else f"{name} {NASTY}"
            return {"string": texts, "boolean": False, "integer": 7, "number": 0.5}[kind]
        case ListOf(item=item):
            return [_nasty(item, f"{name}.{index}") for index in range(2)]
        case FreeForm() | MapOf():
            return {NASTY: name, "nothing": None, "deep": {"er": [1, 2.5, False, {}, NASTY]}, "number": 5}
        case ObjectOf(model=model):
            return {field.name: _nasty(field.shape, f"{name}.{field.name}") for field in fields_of(model)}
