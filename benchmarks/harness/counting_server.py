"""A server that counts requests by the marker in their email address, and fails a given share of them.

It runs in its own process. The line `counts` on standard input is answered with a line of JSON.
"""

import asyncio
import json
import random
import re
import sys
from collections import Counter
from pathlib import Path
from typing import ClassVar

from harness.http_protocol import HTTPProtocol, response

MARKER = re.compile(rb'"email_address":"([^"]+)"')
REFUSED = {429: b'{"error_type":"too_many_requests","request_id":"r"}', 503: b'{"error_type":"unavailable","request_id":"r"}'}


class Counting(HTTPProtocol):
    """Answer each request; a share of them fails, in one of four ways.

    Refused with 429, nothing done; refused with 503, done or not; done, and the connection lost before the answer.
    """

    done: ClassVar[Counter[str]] = Counter()
    faults: ClassVar[Counter[str]] = Counter()
    live: ClassVar[set["Counting"]] = set()

    def __init__(self, reply: bytes, failing: float, delay: float) -> None:
        super().__init__()
        self._reply = reply
        self._failing = failing
        self._delay = delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count a connection."""
        super().connection_made(transport)
        self.live.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no longer."""
        self.live.discard(self)

    def answer(self, head: bytes, body: bytes) -> None:
        """Answer a request after a while."""
        if self._delay:
            wait = random.uniform(0, self._delay)  # noqa: S311  # a load, no secret
            asyncio.get_running_loop().call_later(wait, self._answer, body)
        else:
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        marker = MARKER.search(body)
        name = marker[1].decode() if marker else ""
        fault = random.choice(["429", "503", "503 when done", "lost when done"]) if random.random() < self._failing else ""  # noqa: S311
        if name and fault in {"", "503 when done", "lost when done"}:
            self.done[name] += 1
        self.faults[fault or "answered"] += 1
        if fault == "lost when done":
            self.transport.abort()
        elif fault:
            status = int(fault[:3])
            self.transport.write(response(status, REFUSED[status], "Retry-After: 0\r\n" if status in REFUSED else ""))
        else:
            self.transport.write(self._reply)


async def serve(body: bytes, failing: float, delay: float) -> None:
    """Print the port, then answer until standard input closes."""
    loop = asyncio.get_running_loop()
    reply = response(200, body)
    server = await loop.create_server(lambda: Counting(reply, failing, delay), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        told = {"done": Counting.done, "faults": Counting.faults, "connections": len(Counting.live)}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]).read_bytes(), float(sys.argv[2]), float(sys.argv[3])))
