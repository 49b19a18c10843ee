"""HTTP byte by byte: requests that no client library would send, and a server that answers what it is told."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import attrs


@attrs.frozen
class RawAnswer:
    """What came back on a connection."""

    raw: bytes

    @property
    def status(self) -> int:
        """The status; 0 if the connection was closed without an answer."""
        return int(self.raw.split(b" ", 2)[1]) if self.raw.startswith(b"HTTP/") else 0

    @property
    def headers(self) -> dict[str, str]:
        head = self.raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head)}

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def exchange(port: int, sent: bytes, *, timeout: float = 10) -> RawAnswer:
    """Send bytes; read one answer, or until the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        with suppress(ConnectionError):  # an early refusal, while this is still sending
            connection.sendall(sent)
        return RawAnswer(_one_answer(connection, has_body=not sent.startswith(b"HEAD")))


def _one_answer(connection: socket.socket, *, has_body: bool) -> bytes:
    received = b""
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            received += part
            head, end, body = received.partition(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
            if end and (head.startswith(b"HTTP/1.1 204") or (length.isdigit() and len(body) >= int(length) * has_body)):
                break
    return received


def request(method: str, target: str, *headers: str, body: bytes | str = b"", host: str = "127.0.0.1", token: str | None) -> bytes:
    """Write a request; characters beyond Latin-1 are not taken, and nothing is escaped."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [*headers]
    if content and not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def reply(body: bytes | str, *headers: str, status: str = "200 OK") -> bytes:
    """Write a reply of known length, in JSON."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + content


FINE = reply('{"status_code":200,"request_id":"request-id-test-raw"}')


class RawServer:
    """Reads whole requests, and answers each with the bytes of `answer`; None closes the connection instead."""

    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self.answer: bytes | None = FINE
        self.repeats = 1
        """How often the last answer is written, for those that are too large to keep."""
        self.closes = False
        """Whether the connection is closed after an answer."""
        self.requests: list[bytes] = []
        self._listener = listener

    def serve(self) -> None:
        """Accept connections until the listener is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def _serve_one(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while (received := _one_request(connection)) is not None:
                self.requests.append(received)
                if self.answer is None:
                    return
                for _ in range(self.repeats):
                    connection.sendall(self.answer)
                if self.closes:
                    return


def _one_request(connection: socket.socket) -> bytes | None:
    received = b""
    while part := connection.recv(65_536):
        received += part
        head, end, body = received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0].strip() or b"0"
        if end and len(body) >= int(length):
            return received
    return None


@contextmanager
def raw_server() -> Iterator[RawServer]:
    """Run a raw server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawServer(listener)
        threading.Thread(target=server.serve, daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
