"""Calling asynchronous code from ordinary code: one thread, one loop, one portal for a client."""

import asyncio
import importlib.util
import socket
import threading
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, TypeVarTuple

from . import forks
from .errors import ClientClosedError

if TYPE_CHECKING:
    # Imported by the thread that needs them: awaited clients do not pay for it.
    from anyio import CancelScope
    from anyio.abc import TaskGroup
    from anyio.from_thread import BlockingPortal

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_STOP_WITHIN = 5.0  # seconds that an exiting process waits for open calls to be cancelled


class _Running(NamedTuple):
    """A thread, its loop, and the calls that are made there."""

    thread: threading.Thread
    loop: asyncio.AbstractEventLoop
    portal: "BlockingPortal"
    calls: "TaskGroup"
    pending: "set[Future[Any]]"


class Portal:
    """Run coroutines in an event loop of their own, in a thread that starts with the first call.

    `on_stop` runs in that loop before it ends. After a fork the child gets a thread of its own.
    """

    def __init__(self, on_stop: Callable[[], Awaitable[None]]) -> None:
        self._on_stop = on_stop
        self._closed = False
        self._running: _Running | None = None
        self._finalizer: weakref.finalize[[_Running], Portal] | None = None
        self._lock = threading.Lock()
        forks.remember(self)

    def forget(self) -> None:
        """Start anew: a forked child has none of its parent's threads."""
        if self._finalizer is not None:
            self._finalizer.detach()
        self._running = self._finalizer = None
        self._lock = threading.Lock()

    def call(self, function: Callable[[*Ts], Awaitable[T]], *args: *Ts) -> T:
        """Await `function(*args)` in the portal's loop; when the wait is interrupted, so is the call."""
        running = self._running or self._start()
        call = _Call(running, partial(function, *args))
        try:
            return call.result()
        except CancelledError:
            raise ClientClosedError("the client was closed during this call; the API may have acted on it") from None
        except RuntimeError:
            if call.begun or not (self._closed or (self._finalizer is not None and not self._finalizer.alive)):
                raise
            raise ClientClosedError("the client was closed before this call") from None

    def close(self) -> None:
        """End the loop and its thread; calls under way are cancelled."""
        with self._lock:
            self._closed = True
            if self._finalizer is not None:
                self._finalizer()
            self._running = None

    def _start(self) -> _Running:
        with self._lock:
            if self._closed:
                raise ClientClosedError("the client was closed before this call")
            if self._running is None:
                self._running = _launch(self._on_stop)
                # Not __del__: this also runs at exit, while the daemon thread still lives.
                self._finalizer = weakref.finalize(self, _stop, self._running)
            return self._running


class _Call(Generic[T]):
    """A call in the loop of another thread.

    It is not handed over by the portal, which waits for the loop to take it before it waits for the result: that is one change of
    threads too many, and a wait that Ctrl-C would leave with the call still under way.
    """

    def __init__(self, running: _Running, call: Callable[[], Awaitable[T]]) -> None:
        self.begun = False
        self._running = running
        self._call = call
        self._future: Future[T] = Future()
        self._scope: CancelScope | None = None

    def result(self) -> T:
        """Make the call and wait for it; when the wait is interrupted, so is the call."""
        self._running.pending.add(self._future)
        try:
            self._running.loop.call_soon_threadsafe(self._begin)
            self.begun = True
            return self._future.result()
        except CancelledError:
            raise
        except BaseException:
            if not self._future.done():
                self._future.cancel()
                self._running.loop.call_soon_threadsafe(self._cancel)
            raise
        finally:
            self._running.pending.discard(self._future)

    def _begin(self) -> None:
        if self._future.done():  # interrupted on its way
            return
        try:
            self._running.calls.start_soon(self._run)
        except RuntimeError:  # the loop is about to end
            self._future.cancel()

    async def _run(self) -> None:
        from anyio import CancelScope

        with CancelScope() as self._scope:  # not the task's own cancellation: that would end its group
            try:
                result = await self._call()
            except asyncio.CancelledError:
                self._future.cancel()
                if self._scope.cancel_called or self._running.calls.cancel_scope.cancel_called:
                    raise
            except BaseException as error:  # noqa: BLE001  # the caller's, whatever it is
                if not self._future.cancelled():
                    self._future.set_exception(error)
            else:
                if not self._future.cancelled():
                    self._future.set_result(result)

    def _cancel(self) -> None:
        if self._scope is not None:
            self._scope.cancel()


def _launch(on_stop: Callable[[], Awaitable[None]]) -> _Running:
    started: Future[_Running] = Future()
    thread = threading.Thread(target=_run, args=(started, on_stop), name="stytch-b2b-async", daemon=True)
    thread.start()
    return started.result()


def _run(started: "Future[_Running]", on_stop: Callable[[], Awaitable[None]]) -> None:
    import anyio

    try:
        anyio.run(_serve, started, on_stop, backend_options={"loop_factory": _loop_factory()})
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)
    finally:
        for left in list(started.result().pending) if started.exception() is None else ():
            left.cancel()  # on its way into a loop that ended


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


async def _serve(started: "Future[_Running]", on_stop: Callable[[], Awaitable[None]]) -> None:
    from anyio import create_task_group
    from anyio.from_thread import BlockingPortal

    async with BlockingPortal() as portal, create_task_group() as calls:
        started.set_result(_Running(threading.current_thread(), asyncio.get_running_loop(), portal, calls, set()))
        await portal.sleep_until_stopped()
        calls.cancel_scope.cancel()
    await on_stop()


def _stop(running: _Running) -> None:
    if threading.current_thread() is running.thread:  # the garbage collector runs wherever it likes
        asyncio.get_running_loop().create_task(running.portal.stop(cancel_remaining=True))  # it awaits nothing
        return
    running.portal.start_task_soon(running.portal.stop, True)  # noqa: FBT003  # cancel_remaining, positional by the portal's own rule
    running.thread.join(_STOP_WITHIN)
