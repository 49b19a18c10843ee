"""Send a call through `ClientSession.request`, with whatever its owner or instrumentation has added."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import aiohttp
from yarl import URL

from stytch_b2b_async.wire import Call, Reply

from . import aiohttp_internals, body
from .adopted import StaleConnectionError, guard
from .aiohttp_internals import middlewares_of
from .errors import AIOHTTP_ERRORS, ConnectionLostError, SpokeFirstError, to_api_error, without_tracebacks
from .guarded import GuardedHandler
from .head import check_call
from .interface import Attempt

if TYPE_CHECKING:
    from aiohttp.connector import Connection

    from .proxies import Proxy

    Send: TypeAlias = Callable[[Connection], Awaitable[aiohttp.ClientResponse]]

MAX_STALE = 20
"""Stale connections that one attempt may skip."""

ONE_FLIGHT = 2**13
"""Bytes of a request that arrive together. A response to a larger one may come when only its head was received."""


async def exchange(
    session: aiohttp.ClientSession, call: Call, connect_timeout: float, attempt: Attempt, proxy: "Proxy | None" = None
) -> Reply:
    """Send a call through an aiohttp session, and read the whole response."""
    try:
        return await _exchange(session, call, connect_timeout, attempt, proxy)
    except AIOHTTP_ERRORS as error:
        failed = to_api_error(error, connect_timeout, maybe_applied=attempt.maybe_applied)
        without_tracebacks(error)
    try:
        raise failed  # from a frame that holds nothing of what was sent, or came back
    finally:
        del failed  # or its traceback and this frame would keep each other alive


async def _exchange(
    session: aiohttp.ClientSession, call: Call, connect_timeout: float, attempt: Attempt, proxy: "Proxy | None"
) -> Reply:
    check_call(call)
    url = URL(call.url, encoded=True)
    if url.scheme not in {"http", "https"}:
        raise aiohttp.NonHttpUrlClientError(url)
    recorder = _SentTracker(attempt, session, connect_timeout, call)
    attempt.sent = attempt.sent or None  # unknown until `watched` is asked: a mock may be in the place of aiohttp's sending
    try:
        async with session.request(
            call.method,
            url,
            data=call.body,
            headers=call.headers,
            allow_redirects=False,  # they would carry the member's session elsewhere
            raise_for_status=False,
            proxy=None if proxy is None else proxy.url,
            proxy_headers=None if proxy is None else proxy.headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout),  # the call's deadline bounds the rest
            middlewares=(recorder, *middlewares_of(session), recorder.connect),  # to pass one is to leave the session's own out
        ) as response:
            said, whole = await body.read(response.content, response.status)
            if not whole:
                response.close()
            return Reply(response.status, response.headers, said, whole)
    finally:
        recorder.end()


class _SentTracker:
    """Middleware that records when a request is sent, prevents aiohttp from sending it twice, and cleans up after it."""

    def __init__(self, attempt: Attempt, session: aiohttp.ClientSession, connect_timeout: float, call: Call) -> None:
        self._attempt = attempt
        self._session = session
        self._connect_timeout = connect_timeout
        self._has_body = call.method != "HEAD"
        self._size = len(call.method) + len(call.body or b"")
        self._connecting: asyncio.Timeout | None = None
        self._connection: Connection | None = None
        self._transport: asyncio.Transport | None = None

    async def __call__(self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        send = getattr(request, "send", None)
        if send is None:  # a future release: never reuse the connection, whatever follows the response
            request.headers["Connection"] = "close"
        else:
            if aiohttp_internals.TELLS_WHEN_SENT:
                self._attempt.sent = self._attempt.sent or False
            request.send = partial(self._send, send)  # type: ignore[method-assign]  # of this one request
        try:
            return await handler(request)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            # Not as it is: aiohttp would send PUT and DELETE again. Repeats are ours to decide and to count.
            raise ConnectionLostError(type(error).__name__, getattr(error, "strerror", None)) from None
        finally:
            vars(request).pop("send", None)  # or it and the request would keep each other alive

    async def connect(self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        """Apply the connect timeout until the request is written; the last middleware, so that others are not counted."""
        if "send" not in vars(request):
            return await handler(request)
        for _ in range(MAX_STALE):
            self._connecting = asyncio.timeout(self._connect_timeout)  # no local variable: it holds the task, which holds its error
            try:
                async with self._connecting:
                    return await handler(request)
            except StaleConnectionError:
                pass
            except TimeoutError:
                if self._connecting.expired():
                    raise aiohttp.ConnectionTimeoutError from None
                raise
        raise SpokeFirstError

    async def _send(self, send: "Send", connection: "Connection") -> aiohttp.ClientResponse:
        await guard(connection, self._session, has_body=self._has_body)
        if isinstance(connection.protocol, GuardedHandler) and self._size <= ONE_FLIGHT:
            connection.protocol.request_size = self._size
        if self._connecting is not None:
            self._connecting.reschedule(None)
        self._attempt.sent = True
        self._connection, self._transport = connection, connection.transport
        return await send(connection)

    def end(self) -> None:
        """Abort the connection, unless it went back to the pool: to close it would first send what is left of the request."""
        self._connecting = None
        if self._transport is None or self._connection is None:
            return
        if self._transport.is_closing() or self._connection.transport is self._transport:
            self._transport.abort()
            self._connection.close()
