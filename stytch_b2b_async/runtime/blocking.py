"""Calling asynchronous code from ordinary code: one thread with one loop for a client."""

import asyncio
import sys
import warnings
import weakref
from collections.abc import Awaitable, Callable
from typing import TypeVar

from stytch_b2b_async.concurrency import fork_safety as forks
from stytch_b2b_async.concurrency.event_loops import loop_factory
from stytch_b2b_async.concurrency.greenlets import would_block_thread
from stytch_b2b_async.concurrency.loop_thread import LoopClosedError, LoopStartError, LoopThread, is_exiting
from stytch_b2b_async.errors import ClientClosedError

T = TypeVar("T")

_PACKAGE = __name__.partition(".")[0]
_MAX_RESTARTS = 3  # of one call, whose loop somebody stops again and again


class BlockingCallWarning(RuntimeWarning):
    """A blocking call stops the event loop that runs in its thread, with all that goes on in it."""


class LoopRunner:
    """Run coroutines in an event loop of their own, in a thread that starts with the first call.

    `on_stop` runs in that loop before it ends. After a fork the child gets a thread of its own, and so does the next call when the
    loop was stopped from elsewhere.
    """

    def __init__(
        self, on_stop: Callable[[], Awaitable[None]], *, use_uvloop: bool | None = None, warn_in_loop: bool = True
    ) -> None:
        self._on_stop = on_stop
        self._loop_factory = loop_factory(use_uvloop)
        self._closed = False
        self._warned = not warn_in_loop
        self._current = [self._new_thread()]
        # Not __del__: what is left open at exit is stopped there, while the daemon thread still lives.
        weakref.finalize(self, _stop_current, self._current).atexit = False
        forks.remember(self)

    def forget(self) -> None:
        """Start anew: a forked child has none of its parent's threads."""
        self._current[0] = self._new_thread()

    def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Await `function()` in the loop; when the wait is interrupted, so is the call."""
        if not self._warned and asyncio._get_running_loop() is not None:  # noqa: SLF001  # the one that does not raise
            self._warn()
        for _ in range(_MAX_RESTARTS):
            thread = self._current[0]
            try:
                return thread.call(function)
            except LoopClosedError as closed:
                started = closed.started
            except LoopStartError as failed:
                reason = str(failed)
                break
            if self._closed or started or is_exiting():
                raise ClientClosedError(self._why_closed(started=started))
            self._replace(thread)
        else:
            reason = "its event loop is stopped again and again"
        if "shutdown" in reason:
            raise ClientClosedError(_EXITING)
        raise RuntimeError(f"blocking calls need a thread with an event loop, and none can be had: {reason}")

    def close(self) -> None:
        """End the loop and its thread; calls under way are cancelled."""
        self._closed = True
        self._current[0].stop()

    def _new_thread(self) -> LoopThread:
        return LoopThread(self._on_stop, self._loop_factory)

    def _replace(self, ended: LoopThread) -> None:
        """Go on with another thread, the same for all who find that this one has ended."""
        successor = ended.__dict__.setdefault("successor", self._new_thread())  # atomic
        if self._current[0] is ended:
            self._current[0] = successor
        if self._closed:
            successor.stop()

    def _why_closed(self, *, started: bool) -> str:
        when = "during this call; the API may have acted on it" if started else "before this call"
        if self._closed:
            return f"the client was closed {when}"
        if is_exiting():
            return f"the program ended {when}" if started else _EXITING
        return f"the client's event loop was stopped from elsewhere {when}"

    def _warn(self) -> None:
        if self._current[0].is_current() or hasattr(sys, "ps1") or not would_block_thread():
            return  # refused anyway; a notebook or prompt, whose own loop has nothing else to do; a greenlet, which stops nobody
        level, frame = 2, sys._getframe(1)  # noqa: SLF001  # what inspect.currentframe() is
        while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
            level, frame = level + 1, frame.f_back
        warnings.warn(_BLOCKS_LOOP, BlockingCallWarning, stacklevel=level)
        self._warned = True  # not before: where warnings are errors, each such call is one


_BLOCKS_LOOP = (
    "this blocking call stops the event loop that runs in its thread until the answer is there: await a Client instead, or make "
    "the call in another thread, as by asyncio.to_thread. To allow it: "
    'warnings.simplefilter("ignore", stytch_b2b_async.BlockingCallWarning)'
)

_EXITING = (
    "the program is ending, and no event loop can be started for it: make the client's first blocking call before that, and "
    "register what calls at exit after importing this package"
)


def _stop_current(current: list[LoopThread]) -> None:
    current[0].stop(wait=False)
