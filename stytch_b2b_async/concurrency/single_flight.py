"""One fetch at a time, however many wait for it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from copy import copy
from functools import partial
from typing import Generic, TypeVar, cast

import attrs

from stytch_b2b_async.errors import StytchError

from . import fork_safety as forks

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Share a fetch that is under way between all who ask for it, in whichever thread and event loop.

    The fetch is a task of its own, in the loop of the first who asked: when one who waits is cancelled, the others still get it.
    """

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._flight: _Flight[T] | None = None
        self._lock = threading.Lock()
        self.landings: int = 0
        """How many fetches have ended."""
        self.failure: StytchError | None = None
        """Why the last one failed, if it did; never the exception that was raised, which holds its frames."""
        self._fetched: T | None = None
        forks.remember(self)

    def forget(self) -> None:
        """Start anew in a forked child: the loop that was fetching is the parent's."""
        self._flight = None
        self._lock = threading.Lock()

    @property
    def under_way(self) -> bool:
        """Whether somebody is fetching."""
        flight = self._flight
        return flight is not None and flight.under_way

    async def wait(self, seen: int) -> T:
        """Wait for what is fetched, unless a fetch has ended since so many had.

        One thread looks at what is there, another fetches it, and only then does the loop hear of the first one's wish.
        """
        while self.landings == seen:
            with suppress(_AbandonedError):
                return await asyncio.wrap_future(self._body_excerpt())
        if self.failure is not None:
            raise copy(self.failure)
        return cast("T", self._fetched)

    async def begin(self, seen: int) -> None:
        """Begin a fetch, unless one is under way or has ended since so many had."""
        if self.landings == seen:
            self._body_excerpt()

    def _body_excerpt(self) -> "Future[T]":
        with self._lock:
            flight = self._flight
            if flight is None or not flight.under_way:
                flight = self._flight = _Flight(asyncio.get_running_loop().create_task(_coroutine(self._fetch)))
                flight.landed.set_running_or_notify_cancel()  # so that nobody who waits can cancel it for the others
                flight.task.add_done_callback(partial(self._land, flight))
            return flight.landed

    def _land(self, flight: "_Flight[T]", task: "asyncio.Task[T]") -> None:
        """Tell those who wait. An error that nobody waits for is nobody's: asyncio would log it."""
        error = _AbandonedError() if task.cancelled() else task.exception()
        with self._lock:
            if self._flight is flight:
                self._flight = None  # it remembers all who waited
            if error is None or isinstance(error, StytchError):
                self.failure, self._fetched = copy(error), task.result() if error is None else None
                self.landings += 1
        if error is None:
            flight.landed.set_result(task.result())
        else:
            flight.landed.set_exception(error)


class _AbandonedError(Exception):
    """The loop that was fetching ended: whoever waits elsewhere has to fetch."""


@attrs.define(eq=False)
class _Flight(Generic[T]):
    """A fetch in one loop, and what others wait for."""

    task: "asyncio.Task[T]"
    landed: "Future[T]" = attrs.field(factory=Future["T"])

    @property
    def under_way(self) -> bool:
        return not self.landed.done() and self.task.get_loop().is_running()


async def _coroutine(fetch: Callable[[], Awaitable[T]]) -> T:
    return await fetch()
