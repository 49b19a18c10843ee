"""Requests to HTTP calls, HTTP replies to responses: pure, without I/O."""

import math
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlencode

from . import converter
from .body_shape import body_start
from .bounds import excess
from .config import Config
from .converter import Misfit
from .endpoint import Body, Request, response_type
from .errors import APIStatusError, DecodeError, status_error_class
from .redaction import Redaction, whole
from .schema import Field, Hidden, Model, Place, fields_of, holds_model, plain_frozen, remembered, secrets_of
from .tracebacks import clean_traceback

R = TypeVar("R")

LARGE_BODY = 2**18
"""Bytes of an answer from which on decoding it takes milliseconds."""

# Not compiled here: that would cost every import what few calls need, and `re` remembers them.
_PLACEHOLDER = r"\{(\w+)\}"
_REQUEST_ID = rb'"request_id"\s*:\s*"([\w.-]{1,100})"'
_PAGE_START = 240  # characters of an unreadable body that an error keeps
_LONGEST_MESSAGE = 2_000


@plain_frozen
class Call(Model):
    """An HTTP request, ready to go."""

    method: str
    url: str
    headers: Annotated[Mapping[str, str], Hidden.SECRET]
    body: Annotated[bytes | None, Hidden.SECRET]


@plain_frozen
class Reply(Model):
    """An HTTP reply, read to its end. Its headers are looked up in lower case."""

    status: int
    headers: Annotated[Mapping[str, str], Hidden.SECRET]
    body: Annotated[bytes, Hidden.SECRET]
    whole: bool = True
    """False when the body was too large, and was left after its first bytes."""


@clean_traceback
def encode(request: Request[Any], config: Config) -> Call:
    """Write a request as an HTTP call. Raises ValueError, naming the field, for what cannot be written."""
    plan = _plan(type(request))
    url = config.host(request.host) + (plan.path[0] if len(plan.path) == 1 else _path(plan, request, config))
    if plan.query:
        url += _query(plan, request)
    headers = dict(config.headers)
    for field in plan.headers:
        for header in _present(getattr(request, field.name)):
            headers[header[0]] = header[1]
    if plan.content_type is None:
        return Call(request.method, url, headers, None)
    headers["Content-Type"] = plan.content_type
    return Call(request.method, url, headers, _body(plan, request))


@plain_frozen
class _Plan:
    """Which fields of a request travel where, and how."""

    path: tuple[str, ...]  # literal, name, literal, name, … literal
    query: tuple[Field, ...]
    headers: tuple[Field, ...]
    body: tuple[tuple[str, str, Callable[[Any], Any] | None], ...]  # name, name there, and what makes a plain value of it
    content_type: str | None
    is_form: bool


@remembered
def _plan(cls: type[Request[Any]]) -> _Plan:
    fields = fields_of(cls)
    return _Plan(
        path=tuple(re.split(_PLACEHOLDER, cls.path)),
        query=tuple(field for field in fields if field.place is Place.QUERY),
        headers=tuple(field for field in fields if field.place is Place.HEADERS),
        body=tuple((field.name, field.wire_name, _writer(field)) for field in fields if field.place is Place.BODY),
        content_type=cls.body and cls.body.value,
        is_form=cls.body is Body.FORM,
    )


def _writer(field: Field) -> Callable[[Any], Any] | None:
    if field.join is not None:
        return field.join.join
    return converter.unstructure if holds_model(field.type) else None


def _path(plan: _Plan, request: Request[Any], config: Config) -> str:
    literals, names = plan.path[::2], plan.path[1::2]
    segments = (quote(_segment(name, request, config), safe="") for name in names)
    return literals[0] + "".join(segment + literal for segment, literal in zip(segments, literals[1:], strict=True))


def _segment(name: str, request: Request[Any], config: Config) -> str:
    value: str | None = getattr(request, name, None) or (config.project_id if name == "project_id" else None)
    if value is None:
        raise ValueError(f"{name} is missing: {request.path} needs a client that knows its project")
    return value


def _query(plan: _Plan, request: Request[Any]) -> str:
    given = ((field.wire_name, getattr(request, field.name)) for field in plan.query)
    pairs = [(name, _text(value)) for name, value in given if value is not None]
    return f"?{urlencode(pairs)}" if pairs else ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _present(group: object) -> list[tuple[str, str]]:
    """List the headers that a declared group of them stands for."""
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


