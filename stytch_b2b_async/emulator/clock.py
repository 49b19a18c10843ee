"""The emulator's clock, which tests advance."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

TimeSource: TypeAlias = Callable[[], datetime]


def machine_time() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


class Clock:
    """The time of a source, such as the machine, plus the time skipped; in whole seconds, as in the API."""

    def __init__(self, source: TimeSource = machine_time) -> None:
        self._source = source
        self._skipped = timedelta()

    def now(self, *, after: timedelta = timedelta()) -> datetime:  # immutable
        """Return the time in UTC, or the time after skipping some. Raises OverflowError beyond the calendar."""
        return (self._source().astimezone(UTC) + self._skipped + after).replace(microsecond=0)

    def advance(self, by: timedelta) -> None:
        """Skip some time."""
        if by < timedelta():
            raise ValueError("time cannot be turned back")
        self._skipped += by

    @property
    def skipped(self) -> timedelta:
        """The time skipped."""
        return self._skipped

    def reset(self, skipped: timedelta = timedelta()) -> None:  # immutable
        """Return to the time of the source, or to that plus some time."""
        self._skipped = skipped
