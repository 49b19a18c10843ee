"""Values that belong to an event loop."""

import asyncio
import weakref
from itertools import count
from typing import Generic, TypeVar, cast

T = TypeVar("T")

_numbers = count(1)


class LoopLocal(Generic[T]):
    """One value per event loop, held by the loop alone: it goes when the loop goes, closed or not.

    The values hold their loop (sessions and timers do), so a WeakKeyDictionary would keep both for ever. Read and set a value in
    its loop's thread: that needs no lock. `items` and what happens beside it do.
    """

    def __init__(self) -> None:
        self._name = f"_stytch_b2b_async_{next(_numbers)}"
        self._loops: weakref.WeakSet[asyncio.AbstractEventLoop] = weakref.WeakSet()

    def get(self, loop: asyncio.AbstractEventLoop) -> T | None:
        """Read a loop's value."""
        return getattr(loop, self._name, None)

    def set(self, loop: asyncio.AbstractEventLoop, value: T) -> None:
        """Give a loop its value."""
        setattr(loop, self._name, value)
        self._loops.add(loop)

    def pop(self, loop: asyncio.AbstractEventLoop) -> T | None:
        """Take a loop's value away."""
        return cast("T | None", vars(loop).pop(self._name, None))

    def items(self) -> list[tuple[asyncio.AbstractEventLoop, T]]:
        """List the loops that have a value, and their values."""
        return [(loop, value) for loop in list(self._loops) if (value := self.get(loop)) is not None]
