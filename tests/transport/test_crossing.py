"""What a server sends before it has received a request is not taken for the response, even if it arrives later."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from faults.certificates import client_context, self_signed, server_context
from faults.integrity import loops
from support.deafness import AVAILABLE, deaf

from stytch_b2b_async import APIConnectionError, Call, SessionPool, Transport
from stytch_b2b_async.transport import Attempt, BorrowedSession, acknowledgement, connector

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="only Linux tells what was acknowledged")

WAYS = ("fast path", "session path", "lent session")
LATER = 0.05  # seconds in which what was written arrives


def answer(said: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(said)}\r\n\r\n{said}".encode()


class Crossing:
    """A server that answers so many requests with their paths, and then sends a response before the next one reaches it."""

    def __init__(self, good: int) -> None:
        self.good = good
        self.connections = 0
        self.requests: list[str] = []
        self.attempt: Attempt | None = None
        """The client's, which knows whether its request was written."""
        self._talks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(asyncio.ensure_future(self._talk(reader, writer)))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        first = self.connections == 1
        for _ in range(self.good):
            await self._answer(reader, writer)
        if first:
            before = self.attempt if self.good else None
            with deaf(writer.get_extra_info("socket")):
                while self.attempt is before or self.attempt is None or not self.attempt.sent:  # noqa: ASYNC110  # a plain attribute
                    await asyncio.sleep(0.001)
                await asyncio.sleep(0.01)
                writer.write(answer("unasked"))
                await asyncio.sleep(LATER)
        while True:
            await self._answer(reader, writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ", 2)[1].decode()
        self.requests.append(path)
        writer.write(answer(path))


@asynccontextmanager
async def opened(server: Crossing, way: str, folder: Path, *, tls: bool) -> AsyncGenerator[tuple[Transport, str]]:
    file = self_signed(folder) if tls else None
    context = client_context(file) if file else None
    site = await asyncio.start_server(server.accept, "127.0.0.1", 0, ssl=server_context(file) if file else None)
    url = f"http{'s' if tls else ''}://127.0.0.1:{site.sockets[0].getsockname()[1]}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=True if context is None else context)) as session:
        own = SessionPool(ssl=context, fast_path=way == "fast path")
        transport = BorrowedSession(session) if way == "lent session" else own
        yield transport, url
        await transport.close()
        await own.close()
    site.close()
    await server.close()


async def ask(transport: Transport, url: str, path: str, server: Crossing | None = None) -> str:
    attempt = Attempt(asyncio.current_task())
    attempt.begin()
    if server is not None:
        server.attempt = attempt
    return (await transport.send(Call("GET", url + path, {}, None), connect_timeout=5)).body.decode()


@pytest.mark.parametrize("good", [0, 1], ids=["new", "reused"])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("run", loops().values(), ids=list(loops()))
def test_crossing_response(
    run: Callable[[Coroutine[Any, Any, None]], None], way: str, tmp_path: Path, *, tls: bool, good: int
) -> None:
    """The call fails, the connection is not used again, and the next call gets its own response."""

    async def main() -> None:
        server = Crossing(good)
        async with opened(server, way, tmp_path, tls=tls) as (transport, url):
            for number in range(good):
                assert f"/good-{number}" == await ask(transport, url, f"/good-{number}", server)
            with pytest.raises(APIConnectionError, match="sent data before it had received the request") as caught:
                await ask(transport, url, "/crossed", server)
            assert caught.value.maybe_applied
            assert "/next" == await ask(transport, url, "/next")
            assert 2 == server.connections

    run(main())


@pytest.mark.parametrize("way", WAYS)
async def test_without_acknowledgements(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crossing response unseen where acknowledgements are not shown.

    The mischief is real: without the check it is the response.
    """

    def cannot(_: object) -> bool:
        return False

    monkeypatch.setattr(acknowledgement, "can_tell", cannot)
    server = Crossing(0)
    async with opened(server, way, tmp_path, tls=False) as (transport, url):
        assert "unasked" == await ask(transport, url, "/crossed", server)


@pytest.mark.parametrize("status", ["413 Content Too Large", "401 Unauthorized"])
async def test_early_response_to_a_large_request(status: str, tmp_path: Path) -> None:
    """Early response to a large request is delivered. A server may refuse a request of which it has read the head."""

    class Refusing(Crossing):
        async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            with deaf(writer.get_extra_info("socket")):
                writer.write(answer("refused", status))
                await asyncio.sleep(LATER)
            raise ConnectionResetError

    async with opened(Refusing(1), "fast path", tmp_path, tls=False) as (transport, url):
        call = Call("POST", url + "/large", {}, b"a" * 2**22)
        assert status.startswith(str((await transport.send(call, connect_timeout=5)).status))


@pytest.mark.parametrize("fast", [True, False])
async def test_surplus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fast: bool) -> None:
    """Server with a surplus serves one request per connection.

    Its next surplus could come while another request is under way; after a while it is trusted again.
    """

    class Surplus(Crossing):
        async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await super()._answer(reader, writer)
            if self.requests[-1] == "/twice":
                writer.write(answer("surplus"))

    server = Surplus(10)
    async with opened(server, "fast path" if fast else "session path", tmp_path, tls=False) as (transport, url):
        for path in ("/0", "/1"):
            await ask(transport, url, path)
        assert 1 == server.connections
        await asyncio.gather(ask(transport, url, "/twice"), ask(transport, url, "/slow"))
        await asyncio.sleep(LATER)
        before = server.connections
        for number in range(3):
            assert f"/{number}" == await ask(transport, url, f"/{number}")
        assert before + 3 == server.connections
        loop = asyncio.get_running_loop()
        now = loop.time
        monkeypatch.setattr(loop, "time", lambda: now() + connector.DISTRUST)
        for number in range(3):
            assert f"/{number}" == await ask(transport, url, f"/{number}")
        assert before + 4 == server.connections


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("status", ["408 Request Timeout", "504 Gateway Timeout"])
async def test_timeout_status(way: str, status: str, tmp_path: Path) -> None:
    """Connection is not reused after a timeout status. What the server or proxy no longer waits for may still come."""

    class GivingUp(Crossing):
        async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer("gave up", status))

    server = GivingUp(10)
    async with opened(server, way, tmp_path, tls=False) as (transport, url):
        for _ in range(2):
            assert "gave up" == await ask(transport, url, "/")
        assert 2 == server.connections
