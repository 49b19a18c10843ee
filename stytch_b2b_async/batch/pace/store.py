"""Where the permits of a window are counted: in this process, or in Redis for several."""

from typing import Protocol

from stytch_b2b_async.errors import StytchError

from .learnt import LearntLimit
from .rate import Rate


class RateStoreError(StytchError):
    """The store of a shared rate cannot be used. Its password is never in the message."""


class RateStore(Protocol):
    """Counts the permits of windows."""

    async def take(self, rate: Rate, window: int, amount: int, learnt: LearntLimit) -> int:
        """Take permits of a window; return how many there were. Raises RateStoreError."""
        ...


class LocalStore:
    """Counts one group's permits in this process."""

    def __init__(self) -> None:
        self._taken: dict[int, int] = {}

    async def take(self, rate: Rate, window: int, amount: int, learnt: LearntLimit) -> int:
        """Take permits of a window."""
        taken = self._taken.get(window, 0)
        granted = max(0, min(amount, learnt.limit - taken))
        self._taken = {each: count for each, count in self._taken.items() if each > window - 8}
        self._taken[window] = taken + granted
        return granted
