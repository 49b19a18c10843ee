"""One fetch at a time, however many wait for it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

import attrs

from stytch_b2b_async import forks

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Share a fetch that is under way between all who ask for it, in whichever event loop.

    The fetch is a task of its own, in the loop of the first who asked: when one who waits is cancelled, the others still get it.
    """

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._flight: _Flight[T] | None = None
        self._lock = threading.Lock()
        forks.remember(self)

    def forget(self) -> None:
        """Start anew in a forked child: the loop that was fetching is the parent's."""
        self._flight = None
        self._lock = threading.Lock()

    async def __call__(self) -> T:
        """Wait for what is fetched."""
        while True:
            with suppress(_AbandonedError):
                return await asyncio.wrap_future(self.start())

    @property
    def under_way(self) -> bool:
        """Whether somebody is fetching."""
        flight = self._flight
        return flight is not None and flight.under_way

    def start(self) -> "Future[T]":
        """Begin the fetch, or join the one that is under way."""
        with self._lock:
            flight = self._flight
            if flight is None or not flight.under_way:
                flight = self._flight = _Flight(asyncio.get_running_loop().create_task(self._fetched()))
                flight.landed.set_running_or_notify_cancel()  # so that nobody who waits can cancel it for the others
                flight.task.add_done_callback(partial(self._land, flight))
            return flight.landed

    async def _fetched(self) -> T:
        return await self._fetch()

    def _land(self, flight: "_Flight[T]", task: "asyncio.Task[T]") -> None:
        """Tell those who wait. An error that nobody waits for is nobody's: asyncio would log it."""
        with self._lock:
            if self._flight is flight:
                self._flight = None  # it remembers all who waited
        if task.cancelled():
            flight.landed.set_exception(_AbandonedError())
        elif (error := task.exception()) is not None:
            flight.landed.set_exception(error)
        else:
            flight.landed.set_result(task.result())


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
