"""How calls end when somebody goes away."""

import asyncio
import json
from pathlib import Path

from support.raw_http import FINE, request

from stytch_b2b_async.gateway import Gateway, connection

from .conftest import PROJECT_ID, SECRET, TOKEN, TOKENS, UNLIMITED

READ = request("GET", "/v1/b2b/organizations/x", token=TOKEN)


class Slow(asyncio.Protocol):
    """Answers when it is told to."""

    def __init__(self, asked: asyncio.Event, told: asyncio.Event) -> None:
        self._asked, self._told = asked, told

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert data
        self._asked.set()
        self._answering = asyncio.ensure_future(self._answer())

    async def _answer(self) -> None:
        await self._told.wait()
        self._transport.write(FINE)


async def test_stopping_waits_for_open_calls(tmp_path: Path) -> None:
    """Whoever waits gets the answer, and each line is in the audit log when `stop` returns."""
    asked, told = asyncio.Event(), asyncio.Event()
    server = await asyncio.get_running_loop().create_server(lambda: Slow(asked, told), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    gateway = Gateway(PROJECT_ID, SECRET, base_url=url, tokens=TOKENS, allow="*", limits=UNLIMITED, audit=tmp_path / "audit.jsonl")
    async with server:
        await gateway.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", int(gateway.url.rpartition(":")[2]))
        idle, idler = await asyncio.open_connection("127.0.0.1", int(gateway.url.rpartition(":")[2]))
        writer.write(READ)
        await asked.wait()
        stopping = asyncio.create_task(gateway.stop())
        assert b"" == await idle.read()
        told.set()
        answer = await reader.read()
        await stopping
        for each in (writer, idler):
            each.close()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert not connection.IS_TESTED or b"\r\nConnection: close\r\n" in answer  # aiohttp itself closes, and does not say so
    assert [200] == [json.loads(line)["status"] for line in _lines(tmp_path)]


async def test_a_client_that_goes_away(tmp_path: Path) -> None:
    """What was sent on is recorded with what became of it, and nothing fails."""
    asked, told = asyncio.Event(), asyncio.Event()
    server = await asyncio.get_running_loop().create_server(lambda: Slow(asked, told), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    gateway = Gateway(PROJECT_ID, SECRET, base_url=url, tokens=TOKENS, allow="*", limits=UNLIMITED, audit=tmp_path / "audit.jsonl")
    async with server, gateway:
        _, writer = await asyncio.open_connection("127.0.0.1", int(gateway.url.rpartition(":")[2]))
        writer.write(READ)
        await asked.wait()
        writer.transport.abort()
        await asyncio.sleep(0.01)
        told.set()
    [line] = map(json.loads, _lines(tmp_path))
    assert (200, True) == (line["status"], line["sent"])


def _lines(folder: Path) -> list[str]:
    return (folder / "audit.jsonl").read_text().splitlines()
