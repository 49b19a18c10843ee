"""The fast path of a call: over the connections of aiohttp's pool, without what its sessions do for other clients.

`ClientSession.request` cares for cookies, redirects, uploads, credentials of hosts and traces: more than half of the time of a call
that has none of them. What is used here instead is not all public, so this path is taken only with releases of aiohttp that it was
tested with, and only while no mock or instrumentation replaces aiohttp's sending.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
from yarl import URL

from stytch_b2b_async.wire import Call, Reply

from . import aiohttp_internals, body
from .connector import Connector
from .errors import AIOHTTP_ERRORS, to_api_error, without_tracebacks
from .guarded import GuardedHandler
from .head import HeaderBlocks, first_line
from .interface import Attempt

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import Connection

_UPGRADE = 101


def available(session: aiohttp.ClientSession) -> bool:
    """Return whether calls of a session may use the fast path."""
    return aiohttp_internals.FAST_PATH and aiohttp_internals.is_untouched(session)


class _Route(NamedTuple):
    """The way to an origin."""

    request: aiohttp.ClientRequest
    """What the connector asks when it makes a connection."""
    key: "ConnectionKey"
    """What it keeps idle ones under."""
    headers: HeaderBlocks
    """What is said in each request."""


class FastPath:
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
            request = _Request(_written(call, target, route))
            connection = await self._connector.idle(route.key) or await self._connect(route, connect_timeout)
            try:
                reply = await _converse(connection, request, attempt, has_body=call.method != "HEAD")
            except BaseException:
                _abort(connection)
                raise
            _give_back(connection)
        except AIOHTTP_ERRORS as error:
            failed = to_api_error(error, connect_timeout, maybe_applied=attempt.maybe_applied)
            without_tracebacks(error)
            origin = target = ""  # the frame of an error shows nothing of the request
        else:
            return reply
        try:
            raise failed
        finally:
            del failed  # or its traceback and this frame would keep each other alive

    def _find(self, origin: str) -> _Route:
        url = URL(origin)
        if url.scheme not in {"http", "https"}:
            raise aiohttp.NonHttpUrlClientError(url)
        request = aiohttp.ClientRequest("GET", url, loop=asyncio.get_running_loop(), session=self._session)
        route = self._routes[origin] = _Route(request, request.connection_key, HeaderBlocks(request.headers))
        return route

    async def _connect(self, route: _Route, connect_timeout: float) -> "Connection":
        try:
            return await self._connector.connect(route.request, [], aiohttp.ClientTimeout(sock_connect=connect_timeout))
        except TimeoutError:
            raise aiohttp.ConnectionTimeoutError from None


class _Request:
    """What is written for a request. Its repr shows nothing, whoever looks at the frames that hold it."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


def _split(url: str) -> tuple[str, str]:
    """Part an address into its origin and what a request line says of it."""
    path = url.find("/", url.find("://") + 3)
    if path >= 0:
        return url[:path], url[path:]
    parsed = URL(url, encoded=True)
    return str(parsed.origin()), parsed.raw_path_qs


def _written(call: Call, target: str, route: _Route) -> bytes:
    line, headers, body = first_line(call.method, target), route.headers.write(call.headers), call.body
    if body is None and call.method in aiohttp.ClientRequest.GET_METHODS:
        return b"".join((line, headers, b"\r\n"))
    body = body or b""
    return b"".join((line, headers, b"Content-Length: %d\r\n\r\n" % len(body), body))


async def _converse(connection: "Connection", request: _Request, attempt: Attempt, *, has_body: bool) -> Reply:
    protocol = connection.protocol
    if protocol is None:
        raise aiohttp.ServerDisconnectedError
    protocol.set_response_params(read_until_eof=True, skip_payload=not has_body)
    transport = protocol.transport
    if transport is None:
        raise aiohttp.ServerDisconnectedError
    if isinstance(protocol, GuardedHandler):
        protocol.request_size = len(request.data)
    attempt.sent = True
    transport.write(request.data)
    message, content = await protocol.read()
    while 100 <= message.code < 200 and message.code != _UPGRADE:  # noqa: PLR2004  # HTTP's own bounds of interim answers
        message, content = await protocol.read()
    said, whole = await body.read(content, message.code)
    return Reply(message.code, message.headers, said, whole)


def _give_back(connection: "Connection") -> None:
    """Return a connection to the pool. Whatever goes wrong there: the answer may hold the only copy of a session token."""
    try:
        connection.release()
    except Exception:  # noqa: BLE001  # see above
        with suppress(Exception):
            _abort(connection)


def _abort(connection: "Connection") -> None:
    """End a connection at once: to close one would first send what is left of a request, to a server that may never read it."""
    if (transport := connection.transport) is not None:
        transport.abort()
    connection.close()
