"""The thread in which blocking calls run."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from blockbuster import BlockBuster
from support.http_servers import PROJECT_ID, SECRET, Scripted, ok

from stytch_b2b_async import APITimeoutError, BlockingClient, Call, ClientClosedError, Reply
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.concurrency import loop_thread
from stytch_b2b_async.runtime.blocking import LoopRunner


async def kind_of_loop() -> str:
    return "uvloop" if any(base.__module__.startswith("uvloop") for base in type(asyncio.get_running_loop()).__mro__) else "asyncio"


REQUEST = RequireReset(email_address="ada@example.com")


async def nothing() -> None:
    return


class TestLoopRunner:
    def test_loop_that_cannot_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A loop that cannot start is an error and no hang."""

        def fail(*_: object, **__: object) -> None:
            raise OSError("no more files")

        monkeypatch.setattr("anyio.run", fail)
        with pytest.raises(OSError, match="no more files"):
            BlockingClient(PROJECT_ID, SECRET).send(REQUEST)

    def test_an_interrupted_wait_cancels_the_call(self) -> None:
        """Here by a future that is cancelled; a signal is tried in a process of its own."""
        begun, ended = threading.Event(), threading.Event()

        async def work() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        async def stop() -> None:
            return

        runner = LoopRunner(stop)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(runner.call, work)
            assert begun.wait(10)
            runner.close()
            assert ended.wait(10)
            with pytest.raises(ClientClosedError, match="during this call; the API may have acted on it"):
                call.result(10)

    def test_a_loop_that_cannot_start_is_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A process that had no files left for a moment must not need a new client."""

        def fail(*_: object, **__: object) -> None:
            raise OSError("no more files")

        runner = LoopRunner(nothing)
        with monkeypatch.context() as patch:
            patch.setattr("anyio.run", fail)
            with pytest.raises(OSError, match="no more files"):
                runner.call(nothing)
        assert "asyncio" == runner.call(kind_of_loop)
        runner.close()

    def test_loop_that_does_not_start(self) -> None:
        """A loop that does not start is waited for no longer than a call may take.

        It may wait for a lock that nobody will release; whoever calls has a timeout.
        """
        begin, begun = threading.Event(), threading.Event()

        def late() -> asyncio.AbstractEventLoop:
            begun.set()
            assert begin.wait(10)
            return asyncio.new_event_loop()

        client = BlockingClient(PROJECT_ID, SECRET, transport=Scripted(ok()), timeout=0.2)
        client._runner._current[0]._loop_factory = late
        try:
            with pytest.raises(APITimeoutError, match=r"no answer within 0\.2 s: the event loop .* has not started") as caught:
                client.send(REQUEST)
            assert begun.is_set()
            assert (False, REQUEST) == (caught.value.maybe_applied, caught.value.request)
        finally:
            begin.set()
        assert 200 == client.with_options(timeout=10).send(REQUEST).status_code
        client.close()

    def test_blocked_loop(self, loops_do_not_block: BlockBuster) -> None:
        """A call that waited too long for a blocked loop does not begin."""
        loops_do_not_block.deactivate()
        blocked, go_on, noted = threading.Event(), threading.Event(), list[int]()

        async def block() -> None:
            blocked.set()
            go_on.wait(10)

        async def note() -> None:
            noted.append(1)

        runner = LoopRunner(nothing)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(runner.call, block)
            assert blocked.wait(10)
            with pytest.raises(APITimeoutError, match="a hook or transport blocks it"):
                runner.call(note, 0.1)
            go_on.set()
            first.result(10)
        assert "asyncio" == runner.call(kind_of_loop)
        assert [] == noted
        runner.close()

    def test_a_call_that_has_begun_may_take_longer(self) -> None:
        async def work() -> str:
            await asyncio.sleep(0.3)
            return "done"

        runner = LoopRunner(nothing)
        assert "done" == runner.call(work, 0.1)
        runner.close()

    def test_no_thread_can_be_had(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> int:
            raise RuntimeError("can't start new thread")

        runner = LoopRunner(nothing)
        with monkeypatch.context() as patch:
            patch.setattr("stytch_b2b_async.concurrency.loop_thread.start_new_thread", fail)
            with pytest.raises(RuntimeError, match=r"no thread with an event loop could be started for .*: can't start new"):
                runner.call(nothing)
        assert "asyncio" == runner.call(kind_of_loop)
        runner.close()

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # that a loop was stopped is shown
    def test_stopped_loop(self) -> None:
        """A loop that was stopped from elsewhere is replaced.

        Its client was not closed, and says so; the next call has a loop again.
        """

        async def stop_loop() -> None:
            asyncio.get_running_loop().stop()
            await asyncio.Event().wait()

        before = {*threading.enumerate()}
        runner = LoopRunner(nothing)
        for _ in range(3):
            with pytest.raises(ClientClosedError, match="event loop was stopped by other code during this call; the API may"):
                runner.call(stop_loop)
            assert "asyncio" == runner.call(kind_of_loop)
        runner.close()
        with pytest.raises(ClientClosedError, match="the client was closed before this call"):
            runner.call(kind_of_loop)
        for thread in {*threading.enumerate()} - before:  # so that what they show is shown during this test
            thread.join(5)


def test_abandoned_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that does not end at its deadline is abandoned.

    A transport that ignores its cancellation holds up no caller, who learns that the call may have been applied.
    """
    monkeypatch.setattr(loop_thread, "_END_WITHIN", 0.05)
    done = threading.Event()

    class Deaf:
        async def send(self, call: Call, *, connect_timeout: float) -> Reply:
            while not done.is_set():
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.01)
            raise AssertionError(call)

    with BlockingClient(PROJECT_ID, SECRET, transport=Deaf(), timeout=0.05) as client:
        with pytest.raises(APITimeoutError, match="ignores its cancellation") as raised:
            client.send(REQUEST)
        done.set()
    assert raised.value.maybe_applied
