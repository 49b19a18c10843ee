"""What the small servers of tests and benchmarks share: they read whole requests."""

import asyncio

_HEAD_END = b"\r\n\r\n"


class HTTPProtocol(asyncio.Protocol):
    """A connection of a server that answers each request as soon as its head and body are here."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer the requests that are whole."""
        self._buffer += data
        while (end := self._buffer.find(_HEAD_END)) >= 0:
            head, start = self._buffer[:end], end + len(_HEAD_END)
            end = start + content_length(head)
            if len(self._buffer) < end:
                return
            body, self._buffer = self._buffer[start:end], self._buffer[end:]
            self.answer(head, body)

    def answer(self, head: bytes, body: bytes) -> None:
        """Answer a request, now or later."""
        raise NotImplementedError


def content_length(head: bytes) -> int:
    """Read the length of the body that follows a head."""
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def response(status: int, body: bytes, more: str = "") -> bytes:
    """Write a response with JSON."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
