"""The deadline itself."""

import asyncio
import gc
import sys
import threading
import weakref
from typing import Any

import pytest

from stytch_b2b_async.concurrency.deadline import _MAX_DONE, _MAX_QUEUES, Deadline, _queue, _queues


async def within(seconds: float, what: Any) -> Any:
    with Deadline(seconds):
        return await what


async def test_what_ends_in_time_keeps_its_result() -> None:
    assert "done" == await within(5, asyncio.sleep(0, "done"))


async def test_timeout() -> None:
    """What does not is cancelled and raises TimeoutError."""
    task = asyncio.current_task()
    assert task is not None
    with pytest.raises(TimeoutError):
        await within(0.01, asyncio.Event().wait())
    assert 0 == task.cancelling()


async def test_outer_cancellation() -> None:
    """A cancellation from elsewhere passes through."""
    waiting = asyncio.create_task(within(5, asyncio.Event().wait()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert waiting.cancelled()


async def test_simultaneous_cancellation() -> None:
    """A cancellation in the same moment is not swallowed."""

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


async def test_nested_deadlines() -> None:
    """Deadlines can be nested and the nearer one counts."""
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


async def test_independent_deadlines() -> None:
    """Deadlines of different lengths do not wait for each other."""
    long = asyncio.create_task(within(30, asyncio.Event().wait()))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await within(0.01, asyncio.Event().wait())
    long.cancel()


async def test_ended_deadlines_are_cleared_away() -> None:
    """A queue of 30 s would otherwise hold half a minute of calls."""
    for _ in range(10 * _MAX_DONE):
        await within(29, asyncio.sleep(0))
    assert len(_queue(asyncio.get_running_loop(), 29)._deadlines) <= 2 * _MAX_DONE + 1


async def test_an_ended_deadline_lets_go_of_its_task() -> None:
    """The task holds the call's result, and with it a session's token."""

    class Result:
        pass

    task = asyncio.create_task(within(28, asyncio.sleep(0, Result())))
    kept = weakref.ref(await task)
    del task
    await asyncio.sleep(0)  # this test's own task has been woken by that one
    assert kept() is None


@pytest.mark.parametrize("outcome", ["in time", "expired", "cancelled"])
async def test_own_durations_leave_no_timers(outcome: str) -> None:
    """A program may give each call what is left of its own deadline."""
    loop = asyncio.get_running_loop()
    held = [Deadline(1_000 + number) for number in range(_MAX_QUEUES)]
    for deadline in held:
        deadline.__enter__()
    try:
        queues = _queues.get(loop)
        assert queues is not None
        assert _MAX_QUEUES == len(queues)
        deadlines: list[Deadline] = []

        async def call(number: int) -> None:
            with Deadline(0.01 + number / 1e6 if outcome == "expired" else 1 + number) as deadline:
                deadlines.append(deadline)
                await (asyncio.sleep(0) if outcome == "in time" else asyncio.Event().wait())

        calls = [asyncio.create_task(call(number)) for number in range(200)]
        await asyncio.sleep(0)
        if outcome == "cancelled":
            for each in calls:
                each.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert 200 == len(deadlines)
        assert {None} == {deadline._queue._timer for deadline in deadlines}
        assert _MAX_QUEUES == len(queues)
    finally:
        for deadline in held:
            deadline.__exit__(None, None, None)


async def test_empty_queue_is_reused() -> None:
    """A queue without deadlines makes room for another."""
    loop = asyncio.get_running_loop()
    await within(0.01, asyncio.sleep(0))
    queues = _queues.get(loop)
    assert queues is not None
    assert 0.01 in queues
    await asyncio.sleep(0.05)
    assert 0.01 not in queues


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


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.filterwarnings("ignore:unclosed event loop:ResourceWarning")
def test_loops_are_let_go(*, closed: bool) -> None:
    """A program that runs a loop per task must not collect them, whether it closes them or only drops them."""

    async def begin() -> None:
        with Deadline(30):
            await asyncio.sleep(0)

    def run() -> "weakref.ref[asyncio.AbstractEventLoop]":
        loop = asyncio.new_event_loop()
        loop.run_until_complete(begin())
        if closed:
            loop.close()
        return weakref.ref(loop)

    ended = [run() for _ in range(3)]
    gc.collect()
    assert [None, None, None] == [loop() for loop in ended]


def test_loops_in_many_threads() -> None:
    """Nothing that they share changes under one of them."""
    raised: list[BaseException] = []
    over = threading.Event()

    def run_loops() -> None:
        try:
            while not over.is_set():
                asyncio.run(within(30, asyncio.sleep(0)))
        except BaseException as error:  # noqa: BLE001  # whatever it is
            raised.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=run_loops) for _ in range(8)]
        for thread in threads:
            thread.start()
        over.wait(1)
        over.set()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert [] == raised
