"""A session belongs to an event loop; a pool of them serves all loops."""

import asyncio
import gc
import threading
import warnings
import weakref
from collections.abc import Awaitable, Callable

import pytest
from support.http_servers import ok, read_request, serving_aside, talking

from stytch_b2b_async import Call, Reply, SessionPool


def send(pool: SessionPool, url: str) -> Awaitable[Reply]:
    return pool.send(Call("POST", f"{url}/v1/thing", {}, b"{}"), connect_timeout=5)


def in_a_loop_of_its_own(work: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await work()

    asyncio.run(main())


class Keep:
    """Answers once, and tells when the other side has closed the connection."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        assert b"" == await reader.read()
        self.ended.set()


def test_loops_one_after_the_other() -> None:
    pool = SessionPool()

    async def work() -> None:
        assert 200 == (await send(pool, server.url)).status

    with serving_aside(ok()) as server:
        for _ in range(3):
            in_a_loop_of_its_own(work)
        in_a_loop_of_its_own(pool.close)
    assert 3 == len(server.seen)


def test_loops_at_once() -> None:
    pool, together = SessionPool(), threading.Barrier(3, timeout=10)
    statuses: list[int] = []

    async def work() -> None:
        statuses.append((await send(pool, server.url)).status)
        await asyncio.to_thread(together.wait)  # every loop is alive, with a session of its own
        statuses.append((await send(pool, server.url)).status)

    with serving_aside(ok()) as server:
        threads = [threading.Thread(target=in_a_loop_of_its_own, args=(work,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        in_a_loop_of_its_own(pool.close)
    assert [200] * 6 == statuses


def test_ended_loop() -> None:
    """A loop that has ended is let go with its session. A program that runs a loop per task must not collect them."""
    pool = SessionPool()
    ended: list[weakref.ref[asyncio.AbstractEventLoop]] = []

    async def work() -> None:
        ended.append(weakref.ref(asyncio.get_running_loop()))
        await send(pool, server.url)

    with serving_aside(ok()) as server:
        for _ in range(3):
            in_a_loop_of_its_own(work)
        gc.collect()
        assert [None, None, None] == [loop() for loop in ended]
        in_a_loop_of_its_own(pool.close)


def test_dropped_loop() -> None:
    """A loop that was dropped does not stand in the way. Some code closes a loop without shutting its generators down."""
    pool = SessionPool()

    async def work() -> None:
        assert 200 == (await send(pool, server.url)).status

    with serving_aside(ok()) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the dropped connection's own
        loop = asyncio.new_event_loop()
        loop.run_until_complete(work())
        loop.close()
        del loop
        in_a_loop_of_its_own(work)
        in_a_loop_of_its_own(pool.close)
        gc.collect()
    assert 2 == len(server.seen)


async def test_close_from_another_loop() -> None:
    """Closing from one loop closes the session of another."""
    pool = SessionPool()
    used, over = threading.Event(), threading.Event()

    async def work() -> None:
        await send(pool, url)
        used.set()
        await asyncio.to_thread(over.wait, 10)

    async with talking(keep := Keep()) as url:
        other = asyncio.ensure_future(asyncio.to_thread(in_a_loop_of_its_own, work))
        assert await asyncio.to_thread(used.wait, 10)
        await pool.close()
        await asyncio.wait_for(keep.ended.wait(), 10)
        over.set()
        await other


async def test_unclosed_pool_warning() -> None:
    """A pool that was used and dropped warns and closes its session."""
    pools = [SessionPool()]
    async with talking(keep := Keep()) as url:
        await send(pools[0], url)
        with pytest.warns(ResourceWarning, match="a stytch_b2b_async client was never closed"):
            pools.clear()
        await asyncio.wait_for(keep.ended.wait(), 10)
