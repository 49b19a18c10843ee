"""How many calls a group of endpoints may make in each window of the API's clock."""

from typing import Final

import attrs

from .concurrency import Durations
from .rate import Rate
from .store import GroupStore
from .vendor_clock import VendorClock

_UNCLEAR: Final = 0.3  # of a window: with bounds of the clock farther apart, calls are spread evenly until they have narrowed
_SPREAD: Final = 0.9  # of the rate, so that no window gets more than the rate wherever it begins
_BURST: Final = 0.01  # seconds that a spread call may come late without delaying the next
_LONG: Final = 60  # seconds: in the middle of such a window, a process may have taken another one's place
_STALL: Final = 0.1  # of a window
_MIN_TRAVEL, _MAX_TRAVEL = 0.02, 0.25  # from a permit to the API: seconds, and share of a window


@attrs.frozen(eq=False)
class Charge:
    """A call that is counted in every window that it may reach the API in."""

    at: float
    """When it was allowed, by the monotonic clock."""
    first: int
    last: int


@attrs.define(eq=False)
class Allowance:
    """Permits of one group.

    Each call is charged to every window that it may reach the API in: near the start and the end of one, to two. Once it is
    answered, or the clock better known, the windows that it did not reach get their permits back.
    """

    rate: Rate
    clock: VendorClock
    durations: Durations
    store: GroupStore
    _in_hand: dict[int, int] = attrs.field(init=False, factory=dict[int, int])
    _returned: dict[int, int] = attrs.field(init=False, factory=dict[int, int])
    """Permits that the store gets back with the next lease."""
    _empty: set[int] = attrs.field(init=False, factory=set[int])
    """Windows of which the store has no more permits."""
    _first: int = attrs.field(init=False, default=0)
    _closed: int = attrs.field(init=False, default=0)
    """The newest window with a refusal."""
    _next_spread: float = attrs.field(init=False, default=0.0)
    _paused_until: float = attrs.field(init=False, default=0.0)
    _began: int | None = attrs.field(init=False, default=None)
    """The window in which the first call was allowed."""
    _outstanding: set[Charge] = attrs.field(init=False, factory=set[Charge])
    """Calls that are not answered."""
    _late: set[Charge] = attrs.field(init=False, factory=set[Charge])
    """Those of them that this process may have sent late."""
    _late_until: float = attrs.field(init=False, default=0.0)
    _unsettled: list[tuple[Charge, float]] = attrs.field(init=False, factory=list[tuple[Charge, float]])
    """Answered calls that may have been counted in one of several windows, and when they were answered."""
    _settled_width: float = attrs.field(init=False, default=float("inf"))

    def take(self, now: float) -> Charge | None:
        """Take a permit if one can be taken at once."""
        first, last = self._windows(now)
        if self._delay(now, first, last) > 0 or any(self._in_hand.get(window, 0) < 1 for window in range(first, last + 1)):
            return None
        for window in range(first, last + 1):
            self._in_hand[window] -= 1
        self._next_spread = max(self._next_spread, now - _BURST) + self._spacing
        charge = Charge(now, first, last)
        if self._began is None:
            self._began = last
        self._outstanding.add(charge)
        return charge

    def delay(self, now: float) -> float:
        """Return the seconds until a permit can be taken, as far as is known: 0 if the store may have one."""
        return self._delay(now, *self._windows(now))

    def _delay(self, now: float, first: int, last: int) -> float:
        self._forget_before(first)
        delay = max(0.0, self._paused_until - now)
        if self._late:
            delay = max(delay, self._late_until - now)
        if self._spreading(now):
            delay = max(delay, self._next_spread - now)
        for window in range(first, last + 1):
            if window in self._empty and self._in_hand.get(window, 0) < 1 and self._returned.get(window, 0) < 1:
                return max(delay, (window + 1) * self.rate.seconds - self.clock.low(now))
        return delay

    async def lease(self, now: float, wanted: int) -> None:
        """Take permits for some calls from the store. Raises RateStoreError."""
        first, last = self._windows(now)
        for window in range(first, last + 1):
            if self._in_hand.get(window, 0) < 1 and (window not in self._empty or self._returned.get(window, 0) > 0):
                granted, more = await self.store.take(window, wanted, self._returned.pop(window, 0))
                if window <= self._closed:
                    return  # a call was refused meanwhile
                self._in_hand[window] = self._in_hand.get(window, 0) + granted
                if not more:
                    self._empty.add(window)
                    self.store.learnt.used_up(window)

    async def give_all_back(self) -> None:
        """Give back what is in hand. Raises RateStoreError."""
        self._return_all()
        returned, self._returned = self._returned, {}
        for window, count in returned.items():
            if window >= self._first:
                await self.store.give_back(window, count)

    def give_back(self, charge: Charge) -> None:
        """Give the permit of a call back that was not sent."""
        self.forget(charge)
        self._refund(charge, charge.last + 1, charge.last)

    def forget(self, charge: Charge) -> None:
        """Count a call as sent, whatever has become of it."""
        self._outstanding.discard(charge)
        self._late.discard(charge)

    def woke(self, now: float, late: float) -> None:
        """Learn that this process woke late, by so many seconds.

        Calls that were allowed before may have left only now, so others wait until it is known which windows they reached.
        """
        if late > _STALL * self.rate.seconds:
            self._late, self._late_until = {*self._outstanding}, now + self.rate.seconds

    def answered(self, charge: Charge, now: float, shown: float | None) -> bool:
        """Learn from a response that is not a refusal; return whether others may be sent sooner than was thought."""
        was_late = charge in self._late
        self.forget(charge)
        if was_late and shown is not None and (window := self._window(shown)) > charge.last:
            self._returned[window] = self._returned.get(window, 0) + self._in_hand.pop(window, 0) - 1
        first, last = self._reached(charge, now, shown)
        self.store.learnt.accepted(last)
        refunded = self._refund(charge, first, last)
        if last > first:
            self._unsettled.append((Charge(charge.at, first, last), now))
        return self._settle(now) or refunded or was_late

    def refused(self, charge: Charge, now: float, shown: float | None, retry_after: float | None) -> None:
        """Learn from a 429: the window is used up, and its limit lower than was thought."""
        self.forget(charge)
        _, window = self._reached(charge, now, shown)
        if not self._may_have_been_used_before(window):
            self.store.learnt.refused(window)
        self._closed = max(self._closed, window)
        self._paused_until = max(self._paused_until, now + min(retry_after or 0.0, float(self.rate.seconds)))
        self._return_all()
        self._refund(charge, window, window)
        for each in range(self._first, window + 1):
            self._returned[each] = 0
            self._empty.add(each)

    def _may_have_been_used_before(self, window: int) -> bool:
        """Whether an earlier process may have made calls in a window, so that its refusal says nothing of the limit."""
        counts_here = self.store.learnt.counts_all and self.rate.seconds >= _LONG
        return counts_here and self._began is not None and window <= self._began

    def _settle(self, now: float) -> bool:
        """Look again at what was answered, if the clock is better known since."""
        width = self.clock.width(now)
        if 0.9 * self._settled_width < width < 1.1 * self._settled_width:
            return False
        self._settled_width, unsettled, refunded = width, self._unsettled, False
        self._unsettled = []
        for charge, answered in unsettled:
            first, last = self._reached(charge, answered, None)
            refunded = self._refund(charge, first, last) or refunded
            if last > first:
                self._unsettled.append((Charge(charge.at, first, last), answered))
        return refunded

    def _refund(self, charge: Charge, first: int, last: int) -> bool:
        """Refund what a call was charged for windows that it is now known not to have reached."""
        charged = [*range(charge.first, first), *range(last + 1, charge.last + 1)]
        useful = [window for window in charged if window >= self._first and window > self._closed]
        for window in useful:
            self._returned[window] = self._returned.get(window, 0) + 1
        return bool(useful)

    def _return_all(self) -> None:
        for window, count in self._in_hand.items():
            self._returned[window] = self._returned.get(window, 0) + count
        self._in_hand = {}

    def _windows(self, now: float) -> tuple[int, int]:
        travel = self.durations.recent + 4 * self.durations.deviation
        travel = min(max(travel, _MIN_TRAVEL), _MAX_TRAVEL * self.rate.seconds)
        return self._window(self.clock.low(now)), self._window(self.clock.high(now) + travel)

    def _reached(self, charge: Charge, answered: float, shown: float | None) -> tuple[int, int]:
        """Return the windows that an answered call may have been counted in: of those that it was charged to.

        What an answer shows is not before the call was counted, and a second is never in two windows.
        """
        first = min(charge.last, max(charge.first, self._window(self.clock.low(charge.at))))
        last = self._window(self.clock.high(answered) if shown is None else min(self.clock.high(answered), shown))
        return first, max(first, min(charge.last, last))

    def _window(self, time: float) -> int:
        return int(time // self.rate.seconds)

    @property
    def _spacing(self) -> float:
        return self.rate.seconds / (_SPREAD * self.store.learnt.limit)

    def _spreading(self, now: float) -> bool:
        return self.clock.width(now) > _UNCLEAR * self.rate.seconds

    def _forget_before(self, first: int) -> None:
        if first == self._first:
            return
        self._first = first
        self._in_hand = {window: count for window, count in self._in_hand.items() if window >= first}
        self._returned = {window: count for window, count in self._returned.items() if window >= first}
        self._empty = {window for window in self._empty if window >= first}
        self._unsettled = [each for each in self._unsettled if each[0].last >= first]
        self.store.learnt.forget_before(first)
