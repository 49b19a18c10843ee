"""Limit concurrent attempts, start them in order, and end them on close."""

import asyncio
import sys
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from stytch_b2b_async.errors import APIConnectionError, ClientClosedError
from stytch_b2b_async.wire import Reply

from .interface import Attempt


class Slots:
    """A slot for each connection that a loop may have: first come, first served.

    aiohttp lets a new call take a free connection ahead of waiting ones, and cancels its waiters when it is closed. So calls never
    wait inside aiohttp: they wait here, and a released slot goes to the call that has waited longest, before anything else can run.
    Belongs to one loop, and so to one thread.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, limit: int, hint: str) -> None:
        self._loop = loop
        self.limit: int = limit or sys.maxsize
        self.hint = hint
        """Advice for the error when no slot is free."""
        self.closed: bool = False
        self._active: set[Attempt] = set()
        self._waiting: OrderedDict[Attempt, asyncio.Future[None]] = OrderedDict()

    async def run(self, attempt: Attempt, exchange: Callable[..., Awaitable[Reply]], *args: Any) -> Reply:
        """Await `exchange(*args)` in a slot. Raises ClientClosedError when `close` comes before its end.

        A cancellation from elsewhere passes through, even if it comes at the same moment.
        """
        if self.closed:
            raise ClientClosedError("the client was closed before this call")
        attempt.enter()
        try:
            if len(self._active) < self.limit:
                self._active.add(attempt)
            else:
                await self._wait(attempt)
            return await exchange(*args)
        except BaseException as error:
            if not self._ended_by_close(attempt, error):
                raise
        finally:
            attempt.leave()
            self._release(attempt)
        raise ClientClosedError("the client was closed during this call", attempt.maybe_applied)

    def close(self, closing: "asyncio.Task[Any] | None" = None) -> None:
        """End every attempt, waiting or in progress, except that of the closing task, which continues."""
        if self.closed:
            return
        self.closed = True
        for attempt in [*self._waiting, *self._active]:
            if attempt.task is not closing:
                attempt.interrupt()

    def close_from(self, loop: asyncio.AbstractEventLoop) -> None:
        """Close from any running loop."""
        if loop is self._loop:
            self.close(asyncio.current_task())
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.close)

    async def _wait(self, attempt: Attempt) -> None:
        granted = self._waiting[attempt] = self._loop.create_future()
        attempt.queued_in = self
        await granted
        attempt.queued_in = None

    def _release(self, attempt: Attempt) -> None:
        self._active.discard(attempt)
        if not self._waiting:
            return
        self._waiting.pop(attempt, None)
        while self._waiting and len(self._active) < self.limit and not self.closed:
            first, granted = self._waiting.popitem(last=False)
            if not granted.done():  # or it has been cancelled, and does not know yet
                self._active.add(first)
                granted.set_result(None)

    def _ended_by_close(self, attempt: Attempt, error: BaseException) -> bool:
        if isinstance(error, asyncio.CancelledError):
            return self.closed and not attempt.is_cancelled()
        return self.closed and isinstance(error, APIConnectionError)
