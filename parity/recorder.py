"""A local server that records requests, and gives the same response to each."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import attrs
from aiohttp import web

REPLY = {"request_id": "request-id-parity", "status_code": 200}
COMPARED = ("authorization", "content-type", "host")


@attrs.frozen
class Recorded:
    """A request as it arrived."""

    method: str
    path: str
    """As received, with its quoting."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Headers that the API reads, by lower-case name."""
    body: Mapping[str, Any] | None
    """None if it is empty."""


class Recorder:
    """Keeps requests until they are taken."""

    def __init__(self) -> None:
        self._recorded: list[Recorded] = []
        self.url = ""

    def take(self) -> list[Recorded]:
        """Return and remove the recorded requests."""
        recorded, self._recorded = self._recorded, []
        return recorded

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Record a request."""
        path, _, query = request.raw_path.partition("?")
        headers = {name.lower(): value for name, value in request.headers.items()}
        recorded = Recorded(
            method=request.method,
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))),
            headers={name: value for name, value in headers.items() if name in COMPARED or name.startswith("x-stytch-")},
            body=_read(await request.read(), headers.get("content-type", "")),
        )
        self._recorded.append(recorded)
        return web.json_response(REPLY)


def _read(body: bytes, content_type: str) -> Mapping[str, Any] | None:
    if not body:
        return None
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    read: Mapping[str, Any] = json.loads(body)
    return read


@asynccontextmanager
async def recording() -> AsyncIterator[Recorder]:
    """Run a recorder."""
    recorder = Recorder()
    runner = web.ServerRunner(web.Server(recorder.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    recorder.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield recorder
    finally:
        await runner.cleanup()
