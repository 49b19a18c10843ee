"""The requests of a batch, one by one, without those that an earlier run has dealt with."""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from contextlib import aclosing
from typing import Final, TypeAlias, TypeVar, cast

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import APIConnectionError, about

from .journal import IN_DOUBT, Journal, State
from .outcome import Outcome

R = TypeVar("R")

Requests: TypeAlias = Iterable[Request[R]] | AsyncIterable[Request[R]]
"""The requests of a batch: any iterable, asynchronous or not."""

Item: TypeAlias = tuple[int, Request[R]] | Outcome[R]
"""A request with its position, or what is known to have become of it."""

_BLOCK: Final = 4_096  # rows whose states are read from a journal at once


async def items_of(requests: Requests[R], journal: Journal | None) -> AsyncGenerator[Item[R]]:
    """Take requests from their source, as they are asked for. Raises JournalError if the journal belongs to other ones."""
    async with aclosing(_numbered(requests)) as numbered:
        if journal is None:
            async for item in numbered:
                yield item
            return
        async with aclosing(_unfinished(numbered, journal)) as unfinished:
            async for remaining in unfinished:
                yield remaining


async def _numbered(requests: Requests[R]) -> AsyncGenerator[tuple[int, Request[R]]]:
    position = 0
    if not isinstance(requests, AsyncIterable):
        for request in requests:
            yield position, _checked(request)
            position += 1
        return
    source = aiter(requests)
    try:
        async for request in source:
            yield position, _checked(request)
            position += 1
    finally:
        if isinstance(source, AsyncGenerator):  # what it holds is freed before the batch ends
            await source.aclose()


def _checked(request: Request[R]) -> Request[R]:
    if not isinstance(cast("object", request), Request) or not hasattr(request, "path"):
        raise TypeError(f"a batch takes request objects, such as those of stytch_b2b_async.api, not {type(request).__name__}")
    return request


async def _unfinished(numbered: AsyncGenerator[tuple[int, Request[R]]], journal: Journal) -> AsyncGenerator[Item[R]]:
    """Leave out what an earlier run has finished. All that it took from its source is compared before anything is sent."""
    states: dict[int, State] = {}
    held: deque[Item[R]] = deque()
    count = 0
    async for position, request in numbered:
        if position % _BLOCK == 0:
            states = await journal.states(position, position + _BLOCK)
        journal.take(request)
        count = position + 1
        if count == journal.known:
            journal.check()
        if journal.length is not None and count > journal.length:
            raise journal.other_requests()
        item = _item(position, request, states.get(position), journal)
        if item is not None:
            held.append(item)
        while held and count >= journal.known and journal.length is None:
            yield held.popleft()
    if count < journal.known:
        raise journal.other_requests()
    while held:
        yield held.popleft()
    journal.note_length(count)


def _item(position: int, request: Request[R], state: State | None, journal: Journal) -> Item[R] | None:
    if journal.sends(state):
        return position, request
    if state not in IN_DOUBT or not journal.reports_doubt:
        return None
    doubt = APIConnectionError("an earlier run ended before it knew the response", maybe_applied=True)
    return Outcome(position, request, error=about(doubt, request))
