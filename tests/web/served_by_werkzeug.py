"""A WSGI application in werkzeug's threaded server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from web.sockets import SocketDriver
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # its name there
        pass


@contextmanager
def served_by_werkzeug(app: Any) -> Iterator[SocketDriver]:
    """Serve an application on a free port."""
    server = make_server("127.0.0.1", 0, ProxyFix(app, x_for=0, x_proto=1), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="werkzeug", daemon=True)
    thread.start()
    try:
        yield SocketDriver(server.server_port, has_websockets=False)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
    assert not thread.is_alive()
