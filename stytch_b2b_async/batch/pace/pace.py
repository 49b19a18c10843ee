"""Permits for calls."""

import asyncio
import time
from collections import deque
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self

import attrs

from stytch_b2b_async.batch.errors import RateStoreError
from stytch_b2b_async.batch.redis_address import RedisAddress

from .allowance import Allowance, Charge
from .concurrency import Concurrency, Durations
from .groups import RATE_LIMITS
from .rate import Rate
from .store import GroupStore, LocalStore, RedisStore
from .vendor_clock import VendorClock, seconds

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Pace:
    """Lets as many calls through as the API allows and keeps up with, in the order in which they came."""

    def __init__(self, rate: Rate | None, concurrency: int, redis: "Redis | None", scope: str) -> None:
        self._rate = rate
        self._slots = Concurrency(concurrency)
        self._redis = redis
        self._scope = scope
        self._clock = VendorClock()
        self._probe: Permit | None = None
        self._groups: dict[str, _Group] = {}
        self.is_limited: bool = rate is not None
        """Whether a group has a limit, so that the time of the API's clock matters."""
        self._closed = False

    @classmethod
    async def open(cls, rate: str | None, store: RedisAddress | None, concurrency: int, *, scope: str = "") -> Self:
        """Open the pace of a client.

        - `rate`: calls per window and group of endpoints, such as `100/min`; by default those that Stytch documents.
        - `store`: the Redis that counts for all processes; by default, this one counts for itself.
        - `concurrency`: calls at once, at most.
        - `scope`: what the counts in the store belong to: the project's id.

        Raises ValueError, or RateStoreError for a store that cannot be used.
        """
        if concurrency < 1:
            raise ValueError("concurrency must be positive")
        parsed = None if rate is None else Rate.parse(rate)
        return cls(parsed, concurrency, None if store is None else await store.connect(), scope)

    @property
    def concurrency(self) -> int:
        """The number of calls that may run at once now."""
        return self._slots.limit

    def allow(self, concurrency: int) -> None:
        """Let at least so many calls run at once, for a batch that wants more than those before it."""
        self._slots.raise_most(concurrency)

    def acquire_now(self, name: str) -> "Permit | None":
        """Return a permit if one is there, and nobody waits for it."""
        group = self._groups.get(name)
        if group is None or group.queue or self._closed:
            return None
        if group.allowance is None:
            number = self._slots.take_free()
            return Permit(self, group, None, time.monotonic(), number) if number else None
        return self._take(group) if self._slots.free else None

    async def acquire(self, name: str) -> "Permit":
        """Wait for a permit for one attempt of a call to a group of endpoints; see `endpoint_group`."""
        if self._closed:
            raise RuntimeError("the pace is closed")
        group = self._group(name)
        if (permit := self.acquire_now(name)) is not None:
            return permit
        turn: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        group.queue.append(turn)
        if group.pump is None:
            group.pump = asyncio.create_task(self._pump(group))
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                if turn in group.queue:
                    group.queue.remove(turn)
                group.wake()
            elif turn.exception() is None:
                self._give_back(turn.result())
            raise

    async def aclose(self) -> None:
        """End all waiting with RuntimeError. Closing twice is harmless."""
        self._closed = True
        pumps = [group.pump for group in self._groups.values() if group.pump is not None]
        for group in self._groups.values():
            group.refuse_all(RuntimeError("the pace is closed"))
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        redis, self._redis = self._redis, None
        if redis is not None:
            try:
                for allowance in [group.allowance for group in self._groups.values() if group.allowance is not None]:
                    await allowance.give_all_back()
            except RateStoreError:
                pass  # they are lost with their windows
            finally:
                await redis.aclose()

    async def _pump(self, group: "_Group") -> None:
        """Give permits to those who wait, in their order, while there are any."""
        try:
            while group.queue:
                now = time.monotonic()
                delay = self._delay(group, now)
                if delay > 0:
                    await group.sleep(delay)
                    if group.allowance is not None:
                        group.allowance.woke(time.monotonic(), time.monotonic() - now - delay)
                elif not self._slots.free:
                    await self._slots.wait()
                    if not self._grant_next(group):
                        self._slots.pass_on()
                elif not self._grant_next(group) and group.allowance is not None:
                    await group.allowance.lease(now, len(group.queue))
        except RateStoreError as error:
            group.refuse_all(error)
        finally:
            group.pump = None

    def _grant_next(self, group: "_Group") -> bool:
        while group.queue and group.queue[0].done():
            group.queue.popleft()  # canceled
        if not group.queue or (permit := self._take(group)) is None:
            return False
        group.queue.popleft().set_result(permit)
        return True

    def _take(self, group: "_Group") -> "Permit | None":
        """Take a slot and a permit, if both are there."""
        now = time.monotonic()
        charge, allowance = None, group.allowance
        if allowance is None:
            return Permit(self, group, None, now, self._slots.take())
        if self._probe is not None or (charge := allowance.take(now)) is None:
            return None
        permit = Permit(self, group, charge, now, self._slots.take())
        if not self._clock.known:
            self._probe = permit
        return permit

    def _delay(self, group: "_Group", now: float) -> float:
        if group.allowance is None:
            return 0.0
        if self._probe is not None:
            return 60.0  # until the first answer tells the time
        return group.allowance.delay(now)

    def learn(self, permit: "Permit", status: int | None, elapsed: float, retry_after: float | None, date: str | None) -> None:
        """Learn how an attempt ended."""
        group = permit.group
        if status is not None and status < 500 and status != 429:  # noqa: PLR2004  # neither an error of the server, nor its refusal
            group.durations.add(elapsed, self._slots.running)
        self._slots.learn(permit.number, status, group.durations)
        if not self.is_limited:
            return
        now, shown = time.monotonic(), seconds(date)
        if status is not None:
            self._clock.learn(permit.at, now, shown)
        if permit.charge is None or group.allowance is None:
            return
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            group.allowance.refused(permit.charge, now, shown, retry_after)
        elif group.allowance.answered(permit.charge, now, shown):
            group.wake()

    def release(self, permit: "Permit") -> None:
        """End an attempt."""
        if permit.charge is not None and permit.group.allowance is not None:
            permit.group.allowance.forget(permit.charge)
        self._slots.give_back()
        if permit is self._probe:
            self._probe = None
            for group in self._groups.values():
                group.wake()

    def _give_back(self, permit: "Permit") -> None:
        if permit.charge is not None and permit.group.allowance is not None:
            permit.group.allowance.give_back(permit.charge)
        self.release(permit)
        permit.group.wake()

    def _group(self, name: str) -> "_Group":
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = _Group()
            rate = self._rate or RATE_LIMITS.get(name)
            if rate is not None:
                self.is_limited = True
                group.allowance = Allowance(rate, self._clock, group.durations, self._store(rate, name))
        return group

    def _store(self, rate: Rate, group: str) -> GroupStore:
        if self._redis is None:
            return LocalStore(rate)
        return RedisStore(self._redis, rate, f"stytch-b2b:rate:{self._scope}:{group}:{rate.seconds}")


