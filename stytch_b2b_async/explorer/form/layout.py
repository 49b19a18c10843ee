"""The form of an endpoint as HTML: what is required first, then the rest, then the session to act with."""

from collections.abc import Iterable
from typing import Any, Final

import attrs

from stytch_b2b_async._html import Html, element, joined
from stytch_b2b_async.catalog import EndpointInfo, Parameter
from stytch_b2b_async.endpoint import Effect
from stytch_b2b_async.schema import FreeForm, ListOf, Location, MapOf, ObjectOf

from .entries import Entries
from .inputs import Drawing, Input

_OPEN_UP_TO: Final = 3
"""Optional parameters that are shown without being asked for if none is required."""


def form_of(endpoint: EndpointInfo, entries: Entries, drawing: Drawing) -> Html:
    """Draw the inputs of an endpoint with what they hold."""
    parameters = [each for each in endpoint.parameters if each.location is not Location.HEADERS]
    required = [each for each in parameters if each.required]
    optional = [each for each in parameters if not each.required]
    acting = [each for each in endpoint.parameters if each.location is Location.HEADERS]
    tree, clearable = entries.tree, endpoint.effect is not Effect.READS

    def draw(parameter: Parameter) -> Html:
        return drawing.field(_input(parameter, clearable=clearable), tree.get(parameter.name))

    def is_used(parameters: Iterable[Parameter]) -> bool:
        touched = {*tree, *(path.partition(".")[0] for path in (*entries.empties, *drawing.errors, entries.added or ""))}
        return any(parameter.name in touched for parameter in parameters)

    few = not required and len(optional) <= _OPEN_UP_TO
    parts = [element("div", *map(draw, required), class_="required")] if required else []
    if optional:
        parts.append(_folded(f"Optional ({len(optional)})", map(draw, optional), is_open=few or is_used(optional)))
    if acting:
        parts.append(_folded("Act as a member", map(draw, acting), is_open=is_used(acting)))
    if not endpoint.parameters:
        parts.append(element("p", "This endpoint takes no parameters.", class_="quiet"))
    return joined(parts)


def _folded(title: str, fields: Iterable[Html], *, is_open: bool) -> Html:
    return element("details", element("summary", title), *fields, open=is_open, class_="fold")


def _input(parameter: Parameter, *, clearable: bool) -> Input:
    made = Input(
        name=parameter.name,
        place=parameter.name,
        shape=parameter.shape,
        description=parameter.description,
        required=parameter.required,
        secret=parameter.sensitive,
    )
    may_be_empty = clearable and not parameter.required and not parameter.sensitive and parameter.location is Location.BODY
    return attrs.evolve(made, clearable=may_be_empty and _can_be_empty(parameter.shape))


def _can_be_empty(shape: Any) -> bool:
    match shape:
        case ListOf() | FreeForm() | MapOf():
            return True
        case ObjectOf():
            return False
        case scalar:
            return bool(scalar.type == "string")
