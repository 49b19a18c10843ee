"""How many attempts are under way at once, in which order they begin, and how closing ends them."""

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

    aiohttp lets a newcomer take a free connection ahead of those who wait for one, and its waiters are cancelled when it is closed.
    So nobody waits inside of aiohttp: who finds no slot waits here, and one that is given back goes to whoever has waited longest,
    before anything else can run. All of it belongs to one loop, and so to one thread.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, limit: int, hint: str) -> None:
        self._loop = loop
        self.limit: int = limit or sys.maxsize
        self.hint = hint
        """What to do when there are too few."""
        self.closed: bool = False
        self._active: set[Attempt] = set()
        self._waiting: OrderedDict[Attempt, asyncio.Future[None]] = OrderedDict()

    async def run(self, attempt: Attempt, exchange: Callable[..., Awaitable[Reply]], *args: Any) -> Reply:
        """Await `exchange(*args)` in a slot. Raises ClientClosedError when `close` comes before its end.

        A cancellation by somebody else passes through, one that comes at the same moment too.
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
        """End every attempt, waiting or under way, but that of the task which is closing: it goes on once this is done."""
        if self.closed:
            return
        self.closed = True
        for attempt in [*self._waiting, *self._active]:
            if attempt.task is not closing:
                attempt.interrupt()

    def close_from(self, loop: asyncio.AbstractEventLoop) -> None:
        """Close from whichever loop runs here."""
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
