"""What was sent in this session: the newest calls, with their replies."""

from collections import OrderedDict
from datetime import UTC, datetime
from typing import Final

import attrs

from .form import Entries

_MAX_CALLS: Final = 50
MAX_KEPT: Final = 2**20
"""Bytes of a reply that are kept."""


@attrs.frozen(kw_only=True)
class Exchange:
    """A call and what came back."""

    number: int
    operation: str
    entries: Entries = attrs.field(repr=False)
    status: int | None
    """None if no reply came."""
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    failure: str | None = None
    """Why no reply came, and whether the call may have been applied."""
    mails: tuple[int, ...] = ()
    """The messages that the emulator sent meanwhile."""
    milliseconds: float
    at: datetime = attrs.field(factory=lambda: datetime.now(UTC))

    @property
    def succeeded(self) -> bool:
        """Whether the call did what it should."""
        return self.status is not None and self.status < 400  # noqa: PLR2004  # the first error


class History:
    """The newest calls of a session, newest last."""

    def __init__(self) -> None:
        self._calls: OrderedDict[int, Exchange] = OrderedDict()
        self._next = 1

    def next_number(self) -> int:
        """Return a new number."""
        self._next += 1
        return self._next - 1

    def add(self, exchange: Exchange) -> None:
        """Keep a call; the oldest one goes."""
        self._calls[exchange.number] = exchange if len(exchange.body) <= MAX_KEPT else attrs.evolve(exchange, body=b"")
        while len(self._calls) > _MAX_CALLS:
            self._calls.popitem(last=False)

    def find(self, number: str | None) -> Exchange | None:
        """Return the call of a number."""
        return self._calls.get(int(number)) if number and number.isascii() and number.isdecimal() and len(number) < 10 else None  # noqa: PLR2004  # digits

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()

    def newest_first(self) -> list[Exchange]:
        """List the calls."""
        return list(reversed(self._calls.values()))

    def __len__(self) -> int:
        return len(self._calls)
