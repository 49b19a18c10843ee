"""Code that runs both async and blocking: generators that yield what they need to fetch.

A flow yields a coroutine function for each value that must be fetched, and is sent its result. Most flows find everything in a
cache and yield nothing: those complete in the caller's own thread, in either mode.
"""

from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeAlias, TypeVar, cast

R = TypeVar("R")

Fetch: TypeAlias = Callable[[], Awaitable[Any]]
Flow: TypeAlias = Generator[Fetch, Any, R]


class Finished(Generator[Fetch, Any, R]):
    """A flow that has its result from the start: what is in a cache needs no generator."""

    __slots__ = ("value",)

    def __init__(self, value: R) -> None:
        self.value: R = value

    def __iter__(self) -> "Finished[R]":
        return self

    def __next__(self) -> Fetch:
        raise StopIteration(self.value)

    def send(self, value: Any, /) -> Fetch:
        """End with the result."""
        raise StopIteration(self.value)

    def throw(self, kind: Any, error: Any = None, traceback: Any = None, /) -> Fetch:
        """End with an error; nothing is ever waited for."""
        raise kind if error is None else error


async def run_async(flow: Flow[R]) -> R:
    """Run a flow in the event loop."""
    if type(flow) is Finished:  # faster than isinstance, as it derives from an abstract class
        return cast("Finished[R]", flow).value
    try:
        fetch = next(flow)
    except StopIteration as end:
        return cast("R", end.value)
    return await resume_async(flow, fetch)


async def resume_async(flow: Flow[R], fetch: Fetch) -> R:
    """Continue a flow from its first fetch, in the event loop."""
    try:
        while True:
            try:
                found = await fetch()
            except Exception as error:  # noqa: BLE001  # raised in the flow, which may handle it
                fetch = flow.throw(error)
            else:
                fetch = flow.send(found)
    except StopIteration as end:
        return cast("R", end.value)


def run_sync(flow: Flow[R], call: Callable[[Fetch], Any]) -> R:
    """Run a flow in the caller's thread; `call` awaits each fetch in an event loop that outlives it."""
    if type(flow) is Finished:
        return cast("Finished[R]", flow).value
    try:
        fetch = next(flow)
        while True:
            try:
                found = call(fetch)
            except Exception as error:  # noqa: BLE001  # raised in the flow, which may handle it
                fetch = flow.throw(error)
            else:
                fetch = flow.send(found)
    except StopIteration as end:
        return cast("R", end.value)
