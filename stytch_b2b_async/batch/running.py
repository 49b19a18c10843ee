"""The batches of a client that run now, and the pace that they share."""

import asyncio
from typing import Protocol

from stytch_b2b_async.concurrency.loop_local import LoopLocal
from stytch_b2b_async.errors import ClientClosedError

from .pace import Pace, RedisAddress


class _Ends(Protocol):
    """Something that a client ends when it is closed."""

    async def aclose(self) -> None:
        """End it, and wait until it has ended."""
        ...


class Running:
    """The batches of a client. In each event loop, those with the same rate share a pace."""

    def __init__(self) -> None:
        self._closed = False
        self._runs: LoopLocal[set[_Ends]] = LoopLocal()
        self._paces: LoopLocal[dict[tuple[str | None, RedisAddress | None], asyncio.Task[Pace]]] = LoopLocal()

    async def pace(self, rate: str | None, store: RedisAddress | None, concurrency: int, scope: str) -> Pace:
        """Return the pace of a rate, which stays until the client is closed."""
        loop = asyncio.get_running_loop()
        paces = self._paces.get(loop)
        if paces is None:
            paces = dict[tuple[str | None, RedisAddress | None], asyncio.Task[Pace]]()
            self._paces.set(loop, paces)
        opening = paces.get((rate, store))
        if opening is None or (opening.done() and (opening.cancelled() or opening.exception() is not None)):
            opening = paces[rate, store] = asyncio.create_task(Pace.open(rate, store, concurrency, scope=scope))
        pace = await asyncio.shield(opening)
        pace.allow(concurrency)
        return pace

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed."""
        return self._closed

    def add(self, run: _Ends) -> None:
        """Add a batch that begins. Raises ClientClosedError if the client is closed."""
        if self._closed:
            raise ClientClosedError("the client was closed before this batch")
        loop = asyncio.get_running_loop()
        runs = self._runs.get(loop)
        if runs is None:
            runs = set[_Ends]()
            self._runs.set(loop, runs)
        runs.add(run)

    def discard(self, run: _Ends) -> None:
        """Remove a batch that has ended."""
        (self._runs.get(asyncio.get_running_loop()) or set()).discard(run)

    async def close(self) -> None:
        """End the batches of this loop, and their paces."""
        self._closed = True
        loop = asyncio.get_running_loop()
        for run in list(self._runs.pop(loop) or ()):
            await run.aclose()
        for opening in (self._paces.pop(loop) or {}).values():
            if not opening.done():
                opening.cancel()
            elif not opening.cancelled() and opening.exception() is None:
                await opening.result().aclose()
