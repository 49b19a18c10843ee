"""Calls in the loop of another thread: none waits for ever, whatever ends first."""

import asyncio
import gc
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from blockbuster import BlockBuster

from stytch_b2b_async.concurrency import loop_thread
from stytch_b2b_async.concurrency.event_loops import loop_factory
from stytch_b2b_async.concurrency.loop_thread import LoopClosedError, LoopThread

whose: ContextVar[int] = ContextVar("whose")


async def nothing() -> None:
    return


async def answer() -> int:
    return 42


def arrived(thread: LoopThread) -> Any:
    """Wait for a call that the loop has not taken yet."""
    for _ in range(10_000):
        if thread._submitted:
            return thread._submitted[0]
        time.sleep(0.001)
    raise AssertionError("no call arrived")


@contextmanager
def held_up(thread: LoopThread) -> Iterator[None]:
    """Keep the loop from looking at anything while the block lasts."""
    begun, free = threading.Event(), threading.Event()

    async def block() -> None:
        begun.set()
        free.wait(10)

    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(thread.call, block)
        assert begun.wait(10)
        yield
        free.set()
        blocked.result(10)


@pytest.fixture
def thread(loops_do_not_block: BlockBuster) -> Iterator[LoopThread]:
    loops_do_not_block.deactivate()  # some of these hold the loop up on purpose
    made = LoopThread(nothing, loop_factory(None))
    yield made
    made.stop()


class TestCalling:
    def test_it_answers(self, thread: LoopThread) -> None:
        assert [42, 42] == [thread.call(answer), thread.call(answer)]

    def test_context_variables(self, thread: LoopThread) -> None:
        """Each call sees the variables of its caller.

        Spans and log ids are kept there; one wake-up may begin the calls of several threads.
        """

        async def look() -> int:
            await asyncio.sleep(0)
            return whose.get()

        together = threading.Barrier(8, timeout=10)

        def call(number: int) -> list[int]:
            whose.set(number)
            together.wait()
            return [thread.call(look) for _ in range(50)]

        with ThreadPoolExecutor(8) as pool:
            assert [[number] * 50 for number in range(8)] == list(pool.map(call, range(8)))

    def test_exceptions_are_released(self, thread: LoopThread) -> None:
        """What is raised reaches the caller and is let go."""

        class PlannedError(Exception):
            pass

        async def fail() -> None:
            raise PlannedError

        gc.collect()
        gc.disable()
        try:
            with pytest.raises(PlannedError) as caught:
                thread.call(fail)
            error = weakref.ref(caught.value)
            del caught
            assert error() is None  # no circle of traceback and frames holds it
        finally:
            gc.enable()

    @pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), BaseException("made up")])
    def test_no_error_ends_the_loop(self, thread: LoopThread, error: BaseException) -> None:
        async def fail() -> None:
            raise error

        with pytest.raises(type(error)):
            thread.call(fail)
        assert 42 == thread.call(answer)

    def test_a_call_in_its_own_thread_is_refused(self, thread: LoopThread) -> None:
        """It would wait for itself: a hook that logs through the same client, say."""

        async def call_again() -> int:
            return thread.call(answer)

        with pytest.raises(RuntimeError, match=r"^a hook or transport cannot make a blocking call"):
            thread.call(call_again)

    def test_interrupt_before_wake_up(self, thread: LoopThread, monkeypatch: pytest.MonkeyPatch) -> None:
        """An interrupt before the loop was woken does not hold up the next call.

        Others rely on a wake-up that has been promised.
        """
        wake = thread._wake

        def interrupt(_: object) -> None:
            monkeypatch.setattr(thread, "_wake", wake)
            raise KeyboardInterrupt

        monkeypatch.setattr(thread, "_wake", interrupt)
        with pytest.raises(KeyboardInterrupt):
            thread.call(answer)
        with ThreadPoolExecutor(1) as pool:
            next_call = pool.submit(thread.call, answer)
            try:
                assert 42 == next_call.result(5)
            finally:
                thread.stop()

    def test_interrupt_while_handing_over(self, thread: LoopThread) -> None:
        """An interrupt on the way into the loop leaves nothing behind."""

        class Interrupted(deque[Any]):
            def append(self, _: Any) -> None:
                raise KeyboardInterrupt

        arrived, thread._submitted = thread._submitted, Interrupted()
        with pytest.raises(KeyboardInterrupt):
            thread.call(answer)
        thread._submitted = arrived
        assert 42 == thread.call(answer)
        assert set() == thread._open


