"""Values that belong to an event loop."""

import asyncio
import weakref
from itertools import count
from typing import Generic, TypeVar, cast

T = TypeVar("T")

_numbers = count(1)


class LoopLocal(Generic[T]):
    """One value per event loop, held only by the loop: it is freed with the loop, closed or not.

    The values refer to their loop (as sessions and timers do), so a WeakKeyDictionary would never free either. A value is read
    and set in its loop's thread, without a lock; `items` in another thread needs one.
    """

    def __init__(self) -> None:
        self._name = f"_stytch_b2b_async_{next(_numbers)}"
        self._loops: weakref.WeakSet[asyncio.AbstractEventLoop] = weakref.WeakSet()

    def get(self, loop: asyncio.AbstractEventLoop) -> T | None:
        """Return a loop's value."""
        return getattr(loop, self._name, None)

    def set(self, loop: asyncio.AbstractEventLoop, value: T) -> None:
        """Set a loop's value."""
        setattr(loop, self._name, value)
        self._loops.add(loop)

    def pop(self, loop: asyncio.AbstractEventLoop) -> T | None:
        """Remove a loop's value."""
        return cast("T | None", vars(loop).pop(self._name, None))

    def items(self) -> list[tuple[asyncio.AbstractEventLoop, T]]:
        """Return all loops with their values."""
        return [(loop, value) for loop in list(self._loops) if (value := self.get(loop)) is not None]
