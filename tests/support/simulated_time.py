"""An event loop whose time passes as soon as there is nothing else to do."""

import asyncio
import selectors
import time
from collections import Counter
from collections.abc import Coroutine
from email.utils import formatdate
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, TypeVar

import attrs
import pytest

from stytch_b2b_async.batch.pace import Pace, pace, vendor_clock

T = TypeVar("T")


class SimulatedTime(asyncio.SelectorEventLoop):
    """A loop that jumps to its next timer."""

    def __init__(self, wall: float) -> None:
        self.passed = 0.0
        self.wall = wall
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return 1000 + self.passed

    def clock(self) -> Any:
        """Stand for the module `time`."""
        return SimpleNamespace(**vars(time) | {"monotonic": self.time, "time": lambda: self.wall + self.passed})


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: SimulatedTime) -> None:
        super().__init__()
        self.loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        self.loop.passed += timeout or 0.0
        return super().select(0)


@attrs.define(eq=False)
class Vendor:
    """Counts calls in windows of its own clock, which is ahead of this machine's."""

    limit: int
    seconds: int
    ahead: float = 0.0
    accepted: Counter[int] = attrs.field(factory=Counter[int])
    refused: Counter[int] = attrs.field(factory=Counter[int])
    times: list[float] = attrs.field(factory=list[float])

    def answer(self, now: float) -> tuple[int, str]:
        now += self.ahead
        window = int(now // self.seconds)
        over = self.accepted[window] >= self.limit
        (self.refused if over else self.accepted)[window] += 1
        self.times.append(now)
        return HTTPStatus.TOO_MANY_REQUESTS if over else HTTPStatus.OK, formatdate(now, usegmt=True)


def simulated(monkeypatch: pytest.MonkeyPatch, wall: float, main: Coroutine[Any, Any, T]) -> T:
    """Run in simulated time, which begins at this time of the wall clock."""
    loop = SimulatedTime(wall)
    monkeypatch.setattr(pace, "time", loop.clock())
    monkeypatch.setattr(vendor_clock, "time", loop.clock())
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


async def call(pace: Pace, vendor: Vendor, count: int, workers: int = 8) -> None:
    """Make so many calls that are not refused."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedTime)
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            while True:
                with await pace.acquire("made.up") as permit:
                    began = loop.passed
                    await asyncio.sleep(0.08)
                    status, date = vendor.answer(loop.wall + loop.passed)
                    await asyncio.sleep(0.07)
                    permit.report(status, loop.passed - began, None, date)
                if status == HTTPStatus.OK:
                    break

    await asyncio.gather(*(work() for _ in range(workers)))
