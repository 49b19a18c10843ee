"""One contender in a process of its own: reads how many calls to make, a line at a time, and prints the seconds they took."""

import asyncio
import sys
from contextlib import AsyncExitStack
from time import perf_counter

from callers import AWAITED, BLOCKING, at_once


async def awaited(name: str, url: str, width: int) -> None:
    """Measure an awaited contender."""
    async with AsyncExitStack() as stack:
        once = await AWAITED[name](url, stack)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            started = perf_counter()
            await at_once(once, int(line), width)
            print(perf_counter() - started, flush=True)


def blocking(name: str, url: str) -> None:
    """Measure a blocking contender."""
    once = BLOCKING[name](url)
    for line in sys.stdin:
        started = perf_counter()
        for _ in range(int(line)):
            once()
        print(perf_counter() - started, flush=True)


if __name__ == "__main__":
    _, contender, address, at_a_time = sys.argv
    if contender in AWAITED:
        asyncio.run(awaited(contender, address, int(at_a_time)))
    else:
        blocking(contender, address)
