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
    from anyio.from_thread import BlockingPortal  # imported by the thread that needs it: awaited clients do not pay for it

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_STOP_WITHIN = 5.0  # seconds that an exiting process waits for open calls to be cancelled


class _Running(NamedTuple):
    """A portal and the thread whose loop it leads to."""

    portal: "BlockingPortal"
    thread: threading.Thread


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
        handed = _HandedOver(partial(function, *args))
        try:
            future = running.portal.start_task_soon(handed.run)
        except RuntimeError:
            if self._closed or (self._finalizer is not None and not self._finalizer.alive):  # since the line before, or at exit
                raise ClientClosedError("the client was closed before this call") from None
            raise
        except BaseException:
            handed.cancel()
            raise
        try:
            return future.result()
        except CancelledError:
            raise ClientClosedError("the client was closed during this call; the API may have acted on it") from None
        except BaseException:
            future.cancel()  # Ctrl-C, for one, ends only the wait
            raise

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


class _HandedOver(Generic[T]):
    """A call on its way into the loop: the portal waits for the loop to take it, and that wait too can be interrupted."""

    def __init__(self, call: Callable[[], Awaitable[T]]) -> None:
        self._call = call
        self._task: asyncio.Task[Any] | None = None
        self._cancelled = False

    async def run(self) -> T:
        self._task = asyncio.current_task()
        if self._cancelled:
            raise asyncio.CancelledError
        return await self._call()

    def cancel(self) -> None:
        self._cancelled = True
        if self._task is not None:
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)


def _launch(on_stop: Callable[[], Awaitable[None]]) -> _Running:
    started: Future[BlockingPortal] = Future()
    thread = threading.Thread(target=_run, args=(started, on_stop), name="stytch-b2b-async", daemon=True)
    thread.start()
    return _Running(started.result(), thread)


def _run(started: "Future[BlockingPortal]", on_stop: Callable[[], Awaitable[None]]) -> None:
    import anyio

    try:
        anyio.run(_serve, started, on_stop, backend_options={"loop_factory": _loop_factory()})
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)


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


async def _serve(started: "Future[BlockingPortal]", on_stop: Callable[[], Awaitable[None]]) -> None:
    from anyio.from_thread import BlockingPortal

    async with BlockingPortal() as portal:
        started.set_result(portal)
        await portal.sleep_until_stopped()
    await on_stop()


def _stop(running: _Running) -> None:
    if threading.current_thread() is running.thread:  # the garbage collector runs wherever it likes
        asyncio.get_running_loop().create_task(running.portal.stop(cancel_remaining=True))  # it awaits nothing
        return
    running.portal.start_task_soon(running.portal.stop, True)  # noqa: FBT003  # cancel_remaining, positional by the portal's own rule
    running.thread.join(_STOP_WITHIN)
