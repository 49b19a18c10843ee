"""Decode HTTP requests into the arguments of a request: what a server of the API does. Pure, without I/O."""

from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import attrs
import msgspec

from stytch_b2b_async.endpoint import Body, Request
from stytch_b2b_async.schema import Field, ListOf, Location, ObjectOf, Scalar, Shape, cached, fields_of

_MAX_FIELDS: Final = 1000  # of a query or form
_MAX_DEPTH: Final = 64  # of nested objects and arrays
_INT64: Final = range(-(2**63), 2**63)


class MalformedRequestError(ValueError):
    """The request cannot be read; the message has none of its values."""


@attrs.frozen
class HTTPRequest:
    """An HTTP request, as received."""

    method: str
    path: str
    """Percent-encoded, without the query."""
    query: str = attrs.field(default="", repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """Names in lower case."""
    body: bytes = attrs.field(default=b"", repr=False)


def read_arguments(
    cls: type[Request[Any]], request: HTTPRequest, path: Mapping[str, str], body: Mapping[str, Any]
) -> dict[str, Any]:
    """Read the arguments of a request, with the values of its path and body; None where one is missing.

    What is not declared is left out. They are not validated yet: the request's class does that. Raises MalformedRequestError for an
    unreadable query.
    """
    plan = _plan(cls)
    arguments: dict[str, Any] = dict.fromkeys(plan.names)
    for name in plan.path:
        arguments[name] = path.get(name)
    if request.query and plan.query:
        query = read_query(request)
        for field in plan.query:
            text = query.get(field.wire_name)
            arguments[field.name] = None if text is None else _from_text(field, text)
    elif request.query:
        read_query(request)  # which may be malformed
    for field in plan.headers:
        arguments[field.name] = _from_headers(field, request.headers)
    if body:
        for field, shape, is_text in plan.body:
            value = body.get(field.wire_name)
            if value is not None and not (is_text and type(value) is str):
                value = _from_text(field, value) if isinstance(value, str) else _known(shape, value)
            arguments[field.name] = value
    return arguments


def read_body(cls: type[Request[Any]], request: HTTPRequest) -> Mapping[str, Any]:
    """Decode the body as the request declares it. Raises MalformedRequestError."""
    if cls.body is None:
        return {}
    content_type = request.headers.get("content-type", cls.body.value)
    if request.body and content_type.lower() != cls.body.value:  # with a charset, too, as the API does
        raise MalformedRequestError(f"The Content-Type must be {cls.body.value}.")
    return read_form(request) if cls.body is Body.FORM else read_object(request)


def read_query(request: HTTPRequest) -> dict[str, str]:
    """Decode the query; the first value of a repeated name counts."""
    return _pairs(request.query) if request.query else {}


def read_form(request: HTTPRequest) -> dict[str, str]:
    """Decode the body as a form; the first value of a repeated name counts."""
    return _pairs(request.body.decode("utf-8", "replace"))


def read_object(request: HTTPRequest) -> dict[str, Any]:
    """Decode the body as a JSON object; an empty body is an empty object. Values that cannot be encoded again are rejected."""
    encoding = request.headers.get("content-encoding", "identity")
    if request.body and encoding.lower() != "identity":
        raise MalformedRequestError("The body must be sent without a Content-Encoding.")
    if not request.body.strip():
        return {}
    try:
        found: Any = msgspec.json.decode(request.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not _is_bounded(cast("object", found)):
        raise MalformedRequestError("The body must be a JSON object, nested at most 64 levels deep, with integers of 64 bits.")
    return cast("dict[str, Any]", found)


def _pairs(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise MalformedRequestError(f"A query or form holds at most {_MAX_FIELDS} fields.") from None
    return dict(reversed(pairs))


def _is_bounded(found: object) -> bool:
    level: list[object] = [found]
    for _ in range(_MAX_DEPTH + 1):
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(cast("dict[str, object]", value).values())
            elif isinstance(value, list):
                inner.extend(cast("list[object]", value))
            elif isinstance(value, int) and value not in _INT64:
                return False
        if not inner:
            return True
        level = inner
    return False


@attrs.frozen
class _Plan:
    """Where the arguments of a request come from."""

    names: tuple[str, ...]
    path: tuple[str, ...]
    query: tuple[Field, ...]
    headers: tuple[Field, ...]
    body: tuple[tuple[Field, Shape, bool], ...]
    """With whether a string is its own value."""


@cached
def _plan(cls: type[Request[Any]]) -> _Plan:
    at: dict[Location, list[Field]] = {location: [] for location in Location}
    for field in fields_of(cls):
        at[field.location].append(field)
    return _Plan(
        names=tuple(field.name for field in fields_of(cls)),
        path=tuple(field.name for field in at[Location.PATH]),
        query=tuple(at[Location.QUERY]),
        headers=tuple(at[Location.HEADERS]),
        body=tuple((field, field.shape, _is_plain_text(field)) for field in at[Location.BODY]),
    )


def _is_plain_text(field: Field) -> bool:
    return isinstance(field.shape, Scalar) and field.shape.type == "string" and field.delimiter is None


def _from_headers(field: Field, headers: Mapping[str, str]) -> Any:
    names = _names_of_headers(field)
    for _, wire_name in names:
        if headers.get(wire_name) is not None:  # an empty one must not grant full rights
            return {name: headers.get(wire_name) for name, wire_name in names}
    return None


@cached
def _names_of_headers(field: Field) -> tuple[tuple[str, str], ...]:
    if not isinstance(field.shape, ObjectOf):
        return ()
    return tuple((inner.name, inner.wire_name.lower()) for inner in fields_of(field.shape.model))


def _from_text(field: Field, text: str) -> Any:
    """Parse the text of queries and forms; validation reports what does not match."""
    if field.delimiter is not None:
        return text.split(field.delimiter)
    try:
        match field.shape:
            case Scalar(type="boolean"):
                return {"true": True, "false": False}.get(text.lower(), text)
            case Scalar(type="integer"):
                return int(text)
            case Scalar(type="number"):
                return float(text)
            case _:
                return text
    except ValueError:
        return text


def _known(shape: Shape, value: Any) -> Any:
    """Remove unknown fields, which the API ignores but the client's validation does not."""
    match shape, value:
        case ObjectOf(model=model), dict():
            entries = cast("dict[str, Any]", value)
            fields = [field for field in fields_of(model) if field.wire_name in entries]
            return {field.name: _known(field.shape, entries[field.wire_name]) for field in fields}
        case ListOf(item=item), list():
            return [_known(item, each) for each in cast("list[Any]", value)]
        case _:
            return value
