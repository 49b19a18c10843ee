"""Sessions of our own: one for each event loop."""

import asyncio
import ssl
import threading
import warnings
import weakref
from collections.abc import AsyncGenerator
from typing import NamedTuple

import aiohttp
from yarl import URL

from stytch_b2b_async import forks
from stytch_b2b_async.errors import ClientClosedError
from stytch_b2b_async.wire import Call, Reply

from . import direct, through_session
from .allocator import take_buffers_from_the_heap
from .connector import Connector
from .direct import Direct
from .interface import departed
from .proxies import Proxies


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
        if proxy is None and direct.is_open(lease.session):
            reply = await lease.direct.exchange(call, connect_timeout)
        else:
            reply = await through_session.exchange(lease.session, call, connect_timeout, proxy)
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
            take_buffers_from_the_heap()
            session = _session(connector)
            way = Direct(session, connector)
            lease = self._leases[loop] = _Lease(session, connector, way, _closing(session, weakref.ref(self)))
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
        if getattr(self, "_used", False) and not self._closed:  # it may not even have been made
            warnings.warn("a stytch_b2b_async client was never closed", ResourceWarning, source=self, stacklevel=2)
            for loop, lease in self._leases.items():
                if not loop.is_running():  # one that runs closes the session itself
                    lease.session.detach()  # or aiohttp would warn once more


_inherited: "list[_Lease]" = []
"""Sessions of a parent process, kept so that nothing tidies them up."""


class _Lease(NamedTuple):
    """A loop's session, and what closes it."""

    session: aiohttp.ClientSession
    connector: Connector
    direct: Direct
    guard: AsyncGenerator[None, None]


def _session(connector: Connector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        request_class=through_session.TellingRequest,
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
