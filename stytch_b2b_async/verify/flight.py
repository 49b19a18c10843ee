"""One fetch at a time, however many wait for it."""

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Share a fetch that is under way between all who ask for it in one event loop.

    The fetch is a task of its own: when one who waits is cancelled, the others still get it.
    """

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._under_way: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[T]] = weakref.WeakKeyDictionary()

    async def __call__(self) -> T:
        """Wait for what is fetched."""
        return await asyncio.shield(self.start())

    @property
    def under_way(self) -> bool:
        """Whether somebody is fetching."""
        return any(not task.done() for task in list(self._under_way.values()))

    def start(self) -> "asyncio.Task[T]":
        """Begin the fetch, or join the one that is under way."""
        loop = asyncio.get_running_loop()
        task = self._under_way.get(loop)
        if task is None or task.done():
            task = self._under_way[loop] = loop.create_task(self._fetched())
            task.add_done_callback(_heard)
        return task

    async def _fetched(self) -> T:
        return await self._fetch()


def _heard(task: "asyncio.Task[T]") -> None:
    """Take note of an error that nobody waited for, or asyncio would log it."""
    if not task.cancelled():
        task.exception()
