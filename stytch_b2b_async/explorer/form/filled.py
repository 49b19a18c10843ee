"""Build the request of a form; what the SDK refuses is shown at the field that it names."""

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from stytch_b2b_async.catalog import EndpointInfo, Parameter
from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import Scalar, fields_of
from stytch_b2b_async.schema.examples import example_value
from stytch_b2b_async.wire import encode

from .entries import Entries
from .values import ABSENT, Reader

WHOLE: Final = ""
"""The path of an error that does not name a field."""
_PATH: Final = re.compile(r"[A-Za-z_]\w*(?:\.[^\s.\[]+|\[\d+\])*")


@attrs.frozen
class Filled:
    """What a form stands for."""

    request: Request[Any] | None
    """What would be sent; None if something is missing or wrong."""
    draft: Request[Any] | None
    """The request, with placeholders for what is missing and without what is wrong; for snippets."""
    missing: tuple[str, ...]
    """Required parameters without a value."""
    errors: Mapping[str, str]
    """What is wrong, by the path of the input, in the SDK's own words."""


def fill(endpoint: EndpointInfo, entries: Entries, config: Config) -> Filled:
    """Build the request of a form."""
    reader, tree = Reader(entries.empties), entries.tree
    read = {each.name: reader.read(each.shape, tree.get(each.name), each.name, each.name) for each in endpoint.parameters}
    given = {name: value for name, value in read.items() if value is not ABSENT}
    missing = tuple(each.name for each in endpoint.parameters if each.required and each.name not in given)
    errors = dict(reader.errors)
    draft = _build(endpoint, given, config, reader.places, errors)
    request = draft if not missing and not errors else None
    return Filled(request, draft, missing, errors)


def _build(
    endpoint: EndpointInfo, given: Mapping[str, Any], config: Config, places: Mapping[str, str], errors: dict[str, str]
) -> Request[Any] | None:
    """Build the request without the arguments that the SDK refuses, and note why it does."""
    kept = dict(given)
    placeholders = {each.name: _placeholder(endpoint, each) for each in endpoint.parameters if each.required}
    for _ in range(len(endpoint.parameters) + 1):
        try:
            request = endpoint.request(**{**placeholders, **kept})
            encode(request, config)
        except (TypeError, ValueError) as error:
            named = _PATH.findall(str(error))
            path = next((path for path in (_known(text, places) for text in named) if path), None)
            errors.setdefault(WHOLE if path is None else places[path], str(error))
            argument = re.split(r"[.\[]", path)[0] if path else None
            if argument not in kept:
                return None
            del kept[argument]
        else:
            return request
    return None


def _known(text: str, places: Mapping[str, str]) -> str | None:
    """Return the longest part of a path that is an input's."""
    while text:
        if text in places:
            return text
        text = re.sub(r"(?:\.[^.\[]+|\[\d+\])$|^\w+$", "", text)
    return None


def _placeholder(endpoint: EndpointInfo, parameter: Parameter) -> Any:
    if isinstance(parameter.shape, Scalar) and parameter.shape.type == "string":
        return parameter.name.upper()
    field = next(field for field in fields_of(endpoint.request) if field.name == parameter.name)
    return example_value(field)
