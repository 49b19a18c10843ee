"""The deadline itself."""

import asyncio
import gc
import weakref
from typing import Any

import pytest

from stytch_b2b_async.deadline import _FEW, Deadline, _line


async def within(seconds: float, what: Any) -> Any:
    with Deadline(seconds):
        return await what


async def test_what_ends_in_time_keeps_its_result() -> None:
    assert "done" == await within(5, asyncio.sleep(0, "done"))


async def test_what_does_not_is_cancelled_and_raises_timeout_error() -> None:
    task = asyncio.current_task()
    assert task is not None
    with pytest.raises(TimeoutError):
        await within(0.01, asyncio.Event().wait())
    assert 0 == task.cancelling()


async def test_a_cancellation_from_elsewhere_passes_through() -> None:
    waiting = asyncio.create_task(within(5, asyncio.Event().wait()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert waiting.cancelled()


async def test_a_cancellation_in_the_same_moment_is_not_swallowed() -> None:
    async def both() -> None:
        with Deadline(0.01) as deadline:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                assert deadline.expired
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
                raise

    waiting = asyncio.create_task(both())
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_an_error_of_what_runs_passes_through() -> None:
    with pytest.raises(ZeroDivisionError), Deadline(5):
        raise ZeroDivisionError


async def test_deadlines_can_be_nested_and_the_nearer_one_counts() -> None:
    with pytest.raises(TimeoutError), Deadline(5) as outer, Deadline(0.01) as inner:
        await asyncio.Event().wait()
    assert (True, False) == (inner.expired, outer.expired)


async def test_a_deadline_that_began_later_ends_later() -> None:
    order: list[str] = []

    async def wait(name: str) -> None:
        with pytest.raises(TimeoutError):
            await within(0.02, asyncio.Event().wait())
        order.append(name)

    first = asyncio.create_task(wait("first"))
    await asyncio.sleep(0.005)
    second = asyncio.create_task(wait("second"))
    await asyncio.gather(first, second)
    assert ["first", "second"] == order


async def test_deadlines_of_different_lengths_do_not_wait_for_each_other() -> None:
    long = asyncio.create_task(within(30, asyncio.Event().wait()))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await within(0.01, asyncio.Event().wait())
    long.cancel()


async def test_ended_deadlines_are_cleared_away() -> None:
    """A line of 30 s would otherwise hold half a minute of calls."""
    for _ in range(10 * _FEW):
        await within(29, asyncio.sleep(0))
    assert len(_line(29)._waiting) <= 2 * _FEW + 1


async def test_it_tells_what_is_left() -> None:
    with Deadline(5) as deadline:
        assert 4 < deadline.remaining() <= 5


def test_without_a_task_it_says_so() -> None:
    loop = asyncio.new_event_loop()
    caught: list[BaseException] = []

    def enter() -> None:
        try:
            Deadline(1).__enter__()
        except RuntimeError as error:
            caught.append(error)
        loop.stop()

    loop.call_soon(enter)
    loop.run_forever()
    loop.close()
    assert "a deadline needs a task to cancel" == str(caught[0])


def test_loops_that_are_closed_are_let_go() -> None:
    """A program that runs a loop per task must not collect them."""

    async def begin() -> "weakref.ref[asyncio.AbstractEventLoop]":
        with Deadline(30):
            return weakref.ref(asyncio.get_running_loop())

    ended = [asyncio.run(begin()) for _ in range(3)]
    gc.collect()
    assert [None, None] == [loop() for loop in ended[:2]]
