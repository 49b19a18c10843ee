"""A thread with an event loop, and calls that other threads submit to it."""

import asyncio
import atexit
import importlib
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from . import fork_safety
from .event_loops import LoopFactory
from .greenlets import new_waiter
from .lazy_imports import load
from .native_threads import Lock, allocate_lock, get_ident, is_patched, start_new_thread

if TYPE_CHECKING:
    # Imported by blocking clients: async clients do not pay for it.
    import anyio

T = TypeVar("T")

_END_WITHIN = 5.0  # seconds that a call may take to end after its deadline
_STOP_WITHIN = 5.0  # seconds that an exiting process waits for open calls to be cancelled


class LoopClosedError(Exception):
    """The loop ended before the call did."""

    def __init__(self, *, started: bool, forked: bool = False) -> None:
        super().__init__("the call was cut short" if started else "the call was not started")
        self.started = started
        self.forked = forked
        """Whether the loop is that of a parent process."""


class LoopStartError(Exception):
    """A loop's thread could not be started."""


class LoopBusyError(Exception):
    """The loop did not begin with a call in time, or did not end it: it has not started, or something blocks it."""

    def __init__(self, *, started: bool) -> None:
        super().__init__("the call did not end" if started else "the call was not started")
        self.started = started


class LoopThread:
    """A daemon thread whose loop runs from the first call until it is stopped.

    anyio runs the loop. Calls do not use anyio's portal: it waits for the loop to accept a call and then for the result, one thread
    switch more, and Ctrl-C during the first wait would leave the call running.

    No lock is held while the thread starts or ends, and each step may run twice: signal handlers call and stop at any moment, in
    the middle of a call or stop of the same thread, and an interrupt may abort that at any instruction.
    """

    def __init__(self, on_stop: Callable[[], Awaitable[None]], loop_factory: LoopFactory) -> None:
        """Prepare a thread; `on_stop` runs in its loop before it ends."""
        _load_anyio()
        self._on_stop = on_stop
        self._loop_factory = loop_factory
        self._unclaimed = [None]  # held by the one thread that runs the loop
        self._spawned = False
        self._stopping = False
        self._ended = False
        self._ident: int | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_event: anyio.Event | None = None
        self._open: set[_Call[Any]] = set()
        self._submitted: deque[_Call[Any]] = deque()
        self._joining: list[Lock] = []

    def is_current(self) -> bool:
        """Return whether the caller is in the loop's own thread."""
        return get_ident() == self._ident

    def call(self, function: Callable[[], Awaitable[T]], within: float | None = None) -> T:
        """Await `function()` in the loop; if the wait is interrupted, the call is cancelled.

        `within` is for functions that end after so many seconds themselves: LoopBusyError is raised if the loop has not begun with
        the call after these seconds, or has not ended it some time later. Raises LoopClosedError if the loop ends first,
        LoopStartError if it cannot start, and RuntimeError in the loop's own thread, which would wait for itself.
        """
        if get_ident() == self._ident:
            raise RuntimeError(
                "a hook or transport cannot make a blocking call with the client that runs it: it would wait for itself"
            )
        call = _Call(function)
        try:
            self._open.add(call)
            if self._stopping or self._ended:  # checked after the call was added: a later end ends it too
                self._finish(call, LoopClosedError(started=False))
            else:
                self._submitted.append(call)
                if not self._spawned:
                    self._spawn()
                self._wake(self._begin)
            if not call.wait(within):
                self._withdraw(call)
                self._wait_for_end(call, within)
            return call.result()
        except BaseException:
            call.stop_waiting()
            if call in self._open:
                call.abandoned = True
                if self._loop is None:  # the loop has not seen any call yet, and will find this one abandoned
                    self._open.discard(call)
                else:
                    self._wake(partial(self._abandon, call))
            raise

    def reset_after_fork(self) -> None:
        """End the calls of a forked child, which has no such thread: a signal handler may fork while its thread waits for one."""
        self._ended = True
        for call in list(self._open):
            self._finish(call, LoopClosedError(started=call.task is not None, forked=True))

    def _withdraw(self, call: "_Call[Any]") -> None:
        """Raise LoopBusyError, unless the loop has begun with the call."""
        with suppress(ValueError):
            self._submitted.remove(call)  # atomic: either this or the loop takes it
            raise LoopBusyError(started=False)

    def _wait_for_end(self, call: "_Call[Any]", within: float | None) -> None:
        """Raise LoopBusyError if a call has not ended some time after its deadline."""
        if not call.wait(None if within is None else within + _END_WITHIN):
            raise LoopBusyError(started=True)

    def stop(self, *, wait: bool = True) -> None:
        """Stop the loop and its thread, from any thread; calls in progress are cancelled."""
        self._stopping = True
        if not self._spawned:  # a thread that is starting will see it, and end waiting calls
            return
        self._wake(self._look_for_stop)
        if wait and not self.is_current():  # the garbage collector may run in any thread
            self.join(_STOP_WITHIN)

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended."""
        ended = allocate_lock()
        ended.acquire()
        self._joining.append(ended)
        if not self._ended:  # checked after the wait was added
            ended.acquire(True, seconds)  # noqa: FBT003  # a lock takes them by position only
        if self._thread is not None and not is_patched():
            for _ in range(1000):  # not Thread.join(), which a signal handler cannot call again while it is interrupted
                if not self._thread.is_alive():
                    break
                time.sleep(0.0005)

    def _spawn(self) -> None:
        """Start the thread in a single instruction: it is either started or not, and starting again is harmless."""
        try:
            start_new_thread(self._claim, ())
        except RuntimeError as error:
            raise LoopStartError(str(error)) from None
        self._spawned = True

    def _claim(self) -> None:
        """Run the loop unless another thread does; signal handlers do not interrupt this thread."""
        self._spawned = True
        try:
            self._unclaimed.pop()
        except IndexError:
            return
        _threads.running.add(self)
        try:
            if is_patched():  # a thread of `threading` is a greenlet of this one
                self._run()
            else:
                self._thread = threading.Thread(target=self._run, name="stytch-b2b-async", daemon=True)
                self._thread.start()
        except RuntimeError as error:
            self._end(LoopStartError(str(error)))

    def _run(self) -> None:
        import anyio  # loaded before

        self._ident = get_ident()
        failure: BaseException | None = None
        try:
            if not (self._stopping or _threads.exiting):
                anyio.run(self._serve, backend_options={"loop_factory": self._loop_factory})
        except BaseException as error:
            failure = error
            if self._loop is not None:  # callers get LoopClosedError; the unexpected error is shown
                failure = None
                raise
        finally:
            self._end(failure)

    async def _serve(self) -> None:
        import anyio  # likewise

        self._stop_event = anyio.Event()
        self._loop = asyncio.get_running_loop()  # woken from here on; before that, it checks by itself
        try:
            self._begin()
            self._look_for_stop()
            await self._stop_event.wait()
        finally:
            self._stopping = True
        try:
            await self._on_stop()  # ends each call according to its state
        finally:
            await self._cancel_all()

    def _look_for_stop(self) -> None:
        if self._stopping and self._stop_event is not None:
            self._stop_event.set()

    def _wake(self, callback: Callable[[], None]) -> None:
        if self._loop is None:  # it checks when it starts
            return
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:  # it is closed
            self._end(None)

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        while self._submitted:
            call = self._submitted.popleft()
            if self._stopping or self._ended or call.abandoned:
                self._finish(call, LoopClosedError(started=False))
                continue
            try:
                call.task = loop.create_task(self._answer(call), context=call.context)
            except BaseException as error:  # noqa: BLE001  # passed to the caller
                self._finish(call, error)

    async def _answer(self, call: "_Call[Any]") -> None:
        try:
            call.answer = await call.function()
        except asyncio.CancelledError:
            self._finish(call, LoopClosedError(started=True))
        except BaseException as error:  # noqa: BLE001  # passed to the caller
            self._finish(call, error)
        else:
            self._finish(call, None)

    def _finish(self, call: "_Call[Any]", error: BaseException | None) -> None:
        try:
            self._open.remove(call)
        except KeyError:  # another thread has ended it
            return
        call.end(error)

    def _abandon(self, call: "_Call[Any]") -> None:
        self._cancel(call)

    def _cancel(self, call: "_Call[Any]") -> None:
        if call.task is None:
            self._finish(call, LoopClosedError(started=False))
            return
        call.task.cancel()
        # A task that is cancelled before its first step never reports its end.
        call.task.add_done_callback(lambda _: self._finish(call, LoopClosedError(started=False)))

    async def _cancel_all(self) -> None:
        """End all open calls."""
        for call in list(self._open):
            self._cancel(call)
        while tasks := [call.task for call in list(self._open) if call.task is not None]:
            await asyncio.wait(tasks)

    def _end(self, failure: BaseException | None) -> None:
        """Accept no more calls, and end those that are open in a loop that is gone."""
        self._ended = True
        self._ident = None  # another thread may get the same identifier
        for call in list(self._open):
            self._finish(call, failure or LoopClosedError(started=call.task is not None))
        _threads.running.discard(self)
        while self._joining:
            self._joining.pop().release()


class _Call(Generic[T]):
    """A call in the loop of another thread."""

    __slots__ = ("_error", "_over", "_waiter", "abandoned", "answer", "context", "function", "task")

    def __init__(self, function: Callable[[], Awaitable[T]]) -> None:
        self.function = function
        self.context = copy_context()
        self.task: asyncio.Task[None] | None = None
        self.answer: T | None = None
        self.abandoned = False
        self._error: BaseException | None = None
        self._over = allocate_lock()
        self._over.acquire()
        self._waiter = new_waiter()

    def wait(self, seconds: float | None) -> bool:
        """Wait for the end, in the caller's thread; return whether it came within so many seconds."""
        if self._waiter is not None:
            if not self._waiter.wait(seconds):
                return False
            self._waiter.close()
        return self._over.acquire(True, -1 if seconds is None else seconds)  # noqa: FBT003  # a lock takes them by position only

    def result(self) -> T:
        """Return the answer, or raise the error, after the end."""
        if self._error is None:
            return cast("T", self.answer)
        error, self._error = self._error, None
        try:
            raise error
        finally:
            del error  # or its traceback and this frame would keep each other alive

    def stop_waiting(self) -> None:
        """Abandon the wait."""
        if self._waiter is not None:
            self._waiter.close()

    def end(self, error: BaseException | None) -> None:
        """End the wait."""
        self._error = error
        self._over.release()
        if self._waiter is not None:
            self._waiter.wake()


