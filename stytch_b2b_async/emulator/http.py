"""The emulator as an HTTP server, on aiohttp."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler

from stytch_b2b_async.wire.incoming import HTTPRequest

from .codec import HTTPResponse
from .control import CONTROL_PREFIX
from .dispatcher import ConnectionDropped, Dispatcher
from .errors import EmulatedError

AiohttpHandler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

MAX_BODY: Final = 16 * 2**20
MAX_CONTROL_BODY: Final = 512 * 2**20  # a whole state
SHUTDOWN_TIMEOUT: Final = 2.0  # seconds for open calls to end


class HTTPServer:
    """An HTTP server for the emulator."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._runner: web.ServerRunner | None = None

    async def start(self, host: str, port: int) -> str:
        """Listen; return the URL."""
        # The service rejects compressed bodies: aiohttp would notice an invalid one only halfway through.
        server = web.Server(_handler(self._dispatcher), request_factory=_request, access_log=None, auto_decompress=False)
        self._runner = runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_TIMEOUT)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except BaseException:
            await runner.cleanup()
            raise
        return _url(*runner.addresses[0][:2])

    async def stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()


def _handler(dispatcher: Dispatcher) -> AiohttpHandler:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge as error:
            return _to_aiohttp(dispatcher.refuse(EmulatedError("bad_request", "The body is too large.", error.status)))
        except web.RequestPayloadError:
            return _to_aiohttp(dispatcher.refuse(EmulatedError("bad_request", "The body is malformed.")))
        try:
            return _to_aiohttp(await dispatcher.answer(_from_aiohttp(request, body)))
        except ConnectionDropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()  # goes nowhere

    return handle


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    limit = MAX_CONTROL_BODY if message.path.startswith(CONTROL_PREFIX) else MAX_BODY
    return web.BaseRequest(message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=limit)


def _from_aiohttp(request: web.BaseRequest, body: bytes) -> HTTPRequest:
    url = request.rel_url
    headers = {name.lower(): value for name, value in reversed(list(request.headers.items()))}  # the first of repeated names counts
    return HTTPRequest(request.method, url.raw_path, url.raw_query_string, headers, body)


def _to_aiohttp(response: HTTPResponse) -> web.Response:
    return web.Response(status=response.status, body=response.body, headers=response.headers)


def _url(host: str, port: int) -> str:
    if ipaddress.ip_address(host).is_unspecified:
        host = "::1" if ":" in host else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