def decode(request: Request[R], reply: Reply, config: Config) -> tuple[R, list[Misfit]]:
    """Read a reply: the response, and where it drifted from its declaration.

    Raises APIStatusError for what is no 2xx, DecodeError for a 2xx that is no JSON object or, with `strict`, that drifted.
    """
    if not 200 <= reply.status < 300:  # noqa: PLR2004  # HTTP's own bounds of success
        raise _status_error(request, reply, config)
    loaded = converter.loads(reply.body, response_type(type(request)))
    if loaded is None:
        raise _decode_error(_why_unreadable(reply), request, reply, config)
    response, misfits = loaded
    if misfits and config.strict:
        path, reason = misfits[0]
        raise _decode_error(f"the reply does not fit its declaration: {reason} @ {path}", request, reply, config)
    if misfits and getattr(response, "status_code", None) is None:
        object.__setattr__(response, "status_code", reply.status)
    return response, misfits


def _why_unreadable(reply: Reply) -> str:
    if not reply.whole:
        return "the reply is too large"
    return f"the reply {excess(reply.body) or 'is no JSON object'}"


def _decode_error(message: str, request: Request[Any], reply: Reply, config: Config) -> DecodeError:
    redaction = _redaction(request, config)
    found = re.search(_REQUEST_ID, reply.body)
    request_id = found[1].decode() if found else _text_of(reply.headers.get("x-request-id"))
    return DecodeError(message, reply.status, redaction.name(request_id), body_start(reply.body, request, redaction))


def _status_error(request: Request[Any], reply: Reply, config: Config) -> APIStatusError:
    """Read an error reply, whatever its body; what repeats a secret of the request is withheld whole."""
    loaded = converter.loads_object(reply.body)
    said = loaded or {}
    error_type = _said(said, "error_type", "error")
    message = _said(said, "error_message", "error_description") if loaded is not None else _unreadable(reply.body)
    error_url = _said(said, "error_url", "error_uri")
    request_ids = (_said(said, "request_id"), _text_of(reply.headers.get("x-request-id")))
    headers = {name.lower(): whole(value) for name, value in reply.headers.items()}
    redaction = _redaction(request, config)
    redaction.look_through(error_type, message, error_url, *request_ids, *headers.values())
    error_type = _cut(redaction.name(error_type))
    return status_error_class(reply.status, error_type)(
        reply.status,
        error_type,
        _cut(redaction.text(message), _LONGEST_MESSAGE if loaded is not None else _PAGE_START),
        _cut(redaction.name(error_url)),
        redaction.details(said.get("error_details")),
        _cut(next((request_id for request_id in map(redaction.name, request_ids) if request_id), None)),
        {name: redaction.text(value) or "" for name, value in headers.items() if not redaction.repeats(name)},
        retry_after(headers.get("retry-after")),
    )


def _redaction(request: Request[Any], config: Config) -> Redaction:
    return Redaction((*secrets_of(request), *config.secrets))


def _said(said: Mapping[str, Any], *names: str) -> str | None:
    return _text_of(next((said[name] for name in names if isinstance(said.get(name), str) and said[name]), None))


def _text_of(text: str | None) -> str | None:
    """Bound what is looked through: more than is shown, since a secret that begins there may end beyond it."""
    return None if text is None else whole(text[: 10 * _LONGEST_MESSAGE])


def _cut(text: str | None, length: int = _LONGEST_MESSAGE) -> str | None:
    """Bound what an error repeats; it has no secrets by now, or the cut might leave half of one."""
    return None if text is None else text[:length]


def _unreadable(body: bytes) -> str:
    if not body:
        return "the body is empty"
    exceeded = excess(body)
    if exceeded is not None:
        return f"the body {exceeded}"
    start = " ".join(body[: 10 * _LONGEST_MESSAGE].decode("utf-8", "replace").split())
    return f"the body is no JSON object: {start}"


def retry_after(value: str | None, now: float | None = None) -> float | None:
    """Read a Retry-After header, in seconds or as a date: seconds from now, or None when it has no sense."""
    if value is None:
        return None
    value = value.strip()
    if value.isdecimal() and value.isascii():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # HTTP's dates are, whether they say so or not
        seconds = moment.timestamp() - (time.time() if now is None else now)
    except (ValueError, OverflowError, TypeError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
