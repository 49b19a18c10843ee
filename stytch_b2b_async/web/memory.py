"""What is remembered for a while, up to so many entries."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from stytch_b2b_async.concurrency import fork_safety

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Values with an end, the least recently set ones first out. Thread-safe.

    - `limit`: how many entries are kept.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.time) -> None:
        self._limit = limit
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()
        fork_safety.register(self)

    def reset_after_fork(self) -> None:
        """Reset in a forked child."""
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return a value; None if there is none, or it has ended."""
        entry = self._entries.get(key)
        return None if entry is None or self._clock() >= entry[0] else entry[1]

    def set(self, key: K, value: V, until: float) -> None:
        """Remember a value until an instant."""
        with self._lock:
            self._entries[key] = (until, value)
            self._entries.move_to_end(key)
            while len(self._entries) > self._limit:
                self._entries.popitem(last=False)

    def forget(self, key: K) -> None:
        """Forget a value."""
        with self._lock:
            self._entries.pop(key, None)

    def __len__(self) -> int:
        return len(self._entries)


class Allowance:
    """So many events in a row, and one more per second. Thread-safe enough: it may miscount by a few."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.time) -> None:
        self._limit = limit
        self._clock = clock
        self._left = float(limit)
        self._at = clock()

    @property
    def is_left(self) -> bool:
        """Whether another one is allowed."""
        now = self._clock()
        self._left = min(self._limit, self._left + max(0.0, now - self._at))
        self._at = now
        return self._left >= 1

    def spend(self) -> None:
        """Count an event."""
        self._left -= 1