class TestEnding:
    def test_a_call_after_it_is_refused(self, thread: LoopThread) -> None:
        thread.stop()
        with pytest.raises(LoopClosedError) as caught:
            thread.call(answer)
        assert not caught.value.started
        assert set() == thread._open

    def test_call_to_an_ended_loop(self, thread: LoopThread) -> None:
        """A call on its way into a loop that ended does not wait. The loop is gone, and has had no time to say so."""
        thread.stop()
        thread._ended = False
        with pytest.raises(LoopClosedError):
            thread.call(answer)

    def test_call_relying_on_a_lost_wake_up(self, thread: LoopThread) -> None:
        """A call that relies on another's wake up does not wait either.

        The loop ends after it was woken, and before it looks.
        """
        with ThreadPoolExecutor(4) as pool:
            with held_up(thread):
                calls = [pool.submit(thread.call, answer) for _ in range(3)]
                arrived(thread)
                pool.submit(thread.stop)
            ends = [call.exception(10) for call in calls]
        assert all(end is None or isinstance(end, LoopClosedError) for end in ends)

    def test_stop_under_load(self) -> None:
        """Stopping while many call leaves none waiting."""
        for _ in range(20):
            thread = LoopThread(nothing, loop_factory(None))
            together = threading.Barrier(9, timeout=10)

            def call(thread: LoopThread = thread, together: threading.Barrier = together) -> int:
                together.wait()
                for count in range(1_000_000):
                    try:
                        thread.call(answer)
                    except LoopClosedError:
                        return count
                return -1

            with ThreadPoolExecutor(8) as pool:
                calls = [pool.submit(call) for _ in range(8)]
                together.wait()
                thread.stop()
                assert all(call.result(10) >= 0 for call in calls)
            assert set() == thread._open

    def test_abandoned_call(self, thread: LoopThread) -> None:
        """A call that was given up before it began does not begin."""
        noted: list[int] = []

        async def note() -> None:
            noted.append(1)

        with ThreadPoolExecutor(1) as pool:
            with held_up(thread):
                waiting = pool.submit(thread.call, note)
                arrived(thread).abandoned = True
            assert isinstance(waiting.exception(10), LoopClosedError)
        assert [] == noted

    def test_interrupt_before_begin(self, thread: LoopThread, monkeypatch: pytest.MonkeyPatch) -> None:
        """A call whose caller is interrupted before the loop has begun with it does not begin."""
        noted: list[int] = []

        async def note() -> None:
            noted.append(1)

        def interrupted(*_: object) -> bool:
            raise KeyboardInterrupt

        with held_up(thread):
            monkeypatch.setattr(loop_thread._Call, "wait", interrupted)
            with pytest.raises(KeyboardInterrupt):
                thread.call(note)
            monkeypatch.undo()
        thread.call(answer)
        assert ([], set()) == (noted, thread._open)

    def test_cancelled_before_first_step(self, thread: LoopThread) -> None:
        """A call that is cancelled before its first step ends too.

        Its coroutine never runs, and so cannot say that it was cancelled.
        """
        with ThreadPoolExecutor(1) as pool:
            with held_up(thread):
                waiting = pool.submit(thread.call, answer)
                call = arrived(thread)
                thread._wake(lambda: thread._cancel(call))  # right behind what makes its task
            assert isinstance(waiting.exception(10), LoopClosedError)
        assert set() == thread._open
