"""Calling asynchronous code from ordinary code: one thread, one loop, one portal for a client."""

import threading
import weakref
from collections.abc import Awaitable, Callable
from typing import TypeVar

from . import forks
from .errors import ClientClosedError
from .loop_thread import LoopEndedError, LoopThread

T = TypeVar("T")


class Portal:
    """Run coroutines in an event loop of their own, in a thread that starts with the first call.

    `on_stop` runs in that loop before it ends. After a fork the child gets a thread of its own.
    """

    def __init__(self, on_stop: Callable[[], Awaitable[None]]) -> None:
        self._on_stop = on_stop
        self._closed = False
        self._running: LoopThread | None = None
        self._finalizer: weakref.finalize[[], Portal] | None = None
        self._lock = threading.Lock()
        forks.remember(self)

    def forget(self) -> None:
        """Start anew: a forked child has none of its parent's threads."""
        if self._finalizer is not None:
            self._finalizer.detach()
        self._running = self._finalizer = None
        self._lock = threading.Lock()

    def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Await `function()` in the portal's loop; when the wait is interrupted, so is the call."""
        running = self._running or self._start()
        try:
            return running.call(function)
        except LoopEndedError as ended:
            begun = ended.begun
        raise ClientClosedError(
            "the client was closed during this call; the API may have acted on it"
            if begun
            else "the client was closed before this call"
        )

    def close(self) -> None:
        """End the loop and its thread; calls under way are cancelled."""
        with self._lock:
            self._closed = True
            if self._finalizer is not None:
                self._finalizer()
            self._running = None

    def _start(self) -> LoopThread:
        with self._lock:
            if self._closed:
                raise ClientClosedError("the client was closed before this call")
            if self._running is None:
                self._running = LoopThread.start(self._on_stop)
                # Not __del__: this also runs at exit, while the daemon thread still lives.
                self._finalizer = weakref.finalize(self, self._running.stop)
            return self._running
