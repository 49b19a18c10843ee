"""Work that asks for what it lacks, without knowing whether it is awaited.

A flow is a generator: it yields a coroutine function for each thing that must be fetched, and is sent what came back. Most flows
find everything at hand and yield nothing; those end in the caller's own thread, awaited or blocking.
"""

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeAlias, TypeVar, cast

R = TypeVar("R")

Fetch: TypeAlias = Callable[[], Awaitable[Any]]
Flow: TypeAlias = Generator[Fetch, Any, R]


async def run_async(flow: Flow[R]) -> R:
    """Run a flow in the event loop."""
    try:
        fetch = next(flow)
    except StopIteration as end:
        return cast("R", end.value)
    return await resume_async(flow, fetch)


async def resume_async(flow: Flow[R], fetch: Fetch) -> R:
    """Run a flow on from the first thing that it asked for, in the event loop."""
    try:
        while True:
            try:
                found = await fetch()
            except Exception as error:  # noqa: BLE001  # thrown on, into the flow, which may know what to do
                fetch = flow.throw(error)
            else:
                fetch = flow.send(found)
    except StopIteration as end:
        return cast("R", end.value)


def run_sync(flow: Flow[R], call: Callable[[Fetch], Any]) -> R:
    """Run a flow in the caller's thread; `call` awaits what it asks for, in an event loop that goes on running afterwards."""
    try:
        fetch = next(flow)
        while True:
            try:
                found = call(fetch)
            except Exception as error:  # noqa: BLE001  # thrown on, into the flow, which may know what to do
                fetch = flow.throw(error)
            else:
                fetch = flow.send(found)
    except StopIteration as end:
        return cast("R", end.value)
