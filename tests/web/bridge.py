"""A fake Stytch behind a socket, for applications that run in processes of their own."""

import asyncio
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from stytch_b2b_async.emulator.transport import IN_PROCESS_URL
from stytch_b2b_async.errors import APIConnectionError
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.webhooks import WebhookEvent
from stytch_b2b_async.wire import Call

EVENTS = "/_events"
"""Where an application reports the webhooks that it has received."""


@contextmanager
def bridge(fake: FakeStytch, events: list[WebhookEvent]) -> Iterator[str]:
    """Serve a fake on a free port; returns its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == EVENTS:
                events.append(pickle.loads(body))  # noqa: S301  # of our own process
                self._send(204, {}, b"")
                return
            call = Call(method=self.command, url=IN_PROCESS_URL + self.path, headers=dict(self.headers), body=body or None)
            try:
                reply = asyncio.run(fake._backend.send(call, connect_timeout=5))
            except APIConnectionError:
                self.close_connection = True
                return
            self._send(reply.status, dict(reply.headers), reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  # their names there

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            with suppress(ConnectionError):  # whoever has asked waits no longer
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="bridge", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
