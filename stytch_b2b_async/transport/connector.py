"""aiohttp's connection pool, with checks of idle connections and a bound on connecting."""

import asyncio
import os
import socket
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp

from . import aiohttp_internals
from .guarded import GuardedHandler
from .listening import listen

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import Connection


DISTRUST = 60.0
"""Seconds for which each connection to a server serves one request, once that server has sent more than it was asked for."""


class Connector(aiohttp.TCPConnector):
    """aiohttp's connection pool, with a check of each connection before use and a timeout for new ones."""

    def __init__(self, *, keepalive_timeout: float, **options: Any) -> None:
        self._guards = aiohttp_internals.GUARDS_CONNECTIONS
        self._distrusted: dict[ConnectionKey, float] = {}
        if self._guards:
            super().__init__(keepalive_timeout=keepalive_timeout, **options)  # pyright: ignore[reportUnknownMemberType]  # aiohttp leaves a tuple open
            self._factory: Any = partial(GuardedHandler, self._loop)
        else:
            super().__init__(force_close=True, **options)  # pyright: ignore[reportUnknownMemberType]  # likewise

    async def _get(self, key: Any, traces: Any) -> "Connection | None":
        # A server may close an idle connection at any time. Seen here, before a byte has left, that costs a new connection; seen
        # after the request was sent, it is unknown whether it was read, and what acts once could not be sent again.
        while (connection := await super()._get(key, traces)) is not None:
            protocol = connection.protocol
            if (
                isinstance(protocol, GuardedHandler)
                and protocol.is_usable()
                and not (self._distrusted and self._is_distrusted(key))
            ):
                break
            connection.close()
        return connection

    def _release(self, key: Any, protocol: Any, *, should_close: bool = False) -> None:
        usable = not should_close and isinstance(protocol, GuardedHandler) and protocol.finish()
        if usable and self._distrusted:
            usable = not self._is_distrusted(key)
        super()._release(key, protocol, should_close=not usable)

    def _distrust(self, key: "ConnectionKey") -> None:
        # Its next surplus may come while another request is under way, where it cannot be told from the response.
        self._distrusted[key] = self._loop.time() + DISTRUST

    def _is_distrusted(self, key: "ConnectionKey") -> bool:
        if (until := self._distrusted.get(key)) is None:
            return False
        if self._loop.time() < until:
            return True
        del self._distrusted[key]
        return False

    async def idle(self, key: "ConnectionKey") -> "Connection | None":
        """Take an idle connection, without waiting for one."""
        return await self._get(key, [])

    async def _create_connection(self, *arguments: Any, **named: Any) -> Any:
        # aiohttp's `connect` counts the wait for a free connection as well, and its `sock_connect` neither the name's resolution
        # nor a proxy's answer, and begins anew with each address.
        bound = arguments[2].sock_connect if aiohttp_internals.BOUNDS_CONNECTING and len(arguments) > 2 else None  # noqa: PLR2004
        async with asyncio.timeout(bound):
            protocol = await super()._create_connection(*arguments, **named)
            if isinstance(protocol, GuardedHandler):
                await listen(protocol)
                request: Any = next(iter(arguments))
                protocol.on_surplus = partial(self._distrust, request.connection_key)
            return protocol

    def abort(self) -> None:
        """Abort the connections in use: closing would first send what is buffered, to a server that may never read."""
        for protocol in self._acquired:
            if protocol.transport is not None:
                protocol.transport.abort()

    def abandon(self) -> None:
        """Close everything without waiting for it, in its loop, or after that was closed."""
        with suppress(RuntimeError):  # nothing can be cancelled in a closed loop
            self._close()
        self._closed = True

    def hang_up(self) -> None:
        """Let servers see the end of every connection, from outside its loop, which is not running."""
        idle = [connection[0] for connections in list(self._conns.values()) for connection in list(connections)]  # it may start
        for transport in [protocol.transport for protocol in (*self._acquired, *idle)]:
            if transport is not None and not transport.is_closing():
                _shut_down(transport.get_extra_info("socket"), closed=self._loop.is_closed())

    def __del__(self, *_: Any) -> None:
        # The pool warns of what a program leaves open: aiohttp must not warn again, with a traceback.
        if not self._guards or self._closed:
            return
        self._closed = True
        if not self._loop.is_closed():
            for protocol in (connection[0] for idle in self._conns.values() for connection in idle):
                protocol.close()


def _shut_down(sock: Any, *, closed: bool) -> None:
    with suppress(OSError):
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except TypeError:  # uvloop's sockets cannot; a closed loop of its own has closed them, and the number may be another file's
            if not closed:
                with socket.socket(fileno=os.dup(sock.fileno())) as same:
                    same.shutdown(socket.SHUT_RDWR)
