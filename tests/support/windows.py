"""A server that enforces a rate limit as the vendor does: in fixed windows of its own clock."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import attrs
from aiohttp import web


@attrs.define(eq=False)
class StrictServer:
    """Answers `limit` calls in each window of a clock that is `ahead` of this machine's, and 429 to the others."""

    limit: int
    seconds: int = 1
    ahead: float = 0.0
    accepted: Counter[int] = attrs.field(factory=Counter[int])
    refused: Counter[int] = attrs.field(factory=Counter[int])
    url: str = ""
    stalled: float = 0.0
    """The seconds by which it was late at worst, as this machine was busy: what comes in then is counted too late."""

    async def watch_itself(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            self.stalled = max(self.stalled, time.monotonic() - before - 0.01)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        now = time.time() + self.ahead
        window = int(now // self.seconds)
        over = self.accepted[window] >= self.limit
        (self.refused if over else self.accepted)[window] += 1
        body = {"status_code": 429 if over else 200, "request_id": "request-id-test-1"}
        return web.json_response(body, status=body["status_code"], headers={"Date": formatdate(now, usegmt=True)})  # type: ignore[arg-type]

    def full_windows(self) -> list[int]:
        """The accepted calls of each window, but for the first and the last, which the test did not see whole."""
        return [self.accepted[window] for window in range(min(self.accepted) + 1, max(self.accepted))]


@asynccontextmanager
async def strict_server(limit: int, *, seconds: int = 1, ahead: float = 0.0) -> AsyncIterator[StrictServer]:
    """Run such a server."""
    server = StrictServer(limit, seconds, ahead)
    runner = web.ServerRunner(web.Server(server.answer), shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    watch = asyncio.create_task(server.watch_itself())
    try:
        yield server
    finally:
        watch.cancel()
        await runner.cleanup()
