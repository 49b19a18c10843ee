"""A minimal server: it answers every request with the same bytes, at once or after some milliseconds.

It runs in its own process, so that only the client is measured.
"""

import asyncio
import sys
from pathlib import Path

from harness.http_protocol import HTTPProtocol, response


class FixedReply(HTTPProtocol):
    """Answer each request, whatever it says."""

    def __init__(self, reply: bytes, delay: float = 0) -> None:
        super().__init__()
        self._reply = reply
        self._delay = delay

    def answer(self, head: bytes, body: bytes) -> None:
        """Write the reply."""
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self.transport.write, self._reply)
        else:
            self.transport.write(self._reply)


async def serve(body: bytes, delay: float = 0) -> None:
    """Print the port, then answer until standard input closes."""
    reply, loop = response(200, body), asyncio.get_running_loop()
    server = await loop.create_server(lambda: FixedReply(reply, delay), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]).read_bytes(), *(int(each) / 1000 for each in sys.argv[2:])))
