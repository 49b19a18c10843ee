"""Read a request into the SDK's own request value, so that nothing else of it travels."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from aiohttp import StreamReader, web

from stytch_b2b_async.concurrency.deadline import Deadline
from stytch_b2b_async.endpoint import Body, Request
from stytch_b2b_async.wire.incoming import HTTPRequest, MalformedRequestError, read_arguments, read_body, read_object

from .gate import Target
from .refusal import RefusalError
from .routes import MEMBER_HEADERS, Route

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

_JSON: Final = "application/json"
_MEMBER_NAMES: Final = frozenset(name.lower() for name in MEMBER_HEADERS)
_LIKE_MEMBER: Final = re.compile(r"x[-_.]?stytch[-_.]?member", re.IGNORECASE)
_ONCE: Final = (*MEMBER_HEADERS, "Transfer-Encoding", "Content-Encoding")
_PASSED_ON: Final = tuple((name, name.lower()) for name in (*MEMBER_HEADERS, "Content-Type"))
_ORDINARY: Final = frozenset({"Host", "User-Agent", "Accept", "Accept-Encoding", "Authorization", "Content-Type", "Content-Length"})
"""Headers of most requests, as clients usually write them: none of them needs a closer look."""


def check_headers(request: web.BaseRequest, route: Route) -> bool:
    """Check the headers that decide what a request means; return whether a member's session is among them. Raises RefusalError."""
    headers = request.headers
    if len(headers.getall("Content-Type", ())) > 1 or len(headers.getall("Content-Length", ())) > 1:
        raise RefusalError.bad_request("Content-Type and Content-Length must be sent once.", closes=True)
    if _ORDINARY.issuperset(headers):
        return False
    for name in _ONCE:
        if len(headers.getall(name, ())) > 1:
            raise RefusalError.bad_request(f"{name} must be sent once.", closes=True)
    _check_member(headers, route)
    if "Transfer-Encoding" in headers or "Trailer" in headers:  # which could hide headers after the body
        raise RefusalError(HTTPStatus.LENGTH_REQUIRED, "length_required", "The body needs a Content-Length.", closes=True)
    if "Upgrade" in headers:
        raise RefusalError.bad_request("The gateway does not switch to another protocol.", closes=True)
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _unsupported("The body must be sent without a Content-Encoding.")
    return any(name in headers for name in MEMBER_HEADERS)


def _check_member(headers: "CIMultiDictProxy[str]", route: Route) -> None:
    """Refuse a member's session that would not travel: without it, the call has full rights."""
    for name in MEMBER_HEADERS:
        value = headers.get(name)
        if value is None:
            continue
        if not route.member_may_act:
            raise RefusalError.bad_request(f"{route.operation} does not take {name}: a member's session cannot authorize it.")
        if not value.strip() or value != value.strip():
            raise RefusalError.bad_request(f"{name} must not be empty: without it, the call would have full rights.")
    if any(_LIKE_MEMBER.match(name) and name.lower() not in _MEMBER_NAMES for name in headers):
        raise RefusalError.bad_request(f"Headers of a member's session are {' and '.join(MEMBER_HEADERS)}.")


def take_content(content: StreamReader, *, most: int) -> bytes:
    """Take a body that has arrived. Raises RefusalError."""
    try:
        body = content.read_nowait()
    except (web.RequestPayloadError, ConnectionError):
        raise _malformed() from None
    if len(body) > most:
        raise _too_large(most)
    return body


async def read_content(request: web.BaseRequest, *, most: int, seconds: float) -> bytes:
    """Read a body, within a size and a time. Raises RefusalError."""
    if (request.content_length or 0) > most:
        raise _too_large(most)
    try:
        with Deadline(seconds):
            return await _read(request, most)
    except TimeoutError:
        raise RefusalError(HTTPStatus.REQUEST_TIMEOUT, "request_timeout", "The body came too slowly.", closes=True) from None
    except (web.RequestPayloadError, ConnectionError):
        raise _malformed() from None


async def _read(request: web.BaseRequest, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := await request.content.readany():
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
    return b"".join(parts)


def to_request(request: web.BaseRequest, target: Target, route: Route, path: Mapping[str, str], body: bytes) -> Request[Any]:
    """Decode the request value. Raises RefusalError, with the field's name, for what the endpoint does not take."""
    if body and route.request.body is None:
        raise RefusalError.bad_request(f"{route.operation} does not take a body.")
    given = request.headers
    headers = {key: value for name, key in _PASSED_ON if (value := given.get(name)) is not None}
    received = HTTPRequest(request.method, target.path, target.query, headers, body)
    try:
        if target.query:
            _check_doubled(target.query)
        arguments = read_arguments(route.request, received, path, _body_of(route, received))
    except MalformedRequestError as error:
        raise RefusalError.bad_request(str(error)) from None
    try:
        return route.request(**arguments)
    except (TypeError, ValueError) as error:
        raise RefusalError.bad_request(f"{error}.") from None


def _body_of(route: Route, received: HTTPRequest) -> Mapping[str, Any]:
    declared = route.request.body
    if declared is None or not received.body:
        return {}
    given = received.headers.get("content-type", "")
    if given == _JSON or (given := given.lower()) == _JSON:
        return read_object(received)
    if given != declared.value:
        expected = declared.value if declared is Body.JSON else f"{declared.value} or {_JSON}"
        raise _unsupported(f"The Content-Type must be {expected}.")
    _check_doubled(received.body.decode("utf-8", "replace"))
    return read_body(route.request, received)


def _check_doubled(text: str) -> None:
    names = [name for name, _ in parse_qsl(text, keep_blank_values=True, max_num_fields=1000)] if text else []
    if len(names) != len(set(names)):
        raise RefusalError.bad_request("A parameter is given twice.")


def _unsupported(message: str) -> RefusalError:
    return RefusalError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)


def _malformed() -> RefusalError:
    return RefusalError.bad_request("The body is malformed.", closes=True)


def _too_large(most: int) -> RefusalError:
    message = f"The body must have at most {most} bytes."
    return RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "payload_too_large", message, closes=True)
