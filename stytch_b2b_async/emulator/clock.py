"""The emulator's time, which tests move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

TimeSource: TypeAlias = Callable[[], datetime]


def machine_time() -> datetime:
    """Tell the machine's time."""
    return datetime.now(UTC)


class Clock:
    """The time of a source, such as the machine, and what was skipped; in whole seconds, as the API shows it."""

    def __init__(self, source: TimeSource = machine_time) -> None:
        self._source = source
        self._skipped = timedelta()

    def now(self, *, after: timedelta = timedelta()) -> datetime:  # immutable
        """Tell the time in UTC, perhaps as it would be after skipping some. Raises OverflowError beyond the calendar."""
        return (self._source().astimezone(UTC) + self._skipped + after).replace(microsecond=0)

    def advance(self, by: timedelta) -> None:
        """Skip a stretch of time."""
        if by < timedelta():
            raise ValueError("time cannot be turned back")
        self._skipped += by

    def reset(self) -> None:
        """Tell the time of the source again."""
        self._skipped = timedelta()
