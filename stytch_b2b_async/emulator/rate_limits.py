"""Rate limits: fixed windows that begin at whole multiples of their length, as at Stytch; off by default."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, Final, Self

import attrs

from .clock import Clock
from .errors import EmulatedError

_INTERVALS: Final[Mapping[str, int]] = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_WRITTEN: Final = re.compile(r"(?P<operations>[a-z0-9_.*?,]+)=(?P<calls>\d{1,9})/(?P<interval>\w+)(/(?P<per>\w+))?")
_MAX_COUNTERS: Final = 100_000  # of one window


@attrs.frozen(kw_only=True)
class RateLimit:
    """How many calls of a group of endpoints are answered in a window of time. Raises ValueError for invalid settings."""

    operations: str
    """Patterns of operations, separated by commas; the group shares one count."""
    calls: int
    seconds: int = 60
    per: str | None = None
    """A parameter, such as `email_address`, whose values are counted separately; None counts the whole project."""

    def __attrs_post_init__(self) -> None:
        """Validate the settings."""
        if self.calls < 0:
            raise ValueError("calls must not be negative")
        if self.seconds < 1:
            raise ValueError("seconds must be positive")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `passwords.*=100/minute`, or `magic_links.email.*=1/second/email_address`. Raises ValueError."""
        found = _WRITTEN.fullmatch(text)
        if found is None or found["interval"] not in _INTERVALS:
            raise ValueError(f"{text!r} is not a rate limit such as passwords.*=100/minute or otps.*=1/second/email_address")
        return cls(
            operations=found["operations"], calls=int(found["calls"]), seconds=_INTERVALS[found["interval"]], per=found["per"]
        )

    def covers(self, operation: str) -> bool:
        """Return whether it counts an operation."""
        return any(fnmatchcase(operation, pattern) for pattern in self.operations.split(","))


DOCUMENTED_RATE_LIMITS: Final = (
    RateLimit(operations="organizations.search", calls=100, seconds=60),
    RateLimit(operations="organizations.members.search", calls=100, seconds=60),
    RateLimit(operations="passwords.migrate", calls=100, seconds=1),
    RateLimit(
        operations="magic_links.email.login_or_signup,magic_links.email.invite,magic_links.email.discovery.send",
        calls=1,
        seconds=1,
        per="email_address",
    ),
)
"""The limits that Stytch documents for endpoints; it has more than these."""


class RateLimiter:
    """Counts the calls of a project."""

    def __init__(self, limits: Sequence[RateLimit], clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._windows: dict[RateLimit, tuple[int, dict[object, int]]] = {}

    def count(self, operation: str | None, parameters: object) -> None:
        """Count a call. Raises EmulatedError with 429 if a window is full; such a call does not count."""
        if not self._limits or operation is None:
            return
        counters: list[tuple[dict[object, int], object]] = []
        for limit in self._limits:
            if not limit.covers(operation):
                continue
            key = _key(limit, parameters)
            if key is None:
                continue
            counts = self._counts(limit)
            if counts.get(key, 0) >= limit.calls:
                message = "Too many requests have been made."
                raise EmulatedError("too_many_requests", message, HTTPStatus.TOO_MANY_REQUESTS)
            counters.append((counts, key))
        for counts, key in counters:
            counts[key] = counts.get(key, 0) + 1

    def clear(self) -> None:
        """Begin anew."""
        self._windows.clear()

    def _counts(self, limit: RateLimit) -> dict[object, int]:
        window = int(self._clock.now().timestamp()) // limit.seconds
        known = self._windows.get(limit)
        counts: dict[object, int] = known[1] if known is not None and known[0] == window else {}
        self._windows[limit] = (window, counts)
        if len(counts) >= _MAX_COUNTERS:
            counts.pop(next(iter(counts)))
        return counts


def _key(limit: RateLimit, parameters: object) -> object:
    """Return what a call is counted under; None if the limit does not concern it."""
    if limit.per is None:
        return ""
    value: Any = getattr(parameters, limit.per, None)
    return value.lower() if isinstance(value, str) else value
