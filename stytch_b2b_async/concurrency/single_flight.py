"""One fetch at a time, shared by all callers that wait for it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from copy import copy
from functools import partial
from typing import Generic, TypeVar, cast

import attrs

from . import fork_safety

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Share a fetch in progress between all callers, in any thread and event loop.

    The fetch is a task in the event loop of the first caller. If a waiting caller is cancelled, the others still get the result.

    - `shared_error`: the errors that end a fetch for everybody; any other is raised in the waiting callers only.
    """

    def __init__(self, fetch: Callable[[], Awaitable[T]], shared_error: type[Exception]) -> None:
        self._fetch = fetch
        self._shared_error = shared_error
        self._in_flight: _InFlight[T] | None = None
        self._lock = threading.Lock()
        self.generation: int = 0
        """Number of completed fetches."""
        self.failure: Exception | None = None
        """A copy of the last fetch's error, if it failed; the original would keep its frames alive."""
        self._result: T | None = None
        fork_safety.register(self)

    def reset_after_fork(self) -> None:
        """Reset in a forked child: the fetching loop is the parent's."""
        self._in_flight = None
        self._lock = threading.Lock()

    @property
    def under_way(self) -> bool:
        """Whether a fetch is in progress."""
        in_flight = self._in_flight
        return in_flight is not None and in_flight.under_way

    async def wait(self, seen: int) -> T:
        """Wait for the fetch in flight, or take the result of one that ended after generation `seen`.

        Covers the race in which another thread completes the fetch between the caller's cache miss and its turn in the loop.
        """
        while self.generation == seen:
            with suppress(_LoopClosed):
                return await asyncio.wrap_future(self._start())
        if self.failure is not None:
            raise copy(self.failure)
        return cast("T", self._result)

    async def begin(self, seen: int) -> None:
        """Begin a fetch, unless one is under way or has ended after generation `seen`."""
        if self.generation == seen:
            self._start()

    def _start(self) -> "Future[T]":
        with self._lock:
            in_flight = self._in_flight
            if in_flight is None or not in_flight.under_way:
                in_flight = self._in_flight = _InFlight(asyncio.get_running_loop().create_task(_coroutine(self._fetch)))
                in_flight.result.set_running_or_notify_cancel()  # so that no waiting caller can cancel it for the others
                in_flight.task.add_done_callback(partial(self._complete, in_flight))
            return in_flight.result

    def _complete(self, in_flight: "_InFlight[T]", task: "asyncio.Task[T]") -> None:
        """Pass the result to all waiting callers; without any, asyncio would log an error as never retrieved."""
        error = _LoopClosed() if task.cancelled() else task.exception()
        with self._lock:
            if self._in_flight is in_flight:
                self._in_flight = None  # it refers to all waiting callers
            if error is None or isinstance(error, self._shared_error):
                self.failure = None if error is None else cast("Exception", copy(error))
                self._result = task.result() if error is None else None
                self.generation += 1
        if error is None:
            in_flight.result.set_result(task.result())
        else:
            in_flight.result.set_exception(error)


class _LoopClosed(Exception):  # noqa: N818  # a signal: it never leaves this module
    """The loop that was fetching has closed: callers in other loops must fetch again."""


@attrs.define(eq=False)
class _InFlight(Generic[T]):
    """A fetch in one loop, and its result for all callers."""

    task: "asyncio.Task[T]"
    result: "Future[T]" = attrs.field(factory=Future["T"])

    @property
    def under_way(self) -> bool:
        return not self.result.done() and self.task.get_loop().is_running()


async def _coroutine(fetch: Callable[[], Awaitable[T]]) -> T:
    return await fetch()
