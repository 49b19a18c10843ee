"""An aiohttp.web application in its own runner."""

from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any

from aiohttp import web
from web.in_thread import in_thread
from web.sockets import SocketDriver


def served_by_aiohttp(app: web.Application) -> AbstractContextManager[SocketDriver]:
    """Serve an application on a free port."""

    @asynccontextmanager
    async def served() -> AsyncGenerator[SocketDriver]:
        runner = web.AppRunner(app, max_line_size=1 << 16, max_field_size=1 << 16, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield SocketDriver(runner.addresses[0][1])
        finally:
            await runner.cleanup()

    return in_thread(served)


@web.middleware
async def behind_a_proxy(request: web.Request, handler: Any) -> web.StreamResponse:
    """Trust `X-Forwarded-Proto`, as aiohttp itself cannot be told to."""
    scheme = request.headers.get("X-Forwarded-Proto", "http")
    answered: web.StreamResponse = await handler(request.clone(scheme=scheme))
    return answered
