"""An ASGI application in hypercorn."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from web.in_thread import in_thread
from web.sockets import SocketDriver


def served_by_hypercorn(app: Any) -> AbstractContextManager[SocketDriver]:
    """Serve an application on a free port."""

    @asynccontextmanager
    async def served() -> AsyncGenerator[SocketDriver]:
        stop = asyncio.Event()
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = Config()
        config.bind = [f"fd://{listening.detach()}"]  # hypercorn closes it
        config.errorlog = None
        config.graceful_timeout = 1
        running = asyncio.create_task(serve(_behind_a_proxy(app), config, shutdown_trigger=stop.wait))
        try:
            yield SocketDriver(port)
        finally:
            stop.set()
            await running

    return in_thread(served)


def _behind_a_proxy(app: Any) -> Any:
    """Trust `X-Forwarded-Proto` alone: hypercorn's own middleware trusts `X-Forwarded-Host` as well."""

    async def behind_a_proxy(scope: Any, receive: Any, send: Any) -> None:
        schemes = [value.decode() for name, value in scope.get("headers", ()) if name == b"x-forwarded-proto"]
        if schemes:
            scheme = schemes[0] if scope["type"] == "http" else schemes[0].replace("http", "ws")
            scope = {**scope, "scheme": scheme}
        await app(scope, receive, send)

    return behind_a_proxy
