"""Drive an application through a socket: what is sent is what a test wrote, byte by byte."""

import socket
from collections.abc import Iterable
from http.client import HTTPResponse

from web.driver import HOST, Reply

_TIMEOUT = 10.0  # seconds
_READ_WHOLE = 65_536  # bytes that every server reads


class SocketDriver:
    """A driver of a server on this machine that trusts `X-Forwarded-Proto`; one connection per request."""

    def __init__(self, port: int, *, has_websockets: bool = True) -> None:
        self._port = port
        self.has_websockets = has_websockets

    def send(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        host: str = HOST,
        scheme: str = "https",
    ) -> Reply:
        sent = [("Host", host), ("X-Forwarded-Proto", scheme), *headers, ("Connection", "close")]
        if body or method in {"POST", "PUT", "PATCH"}:
            sent.append(("Content-Length", str(len(body))))
        with self._connection() as connection:
            arrived = _send(connection, method, target, sent, body)
            try:
                with HTTPResponse(connection, method=method) as response:
                    response.begin()
                    return Reply(response.status, response.getheaders(), response.read())
            except ConnectionError:
                assert not arrived, "the server answered nothing"
                return Reply(400)  # it closed while it was being sent more than it reads, and the answer was lost

    def connect(self, target: str, headers: Iterable[tuple[str, str]] = (), *, host: str = HOST, scheme: str = "https") -> Reply:
        handshake = [
            ("Host", host),
            ("X-Forwarded-Proto", scheme),
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        with self._connection() as connection:
            _send(connection, "GET", target, [*handshake, *headers], b"")
            with HTTPResponse(connection) as response:
                response.begin()
                if response.status != 101:
                    return Reply(response.status, response.getheaders(), response.read())
                return Reply(101, response.getheaders(), _first_message(response))

    def _connection(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), _TIMEOUT)


def _send(connection: socket.socket, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> bool:
    """Send a request, and return whether the server let all of it arrive."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    sent = "\r\n".join(lines).encode("latin-1") + body
    try:
        connection.sendall(sent)
    except ConnectionError:
        return False
    return len(sent) <= _READ_WHOLE


def _first_message(response: HTTPResponse) -> bytes:
    """Read an unmasked frame of text."""
    stream = response.fp
    assert stream is not None
    _, length = stream.read(2)
    if length == 126:
        length = int.from_bytes(stream.read(2))
    return stream.read(length)