@cache
def _load_anyio() -> None:
    """Import what runs a loop before its thread starts, where a lock that another thread holds would be waited for unseen."""
    load(_import_anyio)


def _import_anyio() -> None:
    importlib.import_module("anyio")
    with suppress(ImportError):  # a release that has moved it: anyio.run imports it
        importlib.import_module("anyio._backends._asyncio")


class _Threads:
    """The threads of this process whose loops run."""

    def __init__(self) -> None:
        self.running: set[LoopThread] = set()
        self.exiting = False
        """Whether the program has ended, so that a loop started now would never be stopped."""
        fork_safety.register(self)

    def reset_after_fork(self) -> None:
        """Reset in a forked child, which has none of its parent's threads."""
        self.running = set()
        self.exiting = False

    def stop_all(self) -> None:
        """Close what programs left open. Registered before their own atexit handlers, so that it runs after them."""
        self.exiting = True
        until = time.monotonic() + _STOP_WITHIN
        running = list(self.running)
        for thread in running:
            thread.stop(wait=False)
        for thread in running:
            if not thread.is_current():
                thread.join(max(0.0, until - time.monotonic()))


_threads = _Threads()
atexit.register(_threads.stop_all)


def is_exiting() -> bool:
    """Return whether the program has ended and its loops are stopped."""
    return _threads.exiting
