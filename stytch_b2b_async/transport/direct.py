"""The short way of a call: over the connections of aiohttp's pool, without what its sessions do for other clients.

`ClientSession.request` cares for cookies, redirects, uploads, credentials of hosts and traces: more than half of the time of a call
that has none of them. What is used here instead is not all public, so this way is taken only with releases of aiohttp that it is
known to fit, and only while nobody has put something of their own, a mock or an instrument, in the place of aiohttp's sending.
"""

import asyncio
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple, cast

import aiohttp
from aiohttp import http_writer
from yarl import URL

from stytch_b2b_async.wire import Call, Reply

from . import body
from .connector import Connector
from .failures import RAISED, failure
from .interface import Attempt

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import Connection
    from multidict import CIMultiDict

KNOWN_RELEASES = ("3.13.", "3.14.")

_UPGRADE = 101

_write_head = cast("Callable[[str, Mapping[str, str]], bytes]", getattr(http_writer, "_serialize_headers", None))
"""Writes a request's first line and its headers. Raises ValueError for line breaks and NUL in them; since 3.14 for any control."""


def _original(name: str) -> object:
    """Find a method of aiohttp's sessions; None when something else has taken its place already."""
    method = vars(aiohttp.ClientSession).get(name)
    written = aiohttp.ClientSession.close.__code__.co_filename
    return method if isinstance(method, FunctionType) and method.__code__.co_filename == written else None


def fits(release: str) -> bool:
    """Tell whether this way is known to fit a release of aiohttp."""
    return release.startswith(KNOWN_RELEASES) and callable(_write_head)


_REQUEST, _SEND, _FITS = _original("request"), _original("_request"), fits(aiohttp.__version__)


def is_open(session: aiohttp.ClientSession) -> bool:
    """Tell whether calls of a session may go this way."""
    return (
        _FITS
        and aiohttp.ClientSession.request is _REQUEST
        and aiohttp.ClientSession._request is _SEND  # noqa: SLF001  # whose place mocks take
        and not (session.trace_configs or session._middlewares or session.headers)  # noqa: SLF001  # which instruments add
    )


class _Route(NamedTuple):
    """The way to an origin."""

    request: aiohttp.ClientRequest
    """What the connector asks when it makes a connection."""
    key: "ConnectionKey"
    """What it keeps idle ones under."""
    headers: "CIMultiDict[str]"
    """What aiohttp says in each request."""


class Direct:
    """Sends over the connections of one session."""

    def __init__(self, session: aiohttp.ClientSession, connector: Connector) -> None:
        self._session = session
        self._connector = connector
        self._routes: dict[str, _Route] = {}

    async def exchange(self, call: Call, connect_timeout: float, attempt: Attempt) -> Reply:
        """Send a call, and read the answer to its end."""
        try:
            origin, target = _split(call.url)
            route = self._routes.get(origin) or self._find(origin)
            request = _head(call, target, route) + (call.body or b"")
            connection = await self._connect(route, connect_timeout)
            try:
                reply = await _converse(connection, request, attempt, has_body=call.method != "HEAD")
            except BaseException:
                _abort(connection)
                raise
            _return(connection)
        except RAISED as error:
            failed = failure(error, connect_timeout, maybe_applied=attempt.maybe_applied)
        else:
            return reply
        raise failed

    def _find(self, origin: str) -> _Route:
        url = URL(origin)
        if url.scheme not in {"http", "https"}:
            raise aiohttp.NonHttpUrlClientError(url)
        request = aiohttp.ClientRequest("GET", url, loop=asyncio.get_running_loop(), session=self._session)
        route = self._routes[origin] = _Route(request, request.connection_key, request.headers)
        return route

    async def _connect(self, route: _Route, connect_timeout: float) -> "Connection":
        idle = await self._connector.idle(route.key)
        if idle is not None:
            return idle
        try:
            return await self._connector.connect(route.request, [], aiohttp.ClientTimeout(sock_connect=connect_timeout))
        except TimeoutError:
            raise aiohttp.ConnectionTimeoutError from None


def _split(url: str) -> tuple[str, str]:
    """Part an address into its origin and what a request line says of it."""
    path = url.find("/", url.find("://") + 3)
    if path >= 0:
        return url[:path], url[path:]
    parsed = URL(url, encoded=True)
    return str(parsed.origin()), parsed.raw_path_qs


def _head(call: Call, target: str, route: _Route) -> bytes:
    headers = route.headers.copy()
    headers.update(call.headers)
    if call.body is not None or call.method not in aiohttp.ClientRequest.GET_METHODS:
        headers["Content-Length"] = str(len(call.body or b""))
    return _write_head(f"{call.method} {target} HTTP/1.1", headers)


async def _converse(connection: "Connection", request: bytes, attempt: Attempt, *, has_body: bool) -> Reply:
    protocol = connection.protocol
    if protocol is None or protocol.transport is None:
        raise aiohttp.ServerDisconnectedError
    protocol.set_response_params(read_until_eof=True, skip_payload=not has_body)
    attempt.sent = True
    protocol.transport.write(request)
    message, content = await protocol.read()
    while 100 <= message.code < 200 and message.code != _UPGRADE:  # noqa: PLR2004  # HTTP's own bounds of interim answers
        message, content = await protocol.read()
    said, whole = await body.read(content, message.code)
    return Reply(message.code, message.headers, said, whole)


def _return(connection: "Connection") -> None:
    """Give a connection back to the pool, which closes it unless the answer was read to its end."""
    transport = connection.transport
    if transport is not None and transport.get_write_buffer_size():
        _abort(connection)  # answered before it was read: what is left of the request would precede the next one
    else:
        connection.release()


def _abort(connection: "Connection") -> None:
    """End a connection at once: to close one would first send what is left of a request, to a server that may never read it."""
    if (transport := connection.transport) is not None:
        transport.abort()
    connection.close()
