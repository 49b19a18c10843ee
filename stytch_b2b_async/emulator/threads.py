"""Where the database is used: in a thread of its own, or in that of the event loop."""

import asyncio
import threading
from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")


class DatabaseThread(Protocol):
    """The thread that uses the database; it runs one function at a time."""

    @abstractmethod
    async def run(self, act: Callable[[], T]) -> T:
        """Run a function, and await its result."""

    @abstractmethod
    def wait(self, act: Callable[[], T]) -> T:
        """Run a function from any thread, and block until it has ended."""

    @abstractmethod
    def close(self) -> None:
        """Let the thread end."""


class OwnThread(DatabaseThread):
    """A thread of its own, or of a pool of one: event loops never wait for a transaction."""

    def __init__(self, pool: ThreadPoolExecutor | None = None) -> None:
        self._pool = pool or ThreadPoolExecutor(1, "stytch-emulator")

    async def run(self, act: Callable[[], T]) -> T:
        """Run a function there."""
        return await asyncio.wrap_future(self._pool.submit(act))

    def wait(self, act: Callable[[], T]) -> T:
        """Run a function there, and block."""
        return self._pool.submit(act).result()

    def close(self) -> None:
        """Let it end."""
        self._pool.shutdown(wait=False)


class LoopThread(DatabaseThread):
    """The thread of the running event loop: no call pays for two changes of threads, but each blocks the loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    async def run(self, act: Callable[[], T]) -> T:
        """Run a function here."""
        return act()

    def wait(self, act: Callable[[], T]) -> T:
        """Run a function in the loop, and block if this is another thread."""
        if threading.get_ident() == self._thread:
            return act()
        return asyncio.run_coroutine_threadsafe(self.run(act), self._loop).result()

    def close(self) -> None:
        """Do nothing: the thread is the loop's."""
