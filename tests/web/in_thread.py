"""An event loop in a thread, for servers that are awaited."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def in_thread(opened: Callable[[], AbstractAsyncContextManager[T]]) -> Iterator[T]:
    """Run an asynchronous context in a loop of its own, in a thread."""
    entered: list[T | BaseException] = []
    started, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        try:
            async with opened() as value:
                entered.append(value)
                started.set()
                await stop.wait()
        except BaseException as error:  # told to whoever waits
            entered.append(error)
            raise
        finally:
            started.set()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="server", daemon=True)
    thread.start()
    try:
        assert started.wait(10)
        if isinstance(entered[0], BaseException):
            raise entered[0]
        yield entered[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
    assert not thread.is_alive()
    loop.close()
