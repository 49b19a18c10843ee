"""Await a function that runs in another thread."""

import asyncio
import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from . import native_threads

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Await `function(*args)` in a thread, or run it here if no thread can be started.

    Unlike `asyncio.to_thread`, also after the main thread has ended, when executors take no more work but other threads and exit
    handlers still make calls.
    """
    loop = asyncio.get_running_loop()
    context = copy_context()

    def work() -> T:
        return context.run(function, *args)

    try:
        # Executors are not even tried after that: asyncio.run() would fail to shut one down.
        future = loop.run_in_executor(None, work) if threading.main_thread().is_alive() else in_native_thread(loop, work)
    except (RuntimeError, OSError):
        return work()
    try:
        return await future
    finally:
        del future  # or an error's traceback and this frame would keep each other alive


def in_native_thread(loop: asyncio.AbstractEventLoop, function: Callable[[], T]) -> "asyncio.Future[T]":
    """Run a function in an operating-system thread of its own. Raises OSError if none can be started."""
    future: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        try:
            settle = partial(_settle, future, function(), None)
        except BaseException as error:  # noqa: BLE001  # passed to the future
            settle = partial(_settle, future, None, error)
        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:  # the loop has ended
            return
        finally:
            del settle  # likewise

    try:
        native_threads.start_new_thread(work, ())
    except RuntimeError as error:
        raise OSError(f"cannot start a thread: {error}") from None
    return future


def _settle(future: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if future.done():  # cancelled
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
