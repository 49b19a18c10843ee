"""The API's clock, as far as the `Date` headers of its responses tell."""

import time
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

RESOLUTION: Final = 1.0  # seconds; of a Date header
_DRIFT: Final = 5e-5  # seconds per second that two clocks may drift apart
_STEP: Final = 0.5  # seconds; a contradiction as large as this is a clock that was set
_DISAGREEMENT: Final = 0.02  # seconds that are added where two servers' clocks disagree


class VendorClock:
    """Bounds of the API's clock, in seconds since the epoch, against this process's monotonic clock.

    A response that was sent between two local times says that the API's clock was then within a second, and all responses
    together that it is within the intersection: much less than a second soon after the calls have crossed the start of one.
    """

    def __init__(self) -> None:
        self._wall = time.time() - time.monotonic()
        self._low = self._wall - 2 * RESOLUTION
        self._high = self._wall + 2 * RESOLUTION
        self._at = 0.0
        self.known: bool = False
        """Whether a response, or its lack of a Date, has told something."""

    def low(self, now: float) -> float:
        """Return the earliest time that the API's clock may show at a monotonic time."""
        return now + self._low - self._loose(now)

    def high(self, now: float) -> float:
        """Return the latest time that the API's clock may show at a monotonic time."""
        return now + self._high + self._loose(now)

    def width(self, now: float) -> float:
        """Return how far apart the two bounds are."""
        return self._high - self._low + 2 * self._loose(now)

    def learn(self, sent: float, received: float, shown: float | None) -> None:
        """Narrow the bounds by the Date of a response to a request that was sent and answered at these monotonic times."""
        if shown is None:
            if not self.known:  # trust the local clock, as nothing else is there
                self._low, self._high, self._at, self.known = self._wall - 0.1, self._wall + 0.1, received, True
            return
        low, high = shown - received, shown + RESOLUTION - sent
        if not self.known:
            self._low, self._high, self._at, self.known = low, high, received, True
            return
        loose = self._loose(received)
        known_low, known_high = self._low - loose, self._high + loose
        self._at = max(self._at, received)
        if low > known_high + _STEP or high < known_low - _STEP:
            self._low, self._high = low, high
        elif low > known_high:
            self._low, self._high = known_low, low + _DISAGREEMENT
        elif high < known_low:
            self._low, self._high = high - _DISAGREEMENT, known_high
        else:
            self._low, self._high = max(known_low, low), min(known_high, high)

    def _loose(self, now: float) -> float:
        return _DRIFT * max(0.0, now - self._at) if self.known else 0.0


@lru_cache(maxsize=8)
def seconds(date: str | None) -> float | None:
    """Return what a Date header says, in seconds since the epoch; None if it says nothing."""
    try:
        return None if date is None else parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
