"""An ASGI application in uvicorn, in a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from web.sockets import SocketDriver


@contextmanager
def served_by_uvicorn(app: Any) -> Iterator[SocketDriver]:
    """Serve an application on a free port."""
    config = uvicorn.Config(
        app, port=0, lifespan="on", log_level="critical", ws="websockets-sansio", forwarded_allow_ips="127.0.0.1"
    )
    server, started = _Server(config), threading.Event()
    server.on_start = started.set
    thread = threading.Thread(target=server.run, name="uvicorn", daemon=True)
    thread.start()
    try:
        assert started.wait(10)
        yield SocketDriver(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)
    assert not thread.is_alive()


class _Server(uvicorn.Server):
    on_start: Any

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.on_start()
