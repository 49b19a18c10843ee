"""Calls at a pace, from this process or from one of its own: `python -m support.paced_calls URL RATE STORE SECONDS`."""

import asyncio
import sys
import time

import aiohttp

from stytch_b2b_async.batch.pace import Pace, RedisAddress


async def call_for(seconds: float, url: str, pace: Pace, workers: int = 64) -> None:
    """Call as often as the pace allows, then close it."""
    end = time.monotonic() + seconds
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def work() -> None:
            while True:
                with await pace.acquire("made.up") as permit:
                    begin = time.monotonic()
                    if begin > end:
                        return
                    async with session.post(url) as response:
                        await response.read()
                    permit.report(response.status, time.monotonic() - begin, None, response.headers["Date"])

        await asyncio.gather(*(work() for _ in range(workers)))
    await pace.aclose()


async def main(url: str, rate: str, store: str, seconds: str) -> None:
    """Call for some seconds."""
    await call_for(float(seconds), url, await Pace.open(rate, RedisAddress.parse(store), 64, scope="a-project"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
