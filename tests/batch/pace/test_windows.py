"""Calls stay within fixed windows of the API's clock, and use them."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from support.paced_calls import call_for
from support.windows import StrictServer, strict_server

from stytch_b2b_async.batch.pace import Pace, RedisAddress

pytestmark = pytest.mark.slow  # they wait for real windows

TESTS = Path(__file__).parents[2]


async def call_from_another_process(seconds: float, server: StrictServer, rate: str, store: str) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"}
    arguments = ["-m", "support.paced_calls", server.url, rate, store, str(seconds)]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
    assert 0 == await process.wait()


def wasted(server: StrictServer) -> list[int]:
    """List the windows of which less than 95 % was used."""
    return [count for count in server.full_windows() if count < 0.95 * server.limit]


async def measured(run: Callable[[], Awaitable[StrictServer]]) -> StrictServer:
    """Run on a machine with time for it: a server that stalls counts calls in windows that they were not sent in."""
    for _ in range(3):
        server = await run()
        if server.stalled < 0.2:
            return server
    pytest.skip("this machine is too busy")


@pytest.mark.parametrize("ahead", [-0.4, 0.4])
async def test_clock_skew(ahead: float) -> None:
    """No window is exceeded or wasted although the clocks differ."""

    async def run() -> StrictServer:
        async with strict_server(60, ahead=ahead) as server:
            await call_for(3.2, server.url, await Pace.open("60/s", None, 64))
        return server

    server = await measured(run)
    assert 0 == server.refused.total()
    assert [] == wasted(server)


async def test_nor_by_two_processes_that_share_a_redis(redis_url: str) -> None:
    async def run() -> StrictServer:
        async with strict_server(60, ahead=0.4) as server:
            await asyncio.gather(*(call_from_another_process(4.2, server, "60/s", redis_url) for _ in range(2)))
        return server

    server = await measured(run)
    assert 0 == server.refused.total()
    assert [] == wasted(server)[1:]  # while they learn the clock, they count calls twice


async def test_a_limit_lower_than_told_is_learnt() -> None:
    async def run() -> StrictServer:
        async with strict_server(40) as server:
            await call_for(3.2, server.url, await Pace.open("60/s", None, 64))
        return server

    server = await measured(run)
    assert 1 == len(server.refused)
    assert [] == wasted(server)


async def test_shared_learnt_limit(redis_url: str) -> None:
    """What one process has learnt the others adopt."""
    refused: list[int] = []

    async def run() -> StrictServer:
        async with strict_server(40) as server:
            first, second = [await Pace.open("60/s", RedisAddress.parse(redis_url), 64, scope=server.url) for _ in range(2)]
            await call_for(2.2, server.url, first)
            refused.append(server.refused.total())
            await call_for(1.2, server.url, second)
        return server

    server = await measured(run)
    assert 0 < refused[-1]
    assert server.refused.total() - refused[-1] in range(3)