@attrs.define(eq=False)
class _Group:
    """A group of endpoints, and those who wait for its permits."""

    allowance: Allowance | None = None
    durations: Durations = attrs.field(factory=Durations)
    queue: "deque[asyncio.Future[Permit]]" = attrs.field(factory=deque["asyncio.Future[Permit]"])
    pump: "asyncio.Task[None] | None" = None
    _sleeping: "asyncio.Future[None] | None" = None

    async def sleep(self, seconds: float) -> None:
        """Sleep until woken."""
        loop = asyncio.get_running_loop()
        self._sleeping = loop.create_future()
        timer = loop.call_later(seconds, self.wake)
        try:
            await self._sleeping
        finally:
            timer.cancel()
            self._sleeping = None

    def wake(self) -> None:
        """Let the pump look again."""
        if self._sleeping is not None and not self._sleeping.done():
            self._sleeping.set_result(None)

    def refuse_all(self, error: Exception) -> None:
        """Raise an error for all who wait."""
        while self.queue:
            turn = self.queue.popleft()
            if not turn.done():
                turn.set_exception(type(error)(*error.args))


@attrs.define(eq=False)
class Permit:
    """Permission for one attempt of a call: `with await pace.acquire(group) as permit`."""

    _pace: Pace
    group: _Group
    charge: Charge | None
    at: float
    number: int

    def report(self, status: int | None, elapsed: float, retry_after: float | None = None, date: str | None = None) -> None:
        """Report how the attempt ended: its status (None without a response), seconds, Retry-After and Date.

        A 429 lowers the pace. Do not report one that is not about the endpoint's rate, such as that of a locked member.
        """
        self._pace.learn(self, status, elapsed, retry_after, date)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._pace.release(self)
