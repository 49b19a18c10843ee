"""Calls stay within fixed windows of the API's clock, and use them."""

import asyncio
import time

import aiohttp
import pytest
from support.windows import StrictServer, strict_server

from stytch_b2b_async.batch.pace import Pace


async def call_until(end: float, server: StrictServer, pace: Pace, workers: int = 64) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def work() -> None:
            while True:
                async with pace.permit("made.up") as permit:
                    begin = time.monotonic()
                    if begin > end:
                        return
                    async with session.post(server.url) as response:
                        await response.read()
                    permit.report(response.status, time.monotonic() - begin, None, response.headers["Date"])

        await asyncio.gather(*(work() for _ in range(workers)))
    await pace.aclose()


@pytest.mark.parametrize("ahead", [-0.4, 0.4])
async def test_no_window_is_exceeded_or_wasted_although_the_clocks_differ(ahead: float) -> None:
    async with strict_server(60, ahead=ahead) as server:
        await call_until(time.monotonic() + 3.2, server, await Pace.open("60/s", None, 64))
    assert 0 == server.refused.total()
    assert [] == [count for count in server.full_windows() if count < 57]


async def test_a_limit_lower_than_told_is_learnt() -> None:
    async with strict_server(40) as server:
        await call_until(time.monotonic() + 3.2, server, await Pace.open("60/s", None, 64))
    assert 1 == len(server.refused)
    assert [] == [count for count in server.full_windows() if count < 38]
