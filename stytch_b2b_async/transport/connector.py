"""Connections that last: aiohttp's pool without its traps."""

import asyncio
import re
import select
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import Connection

_KEEP_ALIVE = re.compile(r"\btimeout=(\d{1,6})\b")


class Connector(aiohttp.TCPConnector):
    """aiohttp's pool of connections, which looks at an idle one before it uses it, and bounds the making of a new one."""

    async def _get(self, key: Any, traces: Any) -> "Connection | None":
        # A server may close an idle connection at any time. Seen here, before a byte has left, that costs a new connection; seen
        # after the request has left, nobody can tell whether it was read, and what acts once could not be sent again.
        while (connection := await super()._get(key, traces)) is not None and _is_spent(connection):
            connection.close()
        return connection

    async def idle(self, key: "ConnectionKey") -> "Connection | None":
        """Take an idle connection, without waiting for one."""
        return await self._get(key, [])

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: Any,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # its name too
    ) -> Any:
        # aiohttp's `connect` counts the wait for a free connection as well, and its `sock_connect` neither the name's resolution
        # nor a proxy's answer, and begins anew with each address.
        async with asyncio.timeout(timeout.sock_connect):
            return await super()._create_connection(req, traces, timeout)

    def heed(self, keep_alive: str) -> None:
        """Keep idle connections no longer than a `Keep-Alive` header allows, less a second for the way."""
        said = _KEEP_ALIVE.search(keep_alive)
        if said is not None:
            self._keepalive_timeout = max(0.0, min(self._keepalive_timeout or 0.0, int(said[1]) - 1.0))

    def abort(self) -> None:
        """End the connections in use at once: to close them would first send what is left, to a server that may never read."""
        for protocol in self._acquired:
            if protocol.transport is not None:
                protocol.transport.abort()

    def abandon(self) -> None:
        """Close everything from outside of its loop, which does not run and may never run again."""
        idle = (connection[0] for connections in self._conns.values() for connection in connections)
        for transport in [protocol.transport for protocol in (*self._acquired, *idle)]:
            if transport is not None:
                with suppress(OSError):
                    transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._close()
        self._closed = True

    def __del__(self, *_: Any) -> None:
        # What a program leaves open is told once, by the pool: not a second time, with a traceback, by aiohttp.
        if self._closed:
            return
        self._closed = True
        if not self._loop.is_closed():
            for protocol in (connection[0] for idle in self._conns.values() for connection in idle):
                protocol.close()


def _is_spent(connection: "Connection") -> bool:
    """Tell whether an idle connection has ended, or has said what nobody asked for: that would pass for the next answer."""
    protocol = connection.protocol
    if protocol is None or protocol.transport is None or protocol.should_close:
        return True
    return _readable(protocol.transport.get_extra_info("socket"))


def _readable(connected: Any) -> bool:
    """Tell whether something waits on a socket, its end included, that the event loop has not seen yet."""
    if not hasattr(select, "poll"):
        return bool(select.select([connected], [], [], 0)[0])
    watch = select.poll()
    watch.register(connected.fileno(), select.POLLIN)
    return bool(watch.poll(0))
