"""A watched call has one start and one end, however it ends; several may watch."""

import asyncio
import gc
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from support.http_servers import PROJECT_ID, SECRET, Answer, Scripted, failed, ok
from support.sample_api import FormWidget

from stytch_b2b_async import APIConnectionError, APITimeoutError, BlockingClient, Client, ClientClosedError, Hooks, StytchError
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.runtime import retry

REQUEST = RequireReset(email_address="ada@example.com")


class Notes:
    """Everything that the hooks were told, in order."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.hooks = Hooks(on_start=self.told.append, on_attempt=self.told.append, on_call=self.told.append)

    @property
    def kinds(self) -> list[str]:
        return [type(value).__name__ for value in self.told]


class Silent:
    """A network that never answers."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def send(self, *_: object, **__: object) -> Any:
        self.asked.set()
        await asyncio.Event().wait()


def recorder(notes: Notes, transport: Any, **options: Any) -> Client:
    return Client(PROJECT_ID, SECRET, transport=transport, hooks=notes.hooks, **options)


async def test_call_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call is told from start to end under one id."""
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.002)
    notes = Notes()
    async with recorder(notes, Scripted(failed(503), ok())) as client:
        await client.send(REQUEST)
    assert ["CallStart", "Attempt", "Attempt", "CallEnd"] == notes.kinds
    assert 1 == len({value.call_id for value in notes.told})
    start = notes.told[0]
    assert (REQUEST.operation, "POST", REQUEST.path, "https://test.stytch.com") == (
        start.operation,
        start.method,
        start.route,
        start.base_url,
    )


async def test_calls_at_once_have_ids_of_their_own() -> None:
    notes = Notes()
    async with recorder(notes, Scripted(ok())) as client:
        await asyncio.gather(*(client.send(REQUEST) for _ in range(10)))
    assert 10 == len({value.call_id for value in notes.told})


async def test_an_attempt_s_time_is_its_own() -> None:
    """The wait before it belongs to the call."""
    notes = Notes()
    async with recorder(notes, Scripted(failed(503, Retry_After="0"), ok())) as client:
        await client.send(REQUEST)
    _, first, second, end = notes.told
    assert first.elapsed + second.elapsed <= end.elapsed


async def test_cancelled_call() -> None:
    """A call that its caller gives up ends for those who watch."""
    notes, network = Notes(), Silent()
    async with recorder(notes, network) as client:
        call = asyncio.create_task(client.send(REQUEST))
        await network.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert ["CallStart", "Attempt", "CallEnd"] == notes.kinds
    assert {("CancelledError", None)} == {(value.error_type, value.status_code) for value in notes.told[1:]}


async def test_cancelled_between_attempts() -> None:
    """A call given up between two attempts has only those that were made."""
    notes, waiting = Notes(), asyncio.Event()
    hooks = Hooks.combine(notes.hooks, Hooks(on_attempt=lambda _: waiting.set()))
    async with Client(PROJECT_ID, SECRET, transport=Scripted(failed(503, Retry_After="20")), hooks=hooks) as client:
        call = asyncio.create_task(client.send(REQUEST))
        await waiting.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert ["CallStart", "Attempt", "CallEnd"] == notes.kinds
    assert [503, None] == [value.status_code for value in notes.told[1:]]
    assert 1 == notes.told[-1].attempts


async def test_attempt_ended_by_the_deadline() -> None:
    """An attempt cut short by the deadline is told."""
    notes = Notes()
    async with recorder(notes, Silent(), timeout=0.02) as client:
        with pytest.raises(APITimeoutError):
            await client.send(REQUEST)
    assert ["CallStart", "Attempt", "CallEnd"] == notes.kinds
    assert ["APITimeoutError"] * 2 == [value.error_type for value in notes.told[1:]]


async def test_dropped_coroutine() -> None:
    """A coroutine that is dropped half way ends for those who watch."""
    notes, network = Notes(), Silent()
    client = recorder(notes, network)
    call = client.send(REQUEST)
    call.send(None)
    call.close()
    assert ["CallStart", "Attempt", "CallEnd"] == notes.kinds
    assert "GeneratorExit" == notes.told[-1].error_type


async def test_closed_client() -> None:
    """A call of a closed client ends for those who watch."""
    notes = Notes()
    client = Client(PROJECT_ID, SECRET, hooks=notes.hooks)
    await client.close()
    with pytest.raises(ClientClosedError):
        await client.send(REQUEST)
    assert ["CallStart", "Attempt", "CallEnd"] == notes.kinds
    assert "ClientClosedError" == notes.told[-1].error_type


async def test_what_cannot_be_written_is_no_call() -> None:
    notes = Notes()
    async with Client(base_url="https://gateway.example", transport=Scripted(ok()), hooks=notes.hooks) as client:
        with pytest.raises(ValueError, match="project_id is missing"):
            await client.send(FormWidget())
    assert [] == notes.told


def test_a_blocking_call_is_told_the_same() -> None:
    notes = Notes()
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=notes.hooks) as client:
        client.send(REQUEST)
    assert ["CallStart", "Attempt", "CallEnd"] == notes.kinds


def fail(_: object) -> None:
    raise RuntimeError("a hook's own trouble")


class TestTogether:
    async def test_each_of_several_is_told(self) -> None:
        first, second = Notes(), Notes()
        both = Hooks.combine(first.hooks, Hooks(), second.hooks)
        async with Client(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=both) as client:
            await client.send(REQUEST)
        assert ["CallStart", "Attempt", "CallEnd"] == first.kinds
        assert first.told == second.told

    async def test_failing_recorder(self, caplog: pytest.LogCaptureFixture) -> None:
        """One that raises does not keep the news from the others."""
        first, second = Notes(), Notes()
        broken = Hooks(on_start=fail, on_attempt=fail, on_call=fail)
        both = Hooks.combine(first.hooks, broken, second.hooks)
        async with Client(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=both) as client:
            assert "request-id-test-1" == (await client.send(REQUEST)).request_id
        assert first.told == second.told
        assert ["a hook raised"] * 3 == [record.message for record in caplog.records]

    @pytest.mark.parametrize("several", [(), (Hooks(),), (Hooks(), Hooks())])
    def test_nobody_together_is_nobody(self, several: tuple[Hooks, ...]) -> None:
        """So that watching still costs nothing."""
        assert Hooks() == Hooks.combine(*several)

    def test_one_alone_stays_what_it_is(self) -> None:
        assert Hooks(on_call=fail) == Hooks.combine(Hooks(on_call=fail), Hooks())

    def test_former_name(self) -> None:
        """`Hooks.together` still works, and warns."""
        with pytest.warns(DeprecationWarning, match=r"Hooks\.combine"):
            assert Hooks() == Hooks.together(Hooks(), Hooks())


@pytest.mark.parametrize("name", ["on_start", "on_attempt", "on_call"])
async def test_any_one_hook_suffices_to_watch(name: str) -> None:
    told: list[object] = []
    hook: Callable[[object], None] = told.append
    async with Client(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=Hooks(**{name: hook})) as client:
        await client.send(REQUEST)
    assert 1 == len(told)


async def test_log_level_change(caplog: pytest.LogCaptureFixture) -> None:
    """The log may be turned on while the program runs."""
    async with Client(PROJECT_ID, SECRET, transport=Scripted(ok())) as client:
        await client.send(REQUEST)
        assert [] == caplog.records
        caplog.set_level(logging.DEBUG, "stytch_b2b_async")
        await client.send(REQUEST)
    assert 3 == len(caplog.records)


@pytest.mark.parametrize(
    "outcome", [ok(), failed(404), Answer(b""), APIConnectionError("lost")], ids=["ok", "404", "empty", "lost"]
)
@pytest.mark.parametrize("hooks", [Hooks(), Hooks(on_call=lambda _: None)], ids=["unwatched", "recorder"])
async def test_no_garbage(outcome: Answer | Exception, hooks: Hooks) -> None:
    """A finished call leaves nothing to the garbage collector.

    What lies in a cycle keeps the call's secrets in memory for a while.
    """
    async with Client(PROJECT_ID, SECRET, transport=Scripted(outcome), hooks=hooks, max_attempts=1) as client:
        for turn in range(2):
            gc.collect()
            with suppress(StytchError):
                await client.send(REQUEST)
            assert turn == 0 or 0 == gc.collect()  # the first fills caches
