"""Windows of an hour or a day, in simulated time."""

import pytest
from support.simulated_time import Vendor, call, simulated

from stytch_b2b_async.batch.pace import Pace

HOUR, DAY = 3600, 86_400
MIDNIGHT = 20_000 * DAY


@pytest.mark.parametrize("ahead", [-0.4, 0.4])
@pytest.mark.parametrize(("rate", "seconds", "limit"), [("1000/h", HOUR, 1000), ("10000/day", DAY, 10_000)])
def test_no_window_is_exceeded_or_wasted(
    monkeypatch: pytest.MonkeyPatch, rate: str, seconds: int, limit: int, ahead: float
) -> None:
    vendor = Vendor(limit, seconds, ahead)

    async def main() -> None:
        pace = await Pace.open(rate, None, 8)
        await call(pace, vendor, 2 * limit + 10)
        await pace.aclose()

    simulated(monkeypatch, MIDNIGHT + 0.7 * seconds, main())
    assert 0 == vendor.refused.total()
    first = (MIDNIGHT + int(0.7 * seconds)) // seconds
    assert [True, True, False] == [vendor.accepted[first + each] >= 0.95 * limit for each in range(3)]


def test_wait_for_next_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the next window is let through when it begins."""
    vendor = Vendor(5, HOUR)

    async def main() -> None:
        pace = await Pace.open("5/h", None, 20)
        await call(pace, vendor, 12, workers=12)
        await pace.aclose()

    simulated(monkeypatch, MIDNIGHT + 1800, main())
    hour = MIDNIGHT // HOUR
    assert {hour: 5, hour + 1: 5, hour + 2: 2} == vendor.accepted
    assert 0 == vendor.refused.total()
    assert {0, 1} >= {int(time % HOUR) // 10 for time in vendor.times[5:]}


def test_restart_within_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restart in the middle of a window the next one is used whole.

    What the first process used of its window is unknown to the second, which is refused then; that says nothing of the limit.
    """
    vendor = Vendor(1000, HOUR)

    async def main() -> None:
        for count in (600, 1400):
            pace = await Pace.open("1000/h", None, 8)
            await call(pace, vendor, count)
            await pace.aclose()

    simulated(monkeypatch, MIDNIGHT + 60, main())
    hour = MIDNIGHT // HOUR
    assert {hour: 1000, hour + 1: 1000} == vendor.accepted
    assert vendor.refused.total() <= 8
    assert {hour} == {*vendor.refused}


def test_learnt_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit lower than told is learnt from the first whole window."""
    vendor = Vendor(700, HOUR)

    async def main() -> None:
        pace = await Pace.open("1000/h", None, 8)
        await call(pace, vendor, 700 * 4)
        await pace.aclose()

    simulated(monkeypatch, MIDNIGHT + 60, main())
    hour = MIDNIGHT // HOUR
    assert {hour, hour + 1} == {*vendor.refused}
    assert 0.95 * 700 <= vendor.accepted[hour + 2]
