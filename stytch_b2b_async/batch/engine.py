"""The workers of a batch: they take requests from the source, send them, and hand over what became of them."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Generic, TypeVar

import attrs

from stytch_b2b_async.endpoint import Effect, Request

from .errors import JournalError
from .journal import Journal, record_of
from .outcome import Outcome
from .pace import Pace
from .sending import Attempts, Sending
from .source import Item, Items

R = TypeVar("R")

_ORDERED_AHEAD = 4  # times the concurrency: requests that may be taken while the first of them is still on its way


@attrs.frozen
class Plan:
    """How a batch is sent."""

    concurrency: int
    ordered: bool
    stop_on: tuple[type[BaseException], ...]


class Engine(Generic[R]):
    """Sends the requests of a batch with as many workers as may run at once.

    A request is taken from the source when there is room for its outcome: who takes outcomes slowly slows the sending.
    """

    def __init__(
        self,
        items: Items[R],
        attempts: Attempts,
        pace: Pace,
        journal: Journal | None,
        plan: Plan,
    ) -> None:
        self._items = items
        self._attempts = attempts
        self._pace = pace
        self._journal = journal
        self._plan = plan
        self._pulling = asyncio.Lock()
        self.room: int = plan.concurrency * (_ORDERED_AHEAD if plan.ordered else 1)
        """How many more requests may be taken before an outcome is."""
        self._has_room = asyncio.Event()
        self._finished: dict[int, Outcome[R]] = {}
        self._order: deque[int] = deque()
        """Positions in the order in which their outcomes are handed over."""
        self._changed = asyncio.Event()
        self._ended = False
        self._drops = False
        self._failure: BaseException | None = None
        self._workers: dict[asyncio.Task[None], Sending] = {}
        self._running = 0

    def start(self) -> None:
        """Start the workers."""
        for _ in range(self._plan.concurrency):
            sending = Sending(self._attempts, self._pace)
            self._workers[asyncio.create_task(self._work(sending))] = sending
        self._running = len(self._workers)

    async def next(self) -> Outcome[R] | None:
        """Return the next outcome; None after the last. Raises the error that ended the batch, after the last."""
        while (outcome := self.next_ready()) is None and self._running:
            await self.change()
        if outcome is not None:
            return outcome
        if self._failure is not None:
            failure, self._failure = self._failure, None
            try:
                raise failure
            finally:
                del failure  # or its traceback and this frame would keep each other alive
        return None

    def next_ready(self) -> Outcome[R] | None:
        """Return the next outcome, if it is there."""
        if not self._order or self._order[0] not in self._finished:
            return None
        self.room += 1
        self._has_room.set()
        return self._finished.pop(self._order.popleft())

    @property
    def has_ended(self) -> bool:
        """Whether no more requests are taken from the source."""
        return self._ended

    @property
    def is_over(self) -> bool:
        """Whether no more outcomes will be ready than are."""
        return self._running == 0

    async def change(self) -> None:
        """Wait until an outcome is ready, a worker has ended, or `wake` is called."""
        self._changed.clear()
        await self._changed.wait()

    def drop_outcomes(self) -> None:
        """Keep no outcomes from now on: nobody takes them."""
        self._drops = True
        self.room += len(self._finished)
        self._finished.clear()
        self._order.clear()
        self._has_room.set()

    def wake(self) -> None:
        """End the wait for a change."""
        self._changed.set()

    def drain(self) -> None:
        """Take no more requests, and send none that is not on its way."""
        self._ended = True
        for worker, sending in self._workers.items():
            if not sending.in_flight:
                worker.cancel()

    def fail(self, error: BaseException) -> None:
        """End the batch with an error, after the outcomes of what was sent."""
        self._failure = self._failure or error
        self.drain()

    async def aclose(self) -> None:
        """Cancel what is in flight, and wait until it has ended."""
        self._ended = True
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._items.aclose()
        self._finished.clear()
        self._order.clear()

    async def _work(self, sending: Sending) -> None:
        journal = self._journal
        try:
            while not self._ended:
                item = self._items.take_ready() if self.room > 0 else None
                if item is None and (item := await self._pull()) is None:
                    break
                self.room -= 1
                if isinstance(item, Outcome):
                    self._expect(item.position)
                    self._hand_over(item)
                    continue
                position, request = item
                self._expect(position)
                if journal is not None and request.effect is Effect.ACTS_ONCE:
                    outcome = await _claimed(journal, sending, position, request)
                else:
                    outcome = await sending.outcome_of(position, request)
                if journal is not None:
                    self._record(journal, outcome)
                if self._drops and outcome.error is None:
                    self.room += 1
                else:
                    self._hand_over(outcome)
        except BaseException as error:
            if ends_its_task(error):
                raise
            self.fail(error)  # raised by `next`
        finally:
            self._running -= 1
            self._changed.set()

    async def _pull(self) -> Item[R] | None:
        """Wait for room, and take the next item from the source; None after the last."""
        async with self._pulling:
            while self.room < 1:
                self._has_room.clear()
                await self._has_room.wait()
            if self._ended:
                return None
            try:
                item = await self._items.take()
            except BaseException as error:
                if ends_its_task(error):
                    raise
                self._failure = self._failure or error  # raised by `next`
                item = None
            if item is None:
                self._ended = True
            return None if self._ended else item

    def _expect(self, position: int) -> None:
        if self._plan.ordered and not self._drops:
            self._order.append(position)

    def _record(self, journal: Journal, outcome: Outcome[R]) -> None:
        try:
            journal.finish(record_of(outcome))
        except JournalError as error:
            self.fail(error)

    def _hand_over(self, outcome: Outcome[R]) -> None:
        if outcome.error is not None and isinstance(outcome.error, self._plan.stop_on):
            self.fail(outcome.error)
        if self._drops:
            self.room += 1
            return
        self._finished[outcome.position] = outcome
        if not self._plan.ordered:
            self._order.append(outcome.position)
        self._changed.set()


async def _claimed(journal: Journal, sending: Sending, position: int, request: Request[R]) -> Outcome[R]:
    """Send a request that acts each time: the journal has to know before."""
    try:
        return await sending.outcome_of(position, request, journal.claim)
    except BaseException:
        if sending.claimed and not sending.in_flight:
            with suppress(JournalError):  # the one that is on its way already
                journal.release(position)
        raise


def ends_its_task(error: BaseException) -> bool:
    """Whether an error is not that of the source or the call: a worker was canceled, or the program is about to end."""
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0
    return isinstance(error, KeyboardInterrupt | SystemExit)
