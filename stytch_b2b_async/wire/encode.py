"""Encode requests as HTTP. Pure, without I/O."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from stytch_b2b_async._tracebacks import clean_traceback
from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Body, Request
from stytch_b2b_async.schema import Field, Location, cached, converter, fields_of, model_in, value_class

from .http import Call

R = TypeVar("R")


# Not compiled here, which would cost time at import; `re` caches it.
_PLACEHOLDER = r"\{(\w+)\}"


@clean_traceback
def encode(request: Request[Any], config: Config) -> Call:
    """Encode a request as HTTP. Raises ValueError, with the field's name, for what cannot be encoded."""
    plan = _plan(type(request))
    url = config.host(request.host) + (plan.path[0] if len(plan.path) == 1 else _path(plan, request, config))
    if plan.query:
        url += _query(plan, request)
    headers = dict(config.headers)
    for field in plan.headers:
        for header in _header_items(getattr(request, field.name)):
            headers[header[0]] = header[1]
    if plan.content_type is None:
        return Call(request.method, url, headers, None)
    headers["Content-Type"] = plan.content_type
    return Call(request.method, url, headers, _body(plan, request))


@value_class
class _Plan:
    """The location and encoding of a request's fields."""

    path: tuple[str, ...]  # literal, name, literal, name, … literal
    query: tuple[Field, ...]
    headers: tuple[Field, ...]
    body: tuple[tuple[str, str, Callable[[Any], Any] | None], ...]  # name, name on the wire, and the function that encodes it
    content_type: str | None
    is_form: bool


@cached
def _plan(cls: type[Request[Any]]) -> _Plan:
    fields = fields_of(cls)
    return _Plan(
        path=tuple(re.split(_PLACEHOLDER, cls.path)),
        query=tuple(field for field in fields if field.location is Location.QUERY),
        headers=tuple(field for field in fields if field.location is Location.HEADERS),
        body=tuple((field.name, field.wire_name, _writer(field)) for field in fields if field.location is Location.BODY),
        content_type=cls.body and cls.body.value,
        is_form=cls.body is Body.FORM,
    )


def _writer(field: Field) -> Callable[[Any], Any] | None:
    if field.delimiter is not None:
        return field.delimiter.join
    return None if model_in(field.shape) is None else converter.unstructure


def _path(plan: _Plan, request: Request[Any], config: Config) -> str:
    literals, names = plan.path[::2], plan.path[1::2]
    segments = (quote(_segment(name, request, config), safe="") for name in names)
    return literals[0] + "".join(segment + literal for segment, literal in zip(segments, literals[1:], strict=True))


def _segment(name: str, request: Request[Any], config: Config) -> str:
    value: str | None = getattr(request, name, None) or (config.project_id if name == "project_id" else None)
    if value is None:
        raise ValueError(f"{name} is missing: {request.path} needs a client with a project id")
    return value


def _query(plan: _Plan, request: Request[Any]) -> str:
    given = ((field.wire_name, getattr(request, field.name)) for field in plan.query)
    pairs = [(name, _text(value)) for name, value in given if value is not None]
    return f"?{urlencode(pairs)}" if pairs else ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _header_items(group: object) -> list[tuple[str, str]]:
    """Return the headers of a group of header parameters."""
    if group is None:
        return []
    given = ((field.wire_name, getattr(group, field.name)) for field in fields_of(type(group)))
    return [(name, value) for name, value in given if value is not None]


def _body(plan: _Plan, request: Request[Any]) -> bytes:
    body: dict[str, Any] = {**request.constant_body}
    for name, wire_name, write in plan.body:
        value = getattr(request, name)
        if value is not None:
            body[wire_name] = value if write is None else write(value)
    if plan.is_form:
        return urlencode({name: _text(value) for name, value in body.items()}).encode()
    return converter.dumps(body)
