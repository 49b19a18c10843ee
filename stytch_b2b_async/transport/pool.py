"""Sessions of our own: one for each event loop."""

import asyncio
import logging
import ssl
import threading
import warnings
import weakref
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import aiohttp
from yarl import URL

from stytch_b2b_async.concurrency import fork_safety
from stytch_b2b_async.concurrency.loop_local import LoopLocal
from stytch_b2b_async.errors import ClientClosedError
from stytch_b2b_async.wire import Call, Reply

from . import aiohttp_internals, fast_path, session_path
from .aiohttp_internals import Path
from .allocator import raise_mmap_threshold
from .connector import Connector
from .fast_path import FastPath
from .interface import Attempt
from .proxies import Proxies
from .slots import Slots


class SessionPool:
    """Send through aiohttp, with one session for each running event loop.

    An aiohttp session belongs to the loop that made it. This pool makes one where it is first used and closes it when that loop
    shuts down, so that one client serves several loops, at once or in turn.

    `ssl` is the TLS context, `limit` the most connections per loop (0 for any number; calls beyond it wait, and are served in
    order), and `keepalive` the most seconds that an idle one is kept:
    fewer than servers do, so that none is closed while a request is on its way. `trust_env` takes proxies from the environment,
    as it is now: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. `fast_path=False` sends everything through
    `ClientSession.request`. `tune_malloc=False` leaves glibc's mmap threshold, which is the whole process's, as it is.
    """

    def __init__(
        self,
        *,
        ssl: ssl.SSLContext | None = None,
        limit: int = 100,
        keepalive: float = 15.0,
        trust_env: bool = False,
        fast_path: bool = True,
        tune_malloc: bool = True,
    ) -> None:
        self._ssl = ssl
        self._limit = limit
        self._keepalive = keepalive
        self._used = False
        self._closed = False
        self._proxies = Proxies() if trust_env else None
        self._fast_path = fast_path
        self._tune_malloc = tune_malloc
        self._leases: LoopLocal[_LoopSession] = LoopLocal()
        self._lock = threading.Lock()
        fork_safety.register(self)

    @property
    def path(self) -> Path:
        """How calls are sent with the installed release of aiohttp, and why."""
        return aiohttp_internals.path(wanted=self._fast_path)

    def reset_after_fork(self) -> None:
        """Start anew in a forked child: the sessions are the parent's, and closing them would end its connections."""
        _inherited.extend(lease for _, lease in self._leases.items())
        self._leases = LoopLocal()
        self._lock = threading.Lock()
        self._used = False

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Make one attempt."""
        loop = asyncio.get_running_loop()
        attempt = Attempt.take(loop)
        lease = self._leases.get(loop)
        if lease is None or lease.session.closed:
            lease = await self._lease(loop)
        proxy = None if self._proxies is None else self._proxies.find(URL(call.url, encoded=True))
        if proxy is None and self._fast_path and fast_path.available(lease.session):
            return await lease.slots.run(attempt, lease.fast_path.exchange, call, connect_timeout, attempt)
        exchange = partial(session_path.exchange, lease.session)
        return await lease.slots.run(attempt, exchange, call, connect_timeout, attempt, proxy)

    async def _lease(self, loop: asyncio.AbstractEventLoop) -> "_LoopSession":
        with self._lock:
            if self._closed:
                raise ClientClosedError("the client was closed before this call")
            # Without a limit of its own: calls never wait inside aiohttp.
            connector = Connector(ssl=True if self._ssl is None else self._ssl, limit=0, keepalive_timeout=self._keepalive)
            if self._tune_malloc:
                raise_mmap_threshold()
            session = _session(connector)
            slots = Slots(loop, self._limit, _HINT)
            finalizer = _closing(slots, session, connector, weakref.ref(self), loop)
            lease = _LoopSession(session, connector, FastPath(session, connector), slots, finalizer)
            self._leases.set(loop, lease)
            self._used = True
        _log.debug("sending %s", self.path)
        await anext(lease.finalizer)  # does not wait: it hands the generator to the loop, which closes it in its own shutdown
        return lease

    def release(self, loop: asyncio.AbstractEventLoop, session: aiohttp.ClientSession) -> None:
        """Let go of a loop's closed session."""
        lease = self._leases.get(loop)
        if lease is not None and lease.session is session:
            self._leases.pop(loop)

    async def disconnect(self) -> None:
        """Close the session of this loop; calls that wait or are under way in it end with ClientClosedError."""
        lease = self._leases.get(asyncio.get_running_loop())
        if lease is not None:
            await _close(lease)
        self._used = bool(self._leases.items())

    async def close(self) -> None:
        """Close every session, each in its own loop; calls that wait or are under way end with ClientClosedError."""
        with self._lock:
            self._closed = True
            leases = dict(self._leases.items())
            for loop in leases:
                self._leases.pop(loop)
        own = leases.pop(asyncio.get_running_loop(), None)
        for loop, lease in leases.items():
            _close_elsewhere(loop, lease)
        if own is not None:
            await _close(own)

    def __del__(self) -> None:
        if getattr(self, "_used", False) and not self._closed:  # it may not even have been made
            warnings.warn("a stytch_b2b_async client was never closed", ResourceWarning, source=self, stacklevel=2)
            for loop, lease in self._leases.items():
                self._leases.pop(loop)
                _close_elsewhere(loop, lease)


_log = logging.getLogger("stytch_b2b_async.transport")

_HINT = "SessionPool(limit=…) allows more connections: pass one as the client's transport."

_inherited: "list[_LoopSession]" = []
"""Sessions of a parent process, kept so that nothing tidies them up."""


class _LoopSession(NamedTuple):
    """A loop's session, and what closes it."""

    session: aiohttp.ClientSession
    connector: Connector
    fast_path: FastPath
    slots: Slots
    finalizer: AsyncGenerator[None, None]


def _session(connector: Connector) -> aiohttp.ClientSession:
    return aiohttp_internals.Session(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout())


async def _closing(
    slots: Slots,
    session: aiohttp.ClientSession,
    connector: Connector,
    pool: "weakref.ref[SessionPool]",
    loop: asyncio.AbstractEventLoop,
) -> AsyncGenerator[None, None]:
    """Close a session when the loop shuts down its asynchronous generators, or when this one is garbage collected."""
    try:
        yield
    finally:
        slots.close(asyncio.current_task())
        connector.abort()
        await session.close()
        if (holder := pool()) is not None:
            holder.release(loop, session)


async def _close(lease: _LoopSession) -> None:
    """Close a session in its own loop."""
    try:
        lease.slots.close(asyncio.current_task())
        lease.connector.abort()
        await lease.session.close()
    finally:
        _finish(lease.finalizer)


def _close_elsewhere(loop: asyncio.AbstractEventLoop, lease: _LoopSession) -> None:
    """Close a session of another loop: in that loop, whether it runs, is stopped, or starts and stops meanwhile in its thread."""
    try:
        loop.call_soon_threadsafe(_close_now, lease)
    except RuntimeError:  # it is closed
        lease.connector.hang_up()
        lease.connector.abandon()
        _finish(lease.finalizer)
        return
    if not loop.is_running():
        lease.connector.hang_up()  # it may never run again


def _close_now(lease: _LoopSession) -> None:
    """Close a session without waiting for its connections to close."""
    lease.slots.close()
    lease.connector.abort()
    lease.connector.abandon()
    _finish(lease.finalizer)


def _finish(finalizer: AsyncGenerator[None, None]) -> None:
    """Run a finalizer which has nothing left to await; harmless if its loop is running it."""
    with suppress(StopIteration, RuntimeError):
        finalizer.aclose().send(None)
