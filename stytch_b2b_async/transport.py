"""How a call reaches the API: the only room that knows aiohttp."""

import asyncio
import ssl
import threading
import warnings
import weakref
from collections.abc import AsyncGenerator
from contextvars import ContextVar
from typing import Any, Protocol

import aiohttp
import attrs
from yarl import URL

from . import forks
from .connections import Connector, Proxies
from .errors import APIConnectionError, APITimeoutError, ClientClosedError
from .wire import Call, Reply

LARGEST_BODY = 64 * 2**20  # bytes, after decompression

departed: ContextVar[bool] = ContextVar("departed", default=True)
"""Whether the request may have left this machine. A transport that can tell sets it to False first."""


class Transport(Protocol):
    """What a client needs of the network. Write your own to record calls, to answer them in a test, or to use another library."""

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Make one attempt, without a redirect or a repeat. Raises APIConnectionError when no whole answer comes."""
        ...


class SessionPool:
    """Send through aiohttp, with one session for each running event loop.

    An aiohttp session belongs to the loop that made it. This pool makes one where it is first used and closes it when that loop
    shuts down, so that one client serves several loops, at once or in turn.

    `ssl` is the TLS context, `limit` the most connections per loop, and `keepalive` the most seconds that an idle one is kept:
    fewer than servers do, so that none is closed while a request is on its way. `trust_env` takes proxies from the environment,
    as it is now: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    """

    def __init__(
        self, *, ssl: ssl.SSLContext | None = None, limit: int = 100, keepalive: float = 15.0, trust_env: bool = False
    ) -> None:
        self._ssl = ssl
        self._limit = limit
        self._keepalive = keepalive
        self._used = False
        self._closed = False
        self._proxies = Proxies() if trust_env else None
        self._leases: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Lease] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        forks.remember(self)

    def forget(self) -> None:
        """Start anew in a forked child: the sessions are the parent's, and closing them would end its connections."""
        _inherited.extend(self._leases.values())
        self._leases = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._used = False

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Make one attempt."""
        departed.set(False)
        loop = asyncio.get_running_loop()
        lease = self._leases.get(loop)
        if lease is None or lease.session.closed:
            lease = await self._lease(loop)
        proxy = None if self._proxies is None else self._proxies.find(URL(call.url, encoded=True))
        reply = await exchange(lease.session, call, connect_timeout, proxy)
        if (keep_alive := reply.headers.get("keep-alive")) is not None:
            lease.connector.heed(keep_alive)
        return reply

    async def _lease(self, loop: asyncio.AbstractEventLoop) -> "_Lease":
        with self._lock:
            if self._closed:
                raise ClientClosedError("the client was closed before this call")
            for gone in [known for known in self._leases if known.is_closed()]:
                del self._leases[gone]  # a loop that never shut down: its session holds it, so nothing else lets go of it
            connector = Connector(
                ssl=True if self._ssl is None else self._ssl, limit=self._limit, keepalive_timeout=self._keepalive
            )
            session = _session(connector)
            lease = self._leases[loop] = _Lease(session, connector, _closing(session, weakref.ref(self)))
            self._used = True
        await anext(lease.guard)  # does not wait: it hands the generator to the loop, which closes it in its own shutdown
        return lease

    def release(self, session: aiohttp.ClientSession) -> None:
        """Let go of a closed session, and of the running loop with it."""
        loop = asyncio.get_running_loop()
        with self._lock:
            lease = self._leases.get(loop)
            if lease is not None and lease.session is session:
                del self._leases[loop]

    async def close(self) -> None:
        """Close every session, each in its own loop."""
        with self._lock:
            self._closed = True
            leases = [*self._leases.items()]
            self._leases.clear()
        for loop, lease in leases:
            if loop is asyncio.get_running_loop():
                await lease.guard.aclose()
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(lease.guard.aclose(), loop)

    def __del__(self) -> None:
        if self._used and not self._closed:
            warnings.warn("a stytch_b2b_async client was never closed", ResourceWarning, source=self, stacklevel=2)
            for loop, lease in self._leases.items():
                if not loop.is_running():  # one that runs closes the session itself
                    lease.session.detach()  # or aiohttp would warn once more


class BorrowedSession:
    """Send through a session that somebody else made and will close."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._closed = False

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Make one attempt."""
        if self._closed:
            raise ClientClosedError("the client was closed before this call")
        return await exchange(self._session, call, connect_timeout)

    async def close(self) -> None:
        """Stop using the session; it stays open."""
        self._closed = True


_inherited: "list[_Lease]" = []
"""Sessions of a parent process, kept so that nothing tidies them up."""


class _Request(aiohttp.ClientRequest):
    """aiohttp's request, telling when it leaves."""

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        departed.set(True)
        return await super().send(conn)


