"""A call that has ended keeps nothing alive until the next garbage collection: requests hold passwords, and responses tokens."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from support.calls import WAYS, client_of
from support.http_servers import PROJECT_ID, SECRET, Scripted, failed, ok, read_request, talking

from stytch_b2b_async import BlockingClient, Client, StytchError
from stytch_b2b_async.api.passwords import StrengthCheck, StrengthCheckResponse
from stytch_b2b_async.runtime import retry
from stytch_b2b_async.wire import Call, Reply

KEPT = (StrengthCheck, StrengthCheckResponse, Call, Reply)
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"

ENDS: dict[str, list[bytes]] = {
    "answered": [WHOLE],
    "refused": [WHOLE.replace(b"200 OK", b"400 Bad Request")],
    "no JSON": [WHOLE.replace(b"{}", b"[]")],
    "no HTTP": [b"\0\0\0"],
    "lost": [],
    "cut short": [WHOLE[:-1]],
    "malformed chunk": [CHUNKS, b"zz\r\n"],
    "more than asked for": [WHOLE * 2],
}


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.001)


@pytest.fixture
def kept() -> Iterator[Callable[[], list[str]]]:
    """Collect no garbage, and tell what the test has left alive."""
    gc.collect()
    gc.disable()
    before = alive()  # of other tests
    yield lambda: sorted(type(each).__name__ for key, each in alive().items() if key not in before)
    gc.enable()


def alive() -> dict[int, object]:
    return {id(each): each for each in gc.get_objects() if type(each) in KEPT}


async def call(client: Client) -> None:
    with suppress(StytchError):
        await client.send(StrengthCheck(password="correct horse"))


def saying(parts: list[bytes]) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.002)
        writer.close()

    return talk


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ENDS)
async def test_ended_calls(way: str, end: str, kept: Callable[[], list[str]]) -> None:
    async with talking(saying(ENDS[end])) as url, client_of(way, url) as client:
        await call(client)
        await asyncio.sleep(0.01)
        assert [] == kept()


@pytest.mark.parametrize("way", WAYS)
async def test_no_connection(way: str, kept: Callable[[], list[str]]) -> None:
    async with talking(saying([])) as url:
        pass
    async with client_of(way, url) as client:
        await call(client)
        assert [] == kept()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ["cancelled", "timed out", "closed"])
async def test_calls_cut_short(way: str, end: str, kept: Callable[[], list[str]]) -> None:
    async with talking(silent) as url, client_of(way, url) as client:
        calls = [asyncio.ensure_future(call(client.with_options(timeout=0.1) if end == "timed out" else client)) for _ in range(3)]
        await asyncio.sleep(0.05)
        if end == "closed":
            await client.close()
        elif end == "cancelled":
            assert [True, True, True] == [each.cancel() for each in calls]
        await asyncio.gather(*calls, return_exceptions=True)
        calls.clear()
        await asyncio.sleep(0.01)
        assert [] == kept()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    await reader.read()
    writer.close()


@pytest.mark.parametrize("answer", [ok(score="high"), ok(score=["high"]), failed(400), failed(503)])
def test_blocking_calls(answer: Any, kept: Callable[[], list[str]]) -> None:
    """A response that does not match its declaration is structured field by field, with an error for each that does not."""
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(answer)) as client:
        scripted: Any = client._sender.shared.transport
        for _ in range(2):
            with suppress(StytchError):
                client.send(StrengthCheck(password="correct horse"))
        scripted.calls.clear()
    assert [] == kept()
