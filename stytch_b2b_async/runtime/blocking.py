"""Run coroutines from synchronous code, in one background thread with an event loop per client."""

import asyncio
import sys
import warnings
import weakref
from collections.abc import Awaitable, Callable
from typing import TypeVar

from stytch_b2b_async.concurrency import fork_safety
from stytch_b2b_async.concurrency.event_loops import loop_factory
from stytch_b2b_async.concurrency.greenlets import would_block_thread
from stytch_b2b_async.concurrency.loop_thread import LoopBusyError, LoopClosedError, LoopStartError, LoopThread, is_exiting
from stytch_b2b_async.errors import APITimeoutError, ClientClosedError

T = TypeVar("T")

_PACKAGE = __name__.partition(".")[0]
_MAX_RESTARTS = 3  # per call, if its loop is stopped repeatedly


class BlockingCallWarning(RuntimeWarning):
    """A blocking call blocks the event loop that runs in its thread."""


class LoopRunner:
    """Run coroutines in an event loop in a background thread, which starts with the first call.

    `on_stop` runs in that loop before it ends. A forked child gets its own thread, and so does the next call after the loop was
    stopped by other code.
    """

    def __init__(
        self, on_stop: Callable[[], Awaitable[None]], *, use_uvloop: bool | None = None, warn_in_loop: bool = True
    ) -> None:
        self._on_stop = on_stop
        self._loop_factory = loop_factory(use_uvloop)
        self._closed = False
        self._warned = not warn_in_loop
        self._current = [self._new_thread()]
        # Not __del__: at exit, open runners are stopped while the daemon thread still runs.
        weakref.finalize(self, _stop_current, self._current).atexit = False
        fork_safety.register(self)

    def reset_after_fork(self) -> None:
        """Reset in a forked child, which has none of its parent's threads."""
        inherited, self._current[0] = self._current[0], self._new_thread()
        inherited.reset_after_fork()

    def call(self, function: Callable[[], Awaitable[T]], timeout: float | None = None) -> T:
        """Await `function()` in the loop; if the wait is interrupted, the call is cancelled.

        `timeout` is the deadline, in seconds, that the function itself keeps once the loop has begun with it. It also bounds the
        wait for that, and a function that does not end is abandoned.
        """
        if not self._warned and asyncio._get_running_loop() is not None:  # noqa: SLF001  # the one that does not raise
            self._warn()
        for _ in range(_MAX_RESTARTS):
            thread = self._current[0]
            try:
                return thread.call(function, timeout)
            except LoopClosedError as closed:
                started, forked = closed.started, closed.forked
            except LoopBusyError as busy:
                why = _STUCK if busy.started else _BUSY
                raise APITimeoutError(f"no answer within {timeout:g} s: {why}", maybe_applied=busy.started) from None
            except LoopStartError as failed:
                reason = str(failed)
                break
            if forked and started:
                raise ClientClosedError("the process was forked during this call", maybe_applied=True)
            if self._closed or started or is_exiting():
                raise ClientClosedError(self._why_closed(started=started), maybe_applied=started)
            self._replace(thread)
        else:
            reason = "its event loop is stopped repeatedly"
        if "shutdown" in reason:
            raise ClientClosedError(_EXITING)
        raise RuntimeError(f"no thread with an event loop could be started for blocking calls: {reason}")

    def close(self) -> None:
        """Stop the loop and its thread; calls in progress are cancelled."""
        self._closed = True
        self._current[0].stop()

    def _new_thread(self) -> LoopThread:
        return LoopThread(self._on_stop, self._loop_factory)

    def _replace(self, ended: LoopThread) -> None:
        """Replace a thread that has ended; all callers use the same successor."""
        successor = ended.__dict__.setdefault("successor", self._new_thread())  # atomic
        if self._current[0] is ended:
            self._current[0] = successor
        if self._closed:
            successor.stop()

    def _why_closed(self, *, started: bool) -> str:
        when = "during this call" if started else "before this call"
        if self._closed:
            return f"the client was closed {when}"
        if is_exiting():
            return f"the program ended {when}" if started else _EXITING
        return f"the client's event loop was stopped by other code {when}"

    def _warn(self) -> None:
        if self._current[0].is_current() or hasattr(sys, "ps1") or not would_block_thread():
            return  # raises anyway; a notebook or prompt, whose loop is idle; a greenlet, which blocks nothing else
        level, frame = 2, sys._getframe(1)  # noqa: SLF001  # as inspect.currentframe()
        while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
            level, frame = level + 1, frame.f_back
        warnings.warn(_BLOCKS_LOOP, BlockingCallWarning, stacklevel=level)
        self._warned = True  # only now: if warnings are errors, every such call raises


_BUSY = "the event loop of blocking calls has not started, or a hook or transport blocks it"

_STUCK = "the call did not end at its deadline, since a hook or transport blocks the event loop or ignores its cancellation"

_BLOCKS_LOOP = (
    "this blocking call blocks the event loop that runs in its thread: await a Client instead, or make the call in another thread, "
    "for example with asyncio.to_thread. To allow it: "
    'warnings.simplefilter("ignore", stytch_b2b_async.BlockingCallWarning)'
)

_EXITING = (
    "the program is exiting, and no event loop can be started: make the client's first blocking call earlier, and register "
    "atexit handlers that make calls after importing this package"
)


def _stop_current(current: list[LoopThread]) -> None:
    current[0].stop(wait=False)
