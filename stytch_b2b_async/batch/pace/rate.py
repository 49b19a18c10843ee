"""Rates, as people write them."""

import re
from typing import Final, Self

import attrs

_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "day": 86_400}
_WRITTEN: Final = re.compile(r"([1-9][0-9]{0,8})/(s|min|h|day)")


@attrs.frozen
class Rate:
    """A number of calls in each window of the clock: second, minute, hour or day."""

    calls: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `60/s`, `100/min`, `1000/h` or `10000/day`. Raises ValueError."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a rate such as 60/s, 100/min, 1000/h or 10000/day")
        return cls(int(found[1]), _SECONDS[found[2]])

    def __str__(self) -> str:
        return f"{self.calls}/{next(unit for unit, seconds in _SECONDS.items() if seconds == self.seconds)}"
