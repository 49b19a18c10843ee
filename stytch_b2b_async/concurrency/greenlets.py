"""Wait for another thread without blocking the other greenlets of this one, under gevent or eventlet."""

import importlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from .native_threads import allocate_lock, is_patched


class Waiter(Protocol):
    """Suspends one greenlet until another thread wakes it."""

    def wait(self, seconds: float | None) -> bool:
        """Let the other greenlets run until `wake` has been called; return whether it was within so many seconds."""
        ...

    def wake(self) -> None:
        """End the wait, from any thread; waking twice is harmless."""

    def close(self) -> None:
        """Release the resources of the wait; closing twice is harmless."""


def new_waiter() -> Waiter | None:
    """Create a waiter for the current greenlet; None if an ordinary wait blocks no other greenlet.

    That is so in programs that are not patched, in threads without greenlets, and in the hub, which cannot wait for itself.
    """
    if not is_patched():
        return None
    make = _make_for_gevent() or _make_for_eventlet()
    return None if make is None else make()


def would_block_thread() -> bool:
    """Return whether a wait blocks everything else in its thread."""
    return not is_patched() or (_make_for_gevent() or _make_for_eventlet()) is None


def _make_for_gevent() -> "Callable[[], Waiter] | None":
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return None
    hub = importlib.import_module("gevent._hub_local").get_hub_if_exists()
    if hub is None or importlib.import_module("greenlet").getcurrent() is hub:
        return None
    return lambda: _GeventWaiter(hub)


def _make_for_eventlet() -> "Callable[[], Waiter] | None":
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is None or not patcher.is_monkey_patched("thread"):
        return None
    hubs = importlib.import_module("eventlet.hubs")
    hub = getattr(hubs._threadlocal, "hub", None)  # noqa: SLF001  # get_hub() would create one
    if hub is None or importlib.import_module("greenlet").getcurrent() is hub.greenlet:
        return None
    return lambda: _EventletWaiter(hubs)


class _GeventWaiter:
    def __init__(self, hub: Any) -> None:
        self._hub = hub
        self._waiter = importlib.import_module("gevent.hub").Waiter(hub)
        self._watcher = hub.loop.async_()
        self._watcher.start(self._waiter.switch, None)

    def wait(self, seconds: float | None) -> bool:
        if seconds is None:
            self._waiter.get()
            return True
        timer = self._hub.loop.timer(seconds)
        timer.start(self._waiter.switch, self._hub)  # not what `wake` passes
        try:
            return self._waiter.get() is not self._hub
        finally:
            timer.stop()
            timer.close()

    def wake(self) -> None:
        with suppress(Exception):  # the hub is gone, and its greenlets too
            self._watcher.send()

    def close(self) -> None:
        self._watcher.stop()
        self._watcher.close()


class _NotWokenError(Exception):
    """The time to wait has passed."""


class _EventletWaiter:
    def __init__(self, hubs: Any) -> None:
        self._hubs = hubs
        self._lock = allocate_lock()  # a byte must not be written to another file that got the closed pipe's descriptor
        self._closed = False
        self._process = os.getpid()
        self._reading, self._writing = os.pipe()

    def wait(self, seconds: float | None) -> bool:
        try:
            self._hubs.trampoline(self._reading, read=True, timeout=seconds, timeout_exc=_NotWokenError)
        except _NotWokenError:
            return False
        return True

    def wake(self) -> None:
        self._lock.acquire()
        try:
            if not self._closed and os.getpid() == self._process:  # a forked child would wake its parent
                os.write(self._writing, b"\0")
        finally:
            self._lock.release()

    def close(self) -> None:
        self._lock.acquire()
        try:
            if not self._closed:
                self._closed = True
                os.close(self._writing)
                os.close(self._reading)
        finally:
            self._lock.release()
