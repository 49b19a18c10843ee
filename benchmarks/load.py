"""Load tests of one client: many calls at once, a hundred thousand in a row, a failing server, cancelled calls.

Each part prints its results, and ends the program with an error if a call was lost or executed twice, or if something leaked. The
server is a separate process, which counts requests by a marker that is unique to each call.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import resource
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from harness.contenders import PROJECT_ID, SECRET, at_once
from harness.race import REPLY, running

from stytch_b2b_async import APIConnectionError, BlockingClient, Client, InternalServerError, RateLimitError, StytchError
from stytch_b2b_async.api.passwords.email import RequireReset, ResetStart

FILES = Path("/proc/self/fd")
STATUS = Path("/proc/self/statm")
markers = (f"call-{number}@example.com" for number in count())


class Server:
    """The server of `harness.counting_server`."""

    def __init__(self, process: Any) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{process.stdout.readline().strip()}"

    def counts(self) -> dict[str, Any]:
        """Return the server's counts, and the number of its connections."""
        self._process.stdin.write("counts\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def serving(*, failing: float = 0.0, delay: float = 0.0) -> Iterator[Server]:
    """Run the server: `failing` is the share of failures, `delay` the maximum seconds per response."""
    with running("harness.counting_server", str(REPLY), str(failing), str(delay)) as process:
        yield Server(process)


def repeatable() -> RequireReset:
    """Create a request that may be repeated."""
    return RequireReset(email_address=next(markers))


def acting_once() -> ResetStart:
    """Create a request that may not be repeated."""
    return ResetStart(organization_id="organization-test-1", email_address=next(markers))


def resident() -> float:
    """Return the memory that this process has now, in MB; the most it ever had where the system does not tell."""
    if STATUS.exists():
        return int(STATUS.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def open_files() -> int:
    """Count this process's file descriptors; 0 where the system does not tell."""
    return sum(1 for _ in FILES.iterdir()) if FILES.is_dir() else 0


def demand(fact: bool, complaint: str) -> None:  # noqa: FBT001  # reads like assert
    """End the program if an expectation does not hold."""
    if not fact:
        sys.exit(f"FAILED: {complaint}")


async def crowd(calls: int) -> None:
    """Make all calls at once through one client."""
    with serving(delay=0.02) as server:
        taken: list[float] = []

        async def once(stytch: Client) -> None:
            started = perf_counter()
            await stytch.send(repeatable())
            taken.append(perf_counter() - started)

        async with Client(PROJECT_ID, SECRET, base_url=server.url) as stytch:
            started = perf_counter()
            await asyncio.gather(*(once(stytch) for _ in range(calls)))
            lasted = perf_counter() - started
            told = server.counts()
        demand(len(told["done"]) == calls and set(told["done"].values()) == {1}, "a call was lost, or done twice")
        taken.sort()
        print(f"  awaited, {calls} at once: {lasted:.2f} s in all, {calls / lasted:.0f} calls/s, {told['connections']} connections")
        print(f"    a call took {median(taken):.2f} s, 99 of 100 at most {taken[len(taken) * 99 // 100 - 1]:.2f} s")
    with serving(delay=0.02) as server, BlockingClient(PROJECT_ID, SECRET, base_url=server.url) as blocking:
        started = perf_counter()
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(lambda _: blocking.send(repeatable()), range(calls)))
        lasted = perf_counter() - started
        told = server.counts()
        demand(len(told["done"]) == calls and set(told["done"].values()) == {1}, "a call was lost, or done twice")
        print(f"  blocking, {calls} by 16 threads: {lasted:.2f} s in all, {calls / lasted:.0f} calls/s")


async def in_a_row(calls: int) -> None:
    """Make many calls in a row, and measure the memory."""
    with serving() as server:
        request = repeatable()
        async with Client(PROJECT_ID, SECRET, base_url=server.url) as stytch:

            async def once() -> None:
                await stytch.send(request)

            await at_once(once, calls // 20, 50)  # what is made once is made by then
            gc.collect()
            before, files = resident(), open_files()
            during: list[float] = []
            started = perf_counter()
            for _ in range(10):
                await at_once(once, calls // 10, 50)
                during.append(resident())
            lasted = perf_counter() - started
            gc.collect()
            after = resident()
            demand(open_files() <= files, "file descriptors leaked")
    print(f"  {calls} calls, 50 at once: {calls / lasted:.0f} calls/s")
    print(f"  resident memory in MB: {before:.1f} before, {', '.join(f'{size:.1f}' for size in during)} during, {after:.1f} after")
    demand(after - before < 5, "memory grew")  # noqa: PLR2004  # MB: an arena or two of the allocator


async def failing(calls: int) -> None:
    """Call a server that fails a third of the time."""
    for kind, make in [("repeatable", repeatable), ("acting once", acting_once)]:
        with serving(failing=1 / 3) as server:
            outcomes: dict[str, StytchError | None] = {}
            attempts: Counter[int] = Counter()
            async with Client(PROJECT_ID, SECRET, base_url=server.url) as stytch:
                await at_once(partial(attempted, stytch, make, outcomes, attempts), calls, 50)
            told = server.counts()
        judge(kind, outcomes, told["done"])
        well = sum(error is None for error in outcomes.values())
        print(f"  {kind}: {len(outcomes)} calls, {well} answered well, {len(outcomes) - well} ended in an error")
        done = Counter(told["done"].get(marker, 0) for marker in outcomes)
        print(
            f"    calls by attempts {dict(sorted(attempts.items()))}, by how often the server did them {dict(sorted(done.items()))}"
        )
        print(f"    what the server said: {', '.join(f'{fault} {times}' for fault, times in sorted(told['faults'].items()))}")


async def attempted(
    stytch: Client, make: Callable[[], Any], outcomes: dict[str, StytchError | None], attempts: Counter[int]
) -> None:
    """Make a call, and note how it ended."""
    request = make()
    marker: str = request.email_address
    demand(marker not in outcomes, "two calls share a marker")
    try:
        response = await stytch.send(request)
    except (APIConnectionError, InternalServerError, RateLimitError) as error:
        attempts[error.attempts] += 1
        outcomes[marker] = error
    else:
        attempts[response.attempts] += 1
        outcomes[marker] = None


def judge(kind: str, outcomes: dict[str, StytchError | None], done: dict[str, int]) -> None:
    """Compare the outcomes of calls with the server's counts."""
    demand(not done.keys() - outcomes.keys(), "the server did what nobody asked for")
    for marker, error in outcomes.items():
        times = done.get(marker, 0)
        demand(times > 0 or error is not None, f"{marker} was called done, and was not")
        demand(times <= (1 if kind == "acting once" else 3), f"{marker} was done {times} times")
        undone = isinstance(error, APIConnectionError) and not error.maybe_applied
        demand(not (undone and times), f"{marker} was called undone, and was done")


async def given_up(seconds: float) -> None:
    """Cancel calls at random points, and check for leaks."""
    with serving(delay=0.004) as server:
        async with Client(PROJECT_ID, SECRET, base_url=server.url) as stytch:
            await asyncio.gather(*(stytch.send(repeatable()) for _ in range(50)))
            tasks, files = len(asyncio.all_tasks()), open_files()
            end = perf_counter() + seconds
            fates: Counter[str] = Counter()

            async def worker() -> None:
                while perf_counter() < end:
                    call = asyncio.create_task(stytch.send(repeatable()))
                    await asyncio.sleep(random.uniform(0, 0.03))  # noqa: S311  # a load, no secret
                    call.cancel()
                    await asyncio.wait([call])
                    error = None if call.cancelled() else call.exception()
                    fates["cancelled" if call.cancelled() else "answered" if error is None else repr(error)] += 1

            async with asyncio.TaskGroup() as group:
                for _ in range(50):
                    group.create_task(worker())
            await asyncio.gather(*(stytch.send(repeatable()) for _ in range(50)))  # it still works
            left, connections = len(asyncio.all_tasks()), server.counts()["connections"]
            print(
                f"  {fates.total()} calls in {seconds:g} s: {', '.join(f'{times} {fate}' for fate, times in sorted(fates.items()))}"
            )
            print(f"  tasks: {tasks} before, {left} after; file descriptors: {files} before, {open_files()} after")
            demand(left <= tasks, "tasks leaked")
            demand(open_files() <= files + 50, "file descriptors leaked")
            demand(connections <= 100, "connections leaked")  # noqa: PLR2004  # the pool's limit
        await asyncio.sleep(0.2)
        ended, closed = server.counts()["connections"], open_files()
        print(f"  connections that the server sees: {connections} before closing, {ended} after; file descriptors then: {closed}")
        demand(ended == 0, "connections leaked")
        done = server.counts()["done"]
        demand(set(done.values()) <= {1}, "a call was done twice")
        demand(set(fates) <= {"cancelled", "answered"}, "a call ended otherwise")


def main() -> None:
    """Run the parts, and print their results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="crowd, row, failing, cancel; all of them when none is named")
    parser.add_argument("--crowd", type=int, default=1_000, help="calls at once")
    parser.add_argument("--calls", type=int, default=100_000, help="calls in a row")
    parser.add_argument("--failing", type=int, default=10_000, help="calls of each kind to the failing server")
    parser.add_argument("--seconds", type=float, default=60, help="seconds of cancelled calls")
    options = parser.parse_args()
    parts: dict[str, tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = {
        "crowd": ("calls at once", partial(crowd, options.crowd)),
        "row": ("calls in a row", partial(in_a_row, options.calls)),
        "failing": ("a server that fails a third of the time", partial(failing, options.failing)),
        "cancel": ("calls cancelled at random points", partial(given_up, options.seconds)),
    }
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for name in options.parts or parts:
        title, part = parts[name]
        print(title)
        asyncio.run(part())


if __name__ == "__main__":
    main()
