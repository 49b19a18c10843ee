"""A minimal server: it answers every request with the same bytes, at once or after some milliseconds.

It runs in its own process, so that only the client is measured.
"""

import asyncio
import sys
from pathlib import Path

HEAD_END = b"\r\n\r\n"


class FixedReply(asyncio.Protocol):
    """Answer each request, whatever it says, as soon as its head and body are here."""

    def __init__(self, reply: bytes, delay: float = 0) -> None:
        self._reply = reply
        self._delay = delay
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what is whole."""
        self._buffer += data
        while (head := self._buffer.find(HEAD_END)) >= 0:
            end = head + len(HEAD_END) + content_length(self._buffer[:head])
            if len(self._buffer) < end:
                return
            self._buffer = self._buffer[end:]
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._transport.write, self._reply)
            else:
                self._transport.write(self._reply)


def content_length(head: bytes) -> int:
    """Read the length of the body that follows a head."""
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def serve(body: bytes, delay: float = 0) -> None:
    """Print the port, then answer until standard input closes."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: FixedReply(head + body, delay), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]).read_bytes(), *(int(each) / 1000 for each in sys.argv[2:])))
