"""A thread with an event loop, and calls that other threads make in it."""

import asyncio
import importlib.util
import socket
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    # Imported by the thread that needs it: awaited clients do not pay for it.
    from anyio.from_thread import BlockingPortal

T = TypeVar("T")

_STOP_WITHIN = 5.0  # seconds that an exiting process waits for open calls to be cancelled


class LoopEndedError(Exception):
    """A loop ended before a call did."""

    def __init__(self, *, begun: bool) -> None:
        super().__init__("the call was cut short" if begun else "the call was not begun")
        self.begun = begun


class LoopThread:
    """A daemon thread whose loop runs until it is stopped.

    What starts and stops it is anyio's portal. Calls do not go through that: it waits for the loop to take a call before it waits
    for the result, which is one change of threads more, and Ctrl-C in the first of these waits would leave the call under way.
    """

    @classmethod
    def start(cls, on_stop: Callable[[], Awaitable[None]]) -> "LoopThread":
        """Start one; `on_stop` runs in its loop before that ends."""
        started: Future[LoopThread] = Future()
        threading.Thread(target=_run, args=(started, on_stop), name="stytch-b2b-async", daemon=True).start()
        return started.result()

    def __init__(self, portal: "BlockingPortal") -> None:
        self._thread = threading.current_thread()
        self._loop = asyncio.get_running_loop()
        self._portal = portal
        self._open: set[_Call[Any]] = set()
        self._arrived: deque[_Call[Any]] = deque()
        self._woken = False
        self._ended = False

    def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Await `function()` in the loop; when the wait is interrupted, so is the call.

        Raises LoopEndedError when the loop ends first, and RuntimeError in the loop's own thread, which would wait for itself.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a blocking call cannot be made in the thread that makes it: not by a hook, nor by a transport")
        call = _Call(function)
        try:
            self._open.add(call)
            if self._ended:  # asked when the call is listed already: what ends later ends it too
                self._finish(call, LoopEndedError(begun=False))
            else:
                self._arrived.append(call)
                if not self._woken:  # or the loop is about to look anyway
                    self._woken = True
                    self._wake(self._begin)
            return call.result()
        except BaseException:
            if call in self._open:
                call.abandoned = True
                self._wake(partial(self._give_up, call))
            raise

    def _wake(self, callback: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(callback)
        except RuntimeError:  # it is closed
            self.end()

    def _begin(self) -> None:
        self._woken = False  # before looking: who comes after that wakes the loop again
        while self._arrived:
            call = self._arrived.popleft()
            if self._ended or call.abandoned:
                self._finish(call, LoopEndedError(begun=False))
            else:
                call.task = self._loop.create_task(self._answer(call), context=call.context)

    async def _answer(self, call: "_Call[Any]") -> None:
        try:
            call.answer = await call.function()
        except asyncio.CancelledError:
            self._finish(call, LoopEndedError(begun=True))
        except BaseException as error:  # noqa: BLE001  # the caller's, whatever it is
            self._finish(call, error)
        else:
            self._finish(call, None)

    def _finish(self, call: "_Call[Any]", error: BaseException | None) -> None:
        try:
            self._open.remove(call)
        except KeyError:  # another thread has ended it
            return
        call.end(error)

    def _give_up(self, call: "_Call[Any]") -> None:
        self._begin()  # the interrupt may have come between the promise to wake the loop and the doing
        self._cancel(call)

    def _cancel(self, call: "_Call[Any]") -> None:
        if call.task is None:
            self._finish(call, LoopEndedError(begun=False))
            return
        call.task.cancel()
        # A task that is cancelled before its first step never comes to tell.
        call.task.add_done_callback(lambda _: self._finish(call, LoopEndedError(begun=False)))

    def end(self) -> None:
        """Take no more calls, and end those that are open in a loop that is gone."""
        self._ended = True
        for call in list(self._open):
            self._finish(call, LoopEndedError(begun=call.task is not None))

    def refuse(self) -> None:
        """Take no more calls."""
        self._ended = True

    async def cancel(self) -> None:
        """Take no more calls, and end those that are open."""
        self._ended = True
        for call in list(self._open):
            self._cancel(call)
        while tasks := [call.task for call in list(self._open) if call.task is not None]:
            await asyncio.wait(tasks)

    def stop(self) -> None:
        """End the loop and its thread, from any thread; calls under way are cancelled."""
        if threading.current_thread() is self._thread:  # the garbage collector runs wherever it likes
            self._loop.create_task(self._portal.stop(cancel_remaining=True))  # it awaits nothing
            return
        if not self._thread.is_alive():
            return
        self._portal.start_task_soon(self._portal.stop, True)  # noqa: FBT003  # cancel_remaining, positional by the portal's own rule
        self._thread.join(_STOP_WITHIN)


class _Call(Generic[T]):
    """A call in the loop of another thread."""

    __slots__ = ("_error", "_over", "abandoned", "answer", "context", "function", "task")

    def __init__(self, function: Callable[[], Awaitable[T]]) -> None:
        self.function = function
        self.context = copy_context()
        self.task: asyncio.Task[None] | None = None
        self.answer: T | None = None
        self.abandoned = False
        self._error: BaseException | None = None
        self._over = threading.Lock()
        self._over.acquire()

    def result(self) -> T:
        """Wait for the end, in the caller's thread."""
        self._over.acquire()
        if self._error is None:
            return cast("T", self.answer)
        error, self._error = self._error, None
        try:
            raise error
        finally:
            del error  # or its traceback and this frame would keep each other alive

    def end(self, error: BaseException | None) -> None:
        """End the wait."""
        self._error = error
        self._over.release()


def _run(started: "Future[LoopThread]", on_stop: Callable[[], Awaitable[None]]) -> None:
    import anyio

    try:
        anyio.run(_serve, started, on_stop, backend_options={"loop_factory": _loop_factory()})
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)
    finally:
        if started.exception() is None:
            started.result().end()


async def _serve(started: "Future[LoopThread]", on_stop: Callable[[], Awaitable[None]]) -> None:
    from anyio.from_thread import BlockingPortal

    portal = BlockingPortal()
    thread = LoopThread(portal)
    async with portal:
        started.set_result(thread)
        await portal.sleep_until_stopped()
    thread.refuse()
    try:
        await on_stop()  # ends calls by what is known of them
    finally:
        await thread.cancel()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if importlib.util.find_spec("uvloop") is None:
        return asyncio.new_event_loop
    # libuv resolves names, plain addresses too, in threads of its own; a forked child, which lacks them, crashes when it exits.
    return type("Loop", (importlib.import_module("uvloop").Loop,), {"getaddrinfo": _getaddrinfo})


async def _getaddrinfo(
    loop: asyncio.AbstractEventLoop,
    host: str | None,
    port: str | int | None,
    *,
    family: int = 0,
    type: int = 0,  # noqa: A002  # asyncio's own name
    proto: int = 0,
    flags: int = 0,
) -> list[Any]:
    return await loop.run_in_executor(None, socket.getaddrinfo, host, port, family, type, proto, flags)
