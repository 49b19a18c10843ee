"""The gateway's own HTTP server: aiohttp's, with times and bounds, and a record of what cannot even be parsed."""

import asyncio
import ssl
from http import HTTPStatus
from typing import Final

from aiohttp import web

from . import connection
from .answer import Answer
from .audit import Record
from .connection import Connection
from .handler import Handler, note_refusal
from .limits import Limits
from .refusal import RefusalError

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

    def __init__(self, handler: Handler, limits: Limits) -> None:
        super().__init__(self._handle)
        self.handler = handler
        self.limits = limits
        self.is_direct: bool = connection.IS_TESTED
        """Whether connections write answers themselves."""

    def __call__(self) -> Connection:
        """Make a connection."""
        return Connection(
            self,
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

    def refuse_unparsed(self, peer: str, status: int = HTTPStatus.BAD_REQUEST) -> Answer:
        """Refuse, and record, what is not an HTTP request."""
        record = Record(peer=peer, method="")
        if status == HTTPStatus.BAD_REQUEST:
            refusal = RefusalError.bad_request("The request is not well-formed HTTP.", closes=True)
        else:
            refusal = RefusalError(HTTPStatus.INTERNAL_SERVER_ERROR, "gateway_failed", "The gateway failed.", closes=True)
        answer = note_refusal(refusal, record)
        self.handler.record(record)
        return answer

    def note_slow(self, peer: str) -> None:
        """Record a connection that took too long to ask."""
        self.handler.record(Record(peer=peer, method="", status=HTTPStatus.REQUEST_TIMEOUT.value, error="request_timeout"))


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
