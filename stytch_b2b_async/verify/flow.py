"""How a check on this machine asks for what it lacks, without knowing whether it is awaited.

A check is a generator: it yields a coroutine function for each thing that must be fetched, and is sent what came back. Most
checks find everything at hand and yield nothing; those end in the caller's own thread, awaited or blocking.
"""

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeAlias, TypeVar, cast

R = TypeVar("R")

Fetch: TypeAlias = Callable[[], Awaitable[Any]]
Flow: TypeAlias = Generator[Fetch, Any, R]


async def awaited(steps: Flow[R], fetch: Fetch) -> R:
    """Run a check on from the first thing that it asked for, in the event loop."""
    try:
        while True:
            try:
                found = await fetch()
            except Exception as error:  # noqa: BLE001  # thrown on, into the check, which may know what to do
                fetch = steps.throw(error)
            else:
                fetch = steps.send(found)
    except StopIteration as end:
        return cast("R", end.value)


def blocking(steps: Flow[R], call: Callable[[Fetch], Any]) -> R:
    """Run a check in the caller's thread; `call` awaits, elsewhere, what it asks for."""
    try:
        fetch = next(steps)
        while True:
            try:
                found = call(fetch)
            except Exception as error:  # noqa: BLE001  # thrown on, into the check, which may know what to do
                fetch = steps.throw(error)
            else:
                fetch = steps.send(found)
    except StopIteration as end:
        return cast("R", end.value)
