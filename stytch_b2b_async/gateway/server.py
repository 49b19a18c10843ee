"""The gateway's own HTTP server: aiohttp's, with times and bounds, and a record of what cannot even be parsed."""

import asyncio
import ssl
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from .audit import Record, peer_name
from .handler import Handler, note_refusal
from .limits import Limits
from .refusal import RefusalError

MAX_FIELD: Final = 16 * 2**10
"""Bytes of a header."""
MAX_HEADERS: Final = 64
KEEPALIVE: Final = 75.0
"""Seconds that an idle connection is kept."""
LINGERING: Final = 1.0
"""Seconds to read on after a refusal, so that the client can see it."""
BACKLOG: Final = 2048
"""Connections that wait to be accepted."""
SHUTDOWN_TIMEOUT: Final = 5.0
"""Seconds for open calls to end."""


class Connection(RequestHandler):
    """A connection that is dropped when it takes too long to ask, or to listen."""

    __slots__ = ("_busy", "_head_timer", "_server", "_write_timer")

    def __init__(self, server: "Server", **settings: Any) -> None:
        super().__init__(server, **settings)
        self._server = server
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless there are too many connections."""
        super().connection_made(transport)
        if len(self._server.connections) > self._server.limits.connections:
            self.force_close()
            return
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._head_timer is None and not self._busy and data:
            self._expect_head()
        super().data_received(data)

    def begin(self) -> None:
        """Note that a whole head has arrived."""
        self._busy = True
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def end(self) -> None:
        """Note that a request has been answered."""
        self._busy = False

    def pause_writing(self) -> None:
        """Wait for the client, but not for ever."""
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self._loop.call_later(self._server.limits.write_seconds, self._abort)

    def resume_writing(self) -> None:
        """Write on."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """End."""
        for timer in (self._head_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._write_timer = None
        super().connection_lost(exc)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Refuse what cannot be parsed."""
        self.begin()
        return self._server.refuse_unparsed(self.peername, status)

    def _expect_head(self) -> None:
        self._head_timer = self._loop.call_later(self._server.limits.head_seconds, self._give_up)

    def _give_up(self) -> None:
        self._head_timer = None
        self._server.note_slow(self.peername)
        self._abort()

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()


class Server(web.Server):
    """Makes connections, and answers what arrives on them."""

    def __init__(self, handler: Handler, limits: Limits) -> None:
        super().__init__(self._handle)
        self._handler = handler
        self.limits = limits

    def __call__(self) -> RequestHandler:
        """Make a connection."""
        return Connection(
            self,
            loop=asyncio.get_running_loop(),
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=KEEPALIVE,
            lingering_time=LINGERING,
            max_field_size=MAX_FIELD,
            max_headers=MAX_HEADERS,
        )

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        if not isinstance(connection, Connection):
            raise TypeError("a connection of another server")
        connection.begin()
        try:
            return await self._handler.handle(request)
        finally:
            connection.end()

    def refuse_unparsed(self, peername: Any, status: int) -> web.Response:
        """Refuse, and record, what is no HTTP request."""
        record = Record(peer=peer_name(peername), method="")
        if status == HTTPStatus.BAD_REQUEST:
            refusal = RefusalError.bad_request("This is no well-formed HTTP request.", closes=True)
        else:
            refusal = RefusalError(HTTPStatus.INTERNAL_SERVER_ERROR, "gateway_failed", "The gateway failed.", closes=True)
        response = note_refusal(refusal, record)
        self._handler.record(record)
        return response

    def note_slow(self, peername: Any) -> None:
        """Record a connection that took too long to ask."""
        self._handler.record(
            Record(peer=peer_name(peername), method="", status=HTTPStatus.REQUEST_TIMEOUT.value, error="request_timeout")
        )


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
