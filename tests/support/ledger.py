"""A server in a process of its own that counts how often each request reached it: `python -m support.ledger`.

It prints its URL. Every POST is answered well, and `GET /` says what was seen: the value of the first string in each body. A value
that starts with `bad` is answered with 404. LEDGER_DELAY is the seconds before an answer, LEDGER_REPLY a file with its body.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.http_protocol import HTTPProtocol, response

PATHS = (Path(__file__).parents[1], Path(__file__).parents[2] / "benchmarks")
FIRST = re.compile(rb'"(?:email_address|organization_name)": ?"([^"]*)"')

REPLY = b'{"request_id":"request-id-test-1","status_code":200}'
REFUSAL = b'{"request_id":"request-id-test-1","status_code":404,"error_type":"member_not_found","error_message":"no such member"}'


class Ledger(HTTPProtocol):
    """A connection."""

    def __init__(self, seen: Counter[str], delay: float, reply: bytes) -> None:
        super().__init__()
        self.seen = seen
        self.delay = delay
        self.reply = reply
        self.loop = asyncio.get_running_loop()

    def answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET"):
            total = head.startswith(b"GET /total")
            self.write(200, json.dumps(sum(self.seen.values()) if total else self.seen).encode())
            return
        match = FIRST.search(body)
        name = match[1].decode() if match else ""
        self.seen[name] += 1
        status = 404 if name.startswith("bad") else 200
        content = REFUSAL if status == 404 else self.reply
        if self.delay:
            self.loop.call_later(self.delay, self.write, status, content)
        else:
            self.write(status, content)

    def write(self, status: int, content: bytes) -> None:
        self.transport.write(response(status, content))


async def main(reply: bytes) -> None:
    """Serve until standard input is closed."""
    seen: Counter[str] = Counter()
    delay = float(os.environ.get("LEDGER_DELAY", "0"))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Ledger(seen, delay, reply), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)  # noqa: T201  # its output
    await loop.run_in_executor(None, sys.stdin.read)


class RunningLedger:
    """A ledger in a process of its own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def seen(self) -> dict[str, int]:
        """Return how often each request reached the server."""
        with urllib.request.urlopen(self.url, timeout=30) as response:  # noqa: S310  # on this machine
            found: dict[str, int] = json.load(response)
            return found

    def total(self) -> int:
        """Return how many requests reached the server."""
        with urllib.request.urlopen(f"{self.url}/total", timeout=30) as response:  # noqa: S310  # on this machine
            return int(response.read())


@contextmanager
def running_ledger(delay: float = 0) -> Iterator[RunningLedger]:
    """Run a ledger, and end it."""
    environment = {**os.environ, "LEDGER_DELAY": str(delay), "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
    command = [sys.executable, "-m", "support.ledger"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603  # ours
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield RunningLedger(process.stdout.readline().strip())
        finally:
            process.stdin.close()
            process.wait(10)


if __name__ == "__main__":
    given = os.environ.get("LEDGER_REPLY")
    asyncio.run(main(Path(given).read_bytes() if given else REPLY))