@attrs.define(eq=False, repr=False)
class _Lease:
    """A loop's session, and what closes it."""

    session: aiohttp.ClientSession
    connector: Connector
    guard: AsyncGenerator[None, None]


def _session(connector: Connector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        request_class=_Request,
        timeout=aiohttp.ClientTimeout(),
    )


async def _closing(session: aiohttp.ClientSession, pool: "weakref.ref[SessionPool]") -> AsyncGenerator[None, None]:
    """Close the session when the loop shuts its asynchronous generators down, or when nobody holds this one any more."""
    try:
        yield
    finally:
        await session.close()
        if (holder := pool()) is not None:
            holder.release(session)


async def exchange(session: aiohttp.ClientSession, call: Call, connect_timeout: float, proxy: URL | None = None) -> Reply:
    """Send a call through an aiohttp session, and read the answer to its end."""
    try:
        async with session.request(
            call.method,
            URL(call.url, encoded=True),
            data=call.body,
            headers=call.headers,
            allow_redirects=False,  # they would carry the member's session elsewhere
            raise_for_status=False,
            proxy=proxy,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout),  # the call's deadline bounds the rest
            middlewares=(_once, *session._middlewares),  # noqa: SLF001  # to pass one is to leave the session's own out
        ) as response:
            return await _read(response)
    except (aiohttp.ClientError, OSError, RuntimeError, ValueError) as error:
        failure = _failure(error, connect_timeout)
    raise failure  # outside of the handler: aiohttp's exceptions carry the request's headers


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending PUT and DELETE again when an idle connection breaks: repeats are ours to decide and to count."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _LostError(type(error).__name__, getattr(error, "strerror", None)) from None


class _LostError(aiohttp.ClientError):
    """A connection broke; no error that aiohttp repeats for. Tells the name of the one it was, and the system's reason."""


async def _read(response: aiohttp.ClientResponse) -> Reply:
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := await response.content.readany():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_BODY:
                response.close()
                return Reply(response.status, response.headers, chunks[0], whole=False)
    except aiohttp.ClientError:
        if response.ok:
            raise
        response.close()  # an error's status says enough, whatever became of its body
        return Reply(response.status, response.headers, b"".join(chunks), whole=False)
    return Reply(response.status, response.headers, b"".join(chunks))


def _failure(error: Exception, connect_timeout: float) -> APIConnectionError | ClientClosedError:
    if isinstance(error, RuntimeError) and str(error) == "Session is closed":
        return ClientClosedError("the session was closed before this call")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return APITimeoutError(f"no connection within {connect_timeout:g} s", maybe_applied=False)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return APIConnectionError(f"the proxy refused to connect: HTTP {error.status}", maybe_applied=False)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ServerFingerprintMismatch | aiohttp.InvalidURL):
        return APIConnectionError(f"{type(error).__name__}: {error}", maybe_applied=False)
    return APIConnectionError(_reason(error), maybe_applied=departed.get())


def _reason(error: Exception) -> str:
    """Say what broke, in words of our own: aiohttp's quote what the other side sent, which may mirror the request's secrets."""
    match error:
        case _LostError():
            name, reason = error.args
            return f"{name}: {reason or 'the connection was lost'}"
        case aiohttp.ClientResponseError() | aiohttp.ClientPayloadError():
            return f"{type(error).__name__}: the answer broke off, or is no HTTP"
        case aiohttp.ClientError():
            return f"{type(error).__name__}: the connection was lost"
        case OSError():
            return f"{type(error).__name__}: {error.strerror or 'the connection was lost'}"
        case _:
            return f"{type(error).__name__}: {error}"
