"""One deadline bounds a whole call: its attempts, its waits, connecting and reading."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from support.http_servers import PROJECT_ID, SECRET, failed, read_request, serving, talking

from stytch_b2b_async import APIStatusError, APITimeoutError, Client, SessionPool
from stytch_b2b_async.api.passwords import StrengthCheck
from stytch_b2b_async.api.passwords.discovery.email import ResetStart

READS = StrengthCheck(password="correct horse")
ACTS_ONCE = ResetStart(email_address="ada@example.com")


async def stay_silent(*_: object) -> None:
    await asyncio.Event().wait()


async def test_no_answer() -> None:
    """The deadline ends a call that is never answered."""
    async with talking(stay_silent) as url, Client(PROJECT_ID, SECRET, base_url=url, timeout=0.1) as client:
        with pytest.raises(APITimeoutError, match=r"^no answer within 0\.1 s; the API may have acted on it$") as caught:
            await client.send(READS)
    assert (1, True, READS) == (caught.value.attempts, caught.value.maybe_applied, caught.value.request)
    assert caught.value.__context__ is None


async def test_dripping_body() -> None:
    """The deadline ends a body that comes in drops. However small the waits between the drops, and however many."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1\r\n \r\n")
            await writer.drain()
            await asyncio.sleep(0.005)

    async with talking(drip) as url, Client(PROJECT_ID, SECRET, base_url=url, timeout=0.1) as client:
        with pytest.raises(APITimeoutError, match=r"^no answer within 0\.1 s"):
            await client.send(READS)


async def test_the_deadline_ends_a_row_of_attempts() -> None:
    options: dict[str, Any] = {"timeout": 1, "max_attempts": 1_000_000}
    down = failed(503, Retry_After="0")
    async with serving(down) as server, Client(PROJECT_ID, SECRET, base_url=server.url, **options) as client:
        with pytest.raises((APITimeoutError, APIStatusError)) as caught:
            await client.send(READS)
    assert caught.value.attempts == len(server.seen) or caught.value.attempts == len(server.seen) + 1
    assert 1 < caught.value.attempts < 200  # the budget ends it, if the deadline does not


async def test_waiting_for_a_connection() -> None:
    """The deadline ends the wait for a free connection."""
    taken = asyncio.Event()

    async def hold(*_: object) -> None:
        taken.set()
        await asyncio.Event().wait()

    pool = SessionPool(limit=1)
    async with talking(hold) as url, Client(PROJECT_ID, SECRET, base_url=url, transport=pool) as client:
        first = asyncio.ensure_future(client.send(READS))
        await taken.wait()
        with pytest.raises(APITimeoutError, match=r"^no free connection within 0\.1 s \(limit 1\)") as caught:
            await client.with_options(timeout=0.1).send(ACTS_ONCE)
        assert not first.done()
        first.cancel()
    assert not caught.value.maybe_applied
    assert ("no free connection within 0.1 s (limit 1)", 1) == (str(caught.value), caught.value.attempts)
    assert ["SessionPool(limit=…) allows more connections: pass one as the client's transport."] == caught.value.__notes__


async def test_connecting() -> None:
    """The deadline ends a connection in the making which applied nothing."""
    async with talking(stay_silent) as url:
        secure = url.replace("http", "https")
        async with Client(PROJECT_ID, SECRET, base_url=secure, timeout=0.1) as client:
            with pytest.raises(APITimeoutError) as caught:
                await client.send(ACTS_ONCE)
    assert not caught.value.maybe_applied


async def test_connecting_has_a_shorter_one_of_its_own() -> None:
    async with talking(stay_silent) as url:
        options: dict[str, Any] = {"base_url": url.replace("http", "https"), "connect_timeout": 0.05, "max_attempts": 2}
        async with Client(PROJECT_ID, SECRET, **options) as client:
            with pytest.raises(APITimeoutError, match=r"^no connection within 0\.05 s \(after 2 attempts\)$"):
                await client.send(ACTS_ONCE)


async def test_the_deadline_bounds_any_transport() -> None:
    class Silent:
        async def send(*_: object, **__: object) -> Any:
            await asyncio.Event().wait()

    async with Client(PROJECT_ID, SECRET, transport=Silent(), timeout=0.05) as client:
        with pytest.raises(APITimeoutError) as caught:
            await client.send(READS)
    assert caught.value.maybe_applied  # who cannot tell must take it for possible


async def test_a_deadline_of_the_callers_own_is_theirs() -> None:
    async with talking(stay_silent) as url, Client(PROJECT_ID, SECRET, base_url=url) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.send(READS)


async def test_a_cancelled_call_hangs_up() -> None:
    gone = asyncio.Event()

    async def wait_for_end(_: web.Request) -> web.Response:
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()
        return web.Response()

    async with serving(wait_for_end) as server, Client(PROJECT_ID, SECRET, base_url=server.url) as client:
        call = asyncio.ensure_future(client.send(READS))
        await server.arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.wait_for(gone.wait(), 5)
