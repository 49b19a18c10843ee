"""How many calls run at once: more while the API keeps up, fewer when it does not."""

import asyncio
from collections import deque
from http import HTTPStatus
from typing import Final

import attrs

_AFTER_REFUSAL: Final = 0.5
_AFTER_SLOWNESS: Final = 0.8
_SLOW: Final = 2.0  # times the usual duration
_NOISE: Final = 0.02  # seconds by which durations differ for no reason
_MIN_ROUND: Final = 4.0  # calls
_USUAL_ROUNDS: Final = 16  # rounds of calls that the usual duration is the average of
_OVERLOADED: Final = {None, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


@attrs.define(eq=False)
class Durations:
    """Durations of a group's calls: of the last round, and as usual."""

    recent: float = 0.0
    usual: float = 0.0
    deviation: float = 0.0
    count: int = 0

    def add(self, elapsed: float, round_length: float) -> None:
        """Add a call; a round is as many calls as run at once."""
        count = self.count = self.count + 1
        length = max(_MIN_ROUND, round_length)
        change = elapsed - self.recent
        calls = min(length, count)
        if count > 1:
            self.deviation += (abs(change) - self.deviation) / calls
        self.recent += change / calls
        usual = _USUAL_ROUNDS * length
        self.usual += (elapsed - self.usual) / min(usual, count)

    @property
    def rising(self) -> bool:
        """Whether calls have become slower."""
        return self.recent > _SLOW * self.usual + _NOISE


class Concurrency:
    """Slots for calls: additive increase, multiplicative decrease."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(most)
        self.limit: int = most
        """The number of calls that may run at once now."""
        self.running: int = 0
        """The number of slots that are taken."""
        self._used_up = False
        self._sequence = 0
        self._lowered_at = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def free(self) -> bool:
        """Whether a slot is free that nobody waits for."""
        return self.running < self.limit and not self._waiting

    def raise_most(self, most: int) -> None:
        """Allow at least so many slots; all of them at once, unless the API did not keep up with fewer."""
        if most > self._most:
            if self._limit >= self._most:
                self._set(float(most))
            self._most = most
            self.pass_on()

    def take_free(self) -> int:
        """Take a slot that is free, and that nobody waits for; return the number of the call, or 0 if there is no such slot."""
        return self.take() if self.running < self.limit and not self._waiting else 0

    def take(self) -> int:
        """Take a slot; return the number of the call."""
        self.running += 1
        if self.running >= self.limit:
            self._used_up = True
        self._sequence += 1
        return self._sequence

    def give_back(self) -> None:
        """Give a slot back."""
        self.running -= 1
        if self._waiting:
            self.pass_on()

    async def wait(self) -> None:
        """Wait for a free slot, behind those who wait already."""
        while self.running >= self.limit:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                elif not turn.cancelled():
                    self.pass_on()
                raise

    def pass_on(self) -> None:
        """Let the next one take the slot that one who waited does not need."""
        while self._waiting and self.running < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def learn(self, sequence: int, status: int | None, durations: Durations) -> None:
        """Adjust the limit by the outcome of a call; calls that began before the last decrease do not lower it again."""
        if status in _OVERLOADED:
            self._lower(sequence, _AFTER_REFUSAL)
        elif durations.rising:
            self._lower(sequence, _AFTER_SLOWNESS)
        elif self._used_up and self._limit < self._most:
            self._set(min(float(self._most), self._limit + 1 / self._limit))
            self.pass_on()

    def _lower(self, sequence: int, factor: float) -> None:
        if sequence > self._lowered_at:
            self._set(max(1.0, self._limit * factor))
            self._lowered_at = self._sequence
            self._used_up = False

    def _set(self, limit: float) -> None:
        self._limit = limit
        self.limit = max(1, int(limit))
