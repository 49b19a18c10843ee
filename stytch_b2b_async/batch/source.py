"""The requests of a batch, one by one, without those that an earlier run has dealt with."""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from typing import Final, Generic, TypeAlias, TypeVar, cast

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import APIConnectionError, about

from .journal import IN_DOUBT, Journal, State
from .outcome import Outcome

R = TypeVar("R")

Requests: TypeAlias = Iterable[Request[R]] | AsyncIterable[Request[R]]
"""The requests of a batch: any iterable, asynchronous or not."""

Item: TypeAlias = tuple[int, Request[R]] | Outcome[R]
"""A request with its position, or what is known to have become of it."""

_STATES: Final = 4_096  # rows whose states are read from a journal at once


class Blocks(Generic[R]):
    """Requests that come in lists: each is taken from its source before any of its requests is sent."""

    def __init__(self, blocks: AsyncIterable[Sequence[Request[R]]]) -> None:
        self.blocks = blocks

    async def __aiter__(self) -> AsyncIterator[Request[R]]:
        async for block in self.blocks:
            for request in block:
                yield request


class Items(Generic[R]):
    """What is left to do, in the order of the source. Raises JournalError if the journal belongs to other requests."""

    def __init__(self, requests: Requests[R], journal: Journal | None) -> None:
        self._blocks = _unfinished(_blocks(requests), journal) if journal is not None else _numbered(_blocks(requests))
        self._ready: deque[Item[R]] = deque()

    def take_ready(self) -> Item[R] | None:
        """Return the next item, if it was taken from its source already."""
        return self._ready.popleft() if self._ready else None

    async def take(self) -> Item[R] | None:
        """Return the next item; None after the last."""
        while not self._ready:
            block = await anext(self._blocks, None)
            if block is None:
                return None
            self._ready += block
        return self._ready.popleft()

    async def aclose(self) -> None:
        """Close the source, if it is asynchronous."""
        await self._blocks.aclose()


async def _blocks(requests: Requests[R]) -> AsyncGenerator[Sequence[Request[R]]]:
    """Take requests from their source as they are asked for."""
    if isinstance(requests, Blocks):
        async for block in cast("Blocks[R]", requests).blocks:
            yield block
    elif isinstance(requests, AsyncIterable):
        source = aiter(requests)
        try:
            async for request in source:
                yield [_checked(request)]
        finally:
            if isinstance(source, AsyncGenerator):  # what it holds is freed before the batch ends
                await source.aclose()
    else:
        for request in requests:
            yield [_checked(request)]


def _checked(request: Request[R]) -> Request[R]:
    if not isinstance(cast("object", request), Request) or not hasattr(request, "path"):
        raise TypeError(f"a batch takes request objects, such as those of stytch_b2b_async.api, not {type(request).__name__}")
    return request


async def _numbered(blocks: AsyncGenerator[Sequence[Request[R]]]) -> AsyncGenerator[Sequence[Item[R]]]:
    position = 0
    async with aclosing(blocks):
        async for block in blocks:
            yield list(enumerate(block, position))
            position += len(block)


async def _unfinished(blocks: AsyncGenerator[Sequence[Request[R]]], journal: Journal) -> AsyncGenerator[Sequence[Item[R]]]:
    """Leave out what an earlier run has finished. All that it took from its source is compared before anything is sent."""
    states: dict[int, State] = {}
    held: list[Item[R]] = []
    count = until = 0
    async with aclosing(blocks):
        async for block in blocks:
            if journal.is_fresh:
                yield list(enumerate(block, count))
                count += len(block)
                continue
            for request in block:
                if count == until:
                    until = count + _STATES
                    states = await journal.states(count, until)
                item = _item(count, request, states.get(count), journal)
                if item is not None:
                    held.append(item)
                count += 1
                journal.take(request, count)
            if held and count >= journal.known and journal.length is None:
                yield held
                held = []
    if count < journal.known:
        raise journal.other_requests()
    yield held
    journal.note_length(count)


def _item(position: int, request: Request[R], state: State | None, journal: Journal) -> Item[R] | None:
    if state is None or journal.resends(position, state):
        return position, request
    if state not in IN_DOUBT or not journal.reports_doubt:
        return None
    doubt = APIConnectionError("an earlier run ended before it knew the response", maybe_applied=True)
    return Outcome(position, request, error=about(doubt, request))
