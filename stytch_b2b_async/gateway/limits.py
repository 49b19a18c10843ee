"""How much the gateway takes: sizes, times and rates."""

import re
from collections import OrderedDict
from time import monotonic
from typing import Final, Self

import attrs

_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}
_WRITTEN: Final = re.compile(r"([1-9][0-9]{0,8})/(second|minute|hour)")


@attrs.frozen
class Rate:
    """A number of calls in a number of seconds; they may come all at once. Raises ValueError for a rate that is not positive."""

    calls: int
    seconds: float

    def __attrs_post_init__(self) -> None:
        """Validate the values."""
        if self.calls < 1 or not self.seconds > 0:
            raise ValueError("a rate has at least one call in a positive time")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `100/second`, `60/minute` or `1000/hour`. Raises ValueError."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a rate such as 100/second, 60/minute or 1000/hour")
        return cls(int(found[1]), _SECONDS[found[2]])


@attrs.frozen(kw_only=True)
class Limits:
    """Bounds of what a gateway takes."""

    calls: Rate = Rate(6000, 60)
    """Of each caller."""
    acts_once: Rate = Rate(120, 60)
    """Of each caller, to endpoints that act once: those that send mail, use up tokens, create or rotate something."""
    failed_tokens: Rate = Rate(20, 60)
    """Of each peer: beyond it, failures are answered with 429. Valid tokens always pass."""
    body: int = 2**18
    """Bytes of a request's body."""
    reply: int = 2**24
    """Bytes of the API's reply."""
    head_seconds: float = 10.0
    """For the head of a request to arrive, and for a connection to say something at all."""
    body_seconds: float = 10.0
    """For the body of a request to arrive."""
    write_seconds: float = 20.0
    """For the client to take the response."""
    connections: int = 2000
    """Connections at once; more are closed at once."""


class Buckets:
    """Counts calls against a rate, for each key; the longest unused keys are forgotten first."""

    def __init__(self, rate: Rate, *, most: int = 10_000) -> None:
        self._most = most
        self._most_left = float(rate.calls)
        self._per_second = rate.calls / rate.seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Count a call and return 0; if there is no room for it, return the seconds until there is, without counting it."""
        now = monotonic()
        most = self._most_left
        left, since = self._left.pop(key, (most, now))
        left = min(most, left + (now - since) * self._per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self._per_second
        self._left[key] = (left if wait else left - 1, now)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return wait
