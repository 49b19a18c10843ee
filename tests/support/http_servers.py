"""Servers on this machine that do as they are told."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import attrs
from aiohttp import web
from anyio.from_thread import start_blocking_portal

from stytch_b2b_async import Call, Reply

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-planted-by-the-tests"


@attrs.frozen
class Answer:
    """What a server says once."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def basic_auth(user: str, password: str) -> str:
    """Write the value of an Authorization header."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def ok(**fields: Any) -> Answer:
    """Answer well, with what every reply carries."""
    return Answer({"request_id": "request-id-test-1", "status_code": 200, **fields})


def failed(status: int, error_type: str = "made_up", **headers: str) -> Answer:
    """Answer with an error in the API's shape."""
    body = {
        "status_code": status,
        "request_id": "request-id-test-2",
        "error_type": error_type,
        "error_message": "made up",
        "error_url": f"https://stytch.com/docs/api/errors/{status}#{error_type}",
    }
    return Answer(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


@attrs.frozen
class Seen:
    """A request that a server got."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Step: TypeAlias = Answer | Callable[[web.Request], Awaitable[web.StreamResponse]]


async def lose(request: web.Request) -> web.StreamResponse:
    """Break the connection once the request is there."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


class Script:
    """Answers each request with the next of its steps, and stays with the last."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self.seen: list[Seen] = []
        self.arrived = asyncio.Event()
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.seen.append(Seen(request.method, request.raw_path, request.headers.copy(), body))
        self.arrived.set()
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if not isinstance(step, Answer):
            return await step(request)  # type: ignore[arg-type]  # of all of web.Request, steps need only what the base has
        return web.Response(body=step.content, status=step.status, headers={"Content-Type": "application/json", **step.headers})


@asynccontextmanager
async def serving(*steps: Step) -> AsyncIterator[Script]:
    """Run a real HTTP server that follows a script."""
    script = Script(*steps)
    runner = web.ServerRunner(web.Server(script.handle, handler_cancellation=True), shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    script.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield script
    finally:
        await runner.cleanup()


Talk: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking(talk: Talk) -> AsyncIterator[str]:
    """Run a server that knows no HTTP: it does with each connection what `talk` does, then drops it."""

    async def drop_after(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        try:
            await talk(reader, writer)
        except (asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.transport.abort()

    talks: set[asyncio.Task[Any] | None] = set()
    server = await asyncio.start_server(drop_after, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in talks:
            if task is not None:
                task.cancel()
        await server.wait_closed()


async def stay_silent(*_: object) -> None:
    """Do nothing with a connection, and keep it."""
    await asyncio.Event().wait()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Read one HTTP request to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.partition(b":")[2]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


class Scripted:
    """A transport without a network: answers or raises what it is given in turn, and stays with the last."""

    def __init__(self, *steps: Answer | Exception) -> None:
        self._steps = list(steps)
        self.calls: list[Call] = []
        self.closed = 0

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        self.calls.append(call)
        assert len(self.calls) < 1_000, "the calls do not end"
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return Reply(step.status, {name.lower(): value for name, value in step.headers.items()}, step.content)

    async def close(self) -> None:
        self.closed += 1


@contextmanager
def serving_aside(*steps: Step) -> Iterator[Script]:
    """Run that server in a loop and a thread of its own, for tests whose own loops come and go."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(serving(*steps)) as script:
        yield script
