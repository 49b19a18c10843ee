"""The gateway's own HTTP server: aiohttp's, with time and size limits, and a record of what cannot even be parsed."""

import asyncio
import ssl
from typing import Final

from aiohttp import web

from . import connection
from .connection import Connection
from .handler import Handler

MAX_FIELD: Final = 16 * 2**10
"""Bytes of a header."""
MAX_HEADERS: Final = 64
KEEPALIVE: Final = 75.0
"""Seconds that an idle connection is kept."""
BACKLOG: Final = 2048
"""Connections that wait to be accepted."""
SHUTDOWN_TIMEOUT: Final = 5.0
"""Seconds for open calls to end."""


class Server(web.Server):
    """Makes connections, and answers what arrives on them."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(self._handle)
        self.handler = handler
        self.is_direct: bool = connection.IS_TESTED
        """Whether connections write answers themselves."""

    def __call__(self) -> Connection:
        """Make a connection."""
        return Connection(
            self,
            self.handler,
            is_direct=self.is_direct,
            loop=asyncio.get_running_loop(),
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=KEEPALIVE,
            max_field_size=MAX_FIELD,
            max_headers=MAX_HEADERS,
        )

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request through aiohttp."""
        made = request.protocol
        if not isinstance(made, Connection):
            raise TypeError("a connection of another server")
        made.begin()
        try:
            answer = await self.handler.handle(request)
        finally:
            made.end()
        return answer.to_web()


class Listener:
    """A server that listens."""

    def __init__(self, server: Server) -> None:
        self._runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_TIMEOUT)

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None) -> tuple[str, int]:
        """Listen; return the address. Raises OSError."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, ssl_context=tls, backlog=BACKLOG).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        address = self._runner.addresses[0]
        return str(address[0]), int(address[1])

    async def stop(self) -> None:
        """Close the port; open calls may end first."""
        await self._runner.cleanup()
