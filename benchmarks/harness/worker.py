"""One contender in its own process.

It reads a line per round, with the number of calls and how many to make at once, and answers with a list: microseconds of a call,
microseconds of processor time, and the resident memory in MiB.
"""

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from threading import Thread
from time import perf_counter, process_time

from harness.contenders import AWAITED, BLOCKING, DECODING, Act, at_once
from harness.without import WITHOUT

CONTENDERS = {**AWAITED, **WITHOUT}


def resident() -> float:
    """Return the MiB of memory that this process holds."""
    status = Path("/proc/self/status")
    if not status.exists():
        return getrusage(RUSAGE_SELF).ru_maxrss / 2**20  # the most that it ever held
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS:")) / 1024


class Clock:
    """Measures a turn."""

    def __init__(self, calls: int) -> None:
        self._calls = calls
        self._wall, self._cpu = perf_counter(), process_time()

    def tell(self) -> None:
        """Print what it took."""
        wall, cpu = perf_counter() - self._wall, process_time() - self._cpu
        print(json.dumps([wall / self._calls * 1e6, cpu / self._calls * 1e6, resident()]), flush=True)


def read_turn(line: str) -> tuple[int, int]:
    """Read how many calls to make, and how many at once."""
    calls, width = line.split()
    return int(calls), int(width)


async def awaited(name: str, url: str) -> None:
    """Take the turns of an awaited contender."""
    async with AsyncExitStack() as stack:
        once = await CONTENDERS[name](url, stack)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            calls, width = read_turn(line)
            clock = Clock(calls)
            await at_once(once, calls, width)
            clock.tell()


def repeat(act: Act, times: int) -> None:
    """Do something so many times."""
    for _ in range(times):
        act()


def blocking(act: Act) -> None:
    """Take the turns of a contender that blocks; at once means from so many threads."""
    for line in sys.stdin:
        calls, width = read_turn(line)
        threads = [Thread(target=repeat, args=(act, calls // width)) for _ in range(width if width > 1 else 0)]
        clock = Clock(calls)
        if width == 1:
            repeat(act, calls)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        clock.tell()


def main() -> None:
    """Take turns until standard input closes."""
    _, name, url, loop = sys.argv
    os.environ["STYTCH_USE_UVLOOP"] = "1" if loop == "uvloop" else "0"  # for our blocking client
    if name in CONTENDERS and loop == "uvloop":
        import uvloop

        uvloop.run(awaited(name, url))
    elif name in CONTENDERS:
        asyncio.run(awaited(name, url))
    else:
        blocking(BLOCKING[name](url) if name in BLOCKING else DECODING[name]())


if __name__ == "__main__":
    main()
