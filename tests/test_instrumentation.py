import asyncio
import logging
import re
from typing import Any, cast

import attrs
import pytest
from support.http_servers import PROJECT_ID, SECRET, Answer, Scripted, failed, ok
from support.sample_api import DropWidget

from stytch_b2b_async import APIConnectionError, Attempt, BlockingClient, CallEnd, Client, Drift, Hooks, StytchError
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.runtime import retry
from stytch_b2b_async.runtime.instrumentation import Instrumentation

REQUEST = RequireReset(email_address="ada@example.com")
OPERATION = "passwords.email.require_reset"


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.002)


class Notes:
    """Everything that the hooks were told."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.calls: list[CallEnd] = []
        self.drifts: list[Drift] = []
        self.hooks = Hooks(on_attempt=self.attempts.append, on_call=self.calls.append, on_drift=self.drifts.append)


async def call(notes: Notes, *steps: Answer | Exception, **options: Any) -> None:
    async with Client(PROJECT_ID, SECRET, transport=Scripted(*steps), hooks=notes.hooks, **options) as client:
        await client.send(REQUEST)


def told(value: Any) -> dict[str, Any]:
    return {name: value for name, value in attrs.asdict(value).items() if name not in {"call_id", "elapsed", "wait"}}


async def test_a_success_is_one_attempt_and_one_call() -> None:
    await call(notes := Notes(), ok())
    where = {"operation": OPERATION, "method": "POST", "route": "/v1/b2b/passwords/email/require_reset"}
    common = {**where, "status_code": 200, "error_type": None, "request_id": "request-id-test-1"}
    assert [{**common, "number": 1}] == [told(value) for value in notes.attempts]
    assert [{**common, "attempts": 1}] == [told(value) for value in notes.calls]
    assert notes.attempts[0].wait is None
    assert 0 <= notes.attempts[0].elapsed <= notes.calls[0].elapsed < 5


async def test_attempts() -> None:
    """Every attempt is told with the wait that follows."""
    refused = APIConnectionError("refused")
    await call(notes := Notes(), failed(503, "made_up", Retry_After="0"), Answer(b"", 502), refused, ok(), max_attempts=4)
    assert [(1, 503, "made_up"), (2, 502, "InternalServerError"), (3, None, "APIConnectionError"), (4, 200, None)] == [
        (value.number, value.status_code, value.error_type) for value in notes.attempts
    ]
    assert [0.0, None] == [notes.attempts[0].wait, notes.attempts[3].wait]
    assert all(0 <= (value.wait or 0) <= 0.008 for value in notes.attempts[1:3])
    assert [(4, 200)] == [(value.attempts, value.status_code) for value in notes.calls]


@pytest.mark.parametrize(
    ("outcome", "status", "error_type", "request_id"),
    [
        (failed(404, "member_not_found"), 404, "member_not_found", "request-id-test-2"),
        (Answer(b"<html>", headers={"X-Request-Id": "r-9"}), 200, "DecodeError", "r-9"),
        (APIConnectionError("lost"), None, "APIConnectionError", None),
    ],
)
async def test_a_failure_is_told_by_its_type(outcome: Any, status: int | None, error_type: str, request_id: str | None) -> None:
    notes = Notes()
    with pytest.raises(StytchError):
        await call(notes, outcome, max_attempts=1)
    for value in (notes.attempts[0], notes.calls[0]):
        assert (status, error_type, request_id) == (value.status_code, value.error_type, value.request_id)


async def test_a_call_that_ran_out_of_time_is_told() -> None:
    class Silent:
        async def send(self, *_: object, **__: object) -> Any:
            await asyncio.Event().wait()

    notes = Notes()
    async with Client(PROJECT_ID, SECRET, transport=Silent(), hooks=notes.hooks, timeout=0.05) as client:
        with pytest.raises(StytchError):
            await client.send(REQUEST)
    (ended,) = notes.calls
    assert (1, None, "APITimeoutError") == (ended.attempts, ended.status_code, ended.error_type)
    assert ended.elapsed >= 0.05


DRIFTED = ok(member_id=5, organization="gone")


async def test_drift_once_per_client() -> None:
    """Each kind of drift is told once per client."""
    notes = Notes()
    network = Scripted(DRIFTED, DRIFTED, ok(member_id=[]))
    async with Client(PROJECT_ID, SECRET, transport=network, hooks=notes.hooks) as client:
        await client.send(REQUEST)
        await client.with_options(timeout=5).send(REQUEST)
        await client.send(REQUEST)
    assert [
        (OPERATION, "$.member_id", "Expected `str | null`, got `int`"),
        (OPERATION, "$.organization", "expected an object, got a string"),
        (OPERATION, "$.member_id", "Expected `str | null`, got `array`"),
    ] == [(value.operation, value.path, value.reason.replace("`str`", "`str | null`")) for value in notes.drifts]
    assert {"request-id-test-1"} == {value.request_id for value in notes.drifts}


async def test_another_client_is_told_again() -> None:
    await call(first := Notes(), DRIFTED)
    await call(second := Notes(), DRIFTED)
    assert 2 == len(first.drifts) == len(second.drifts)


async def test_bad_list_items_do_not_hide_later_drift() -> None:
    """Their positions are not told apart, so a long list that drifts is one kind of drift."""
    notes = Notes()
    answers = [ok(member={"roles": [{"role_id": number}] * 150}, member_id=number) for number in range(20)]
    async with Client(PROJECT_ID, SECRET, transport=Scripted(*answers, DRIFTED), hooks=notes.hooks) as client:
        for _ in range(21):
            await client.send(REQUEST)
    told = [value.path for value in notes.drifts]
    assert 1 == told.count("$.member.roles[*].role_id")
    assert "$.member_id" in told
    assert "$.organization" in told
    assert len(told) == len({(value.path, value.reason) for value in notes.drifts})


def test_bounded_drift() -> None:
    """Remembered drift is bounded for each endpoint.

    One endpoint that drifts in ever new ways fills its own share of the memory only.
    """
    notes = Notes()
    watch = Instrumentation(notes.hooks)
    for number in range(5_000):
        watch.drift(REQUEST, None, [(f"$.made_up_{number}", "Expected `str`, got `int`")])
    watch.drift(DropWidget(widget_id="it"), None, [("$.request_id", "required field missing")])
    assert 1_001 == len(notes.drifts)
    assert "$.request_id" == notes.drifts[-1].path


async def test_failing_hook(caplog: pytest.LogCaptureFixture) -> None:
    """A hook that raises ends in the log and not in the call."""

    def fail(_: object) -> None:
        raise RuntimeError("a hook's own trouble")

    hooks = Hooks(on_attempt=fail, on_call=fail, on_drift=fail)
    async with Client(PROJECT_ID, SECRET, transport=Scripted(ok(member_id=5)), hooks=hooks) as client:
        assert (await client.send(REQUEST)).member_id is None
    assert ["a hook raised"] * 3 == [record.message for record in caplog.records if record.levelno == logging.ERROR]
    assert "a hook's own trouble" in caplog.text


async def test_debug_log(caplog: pytest.LogCaptureFixture) -> None:
    """The log tells attempts calls and drifts at debug."""
    caplog.set_level(logging.DEBUG, "stytch_b2b_async")
    async with Client(PROJECT_ID, SECRET, transport=Scripted(failed(503, Retry_After="0"), ok(member_id=5))) as client:
        await client.send(REQUEST)
    lines = [re.sub(r"#\d+", "#1", record.message) for record in caplog.records if record.name == "stytch_b2b_async"]
    seconds = r"\d+\.\d{3} s"
    for pattern, line in zip(
        [
            rf"{OPERATION} #1: POST https://test\.stytch\.com/v1/b2b/passwords/email/require_reset",
            rf"{OPERATION} #1: attempt 1: 503 made_up in {seconds}, again in 0\.000 s \[request-id-test-2\]",
            rf"{OPERATION}: schema mismatch: Expected .* @ \$\.member_id \[request-id-test-1\]",
            rf"{OPERATION} #1: attempt 2: 200 in {seconds} \[request-id-test-1\]",
            rf"{OPERATION} #1: 200 in {seconds} after 2 attempts \[request-id-test-1\]",
        ],
        lines,
        strict=True,
    ):
        assert re.fullmatch(pattern, line)


async def test_log_record_fields(caplog: pytest.LogCaptureFixture) -> None:
    """A record of the log carries what its line says. Programs that write their log as JSON need no parsing."""
    caplog.set_level(logging.DEBUG, "stytch_b2b_async")
    await call(notes := Notes(), ok())
    assert attrs.asdict(cast("Any", notes.calls[0])) == caplog.records[-1].__dict__["stytch"]


async def test_the_log_is_silent_above_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with Client(PROJECT_ID, SECRET, transport=Scripted(failed(503, Retry_After="0"), ok(member_id=5))) as client:
        await client.send(REQUEST)
    assert [] == caplog.records


async def test_request_outside_the_tree() -> None:
    """Watching works for a request that stands in no tree.

    Whoever declares a request of their own can send it, watched or not.
    """
    notes = Notes()
    network = Scripted(ok(widget_id="it"))
    async with Client(PROJECT_ID, SECRET, transport=network, hooks=notes.hooks) as client:
        assert "it" == (await client.send(DropWidget(widget_id="it"))).widget_id
    assert ["DropWidget"] == [value.operation for value in notes.calls]


def test_a_blocking_client_tells_the_same() -> None:
    notes = Notes()
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=notes.hooks) as client:
        client.send(REQUEST)
    assert [OPERATION] == [value.operation for value in notes.calls]


async def test_what_is_told_cannot_be_changed() -> None:
    await call(notes := Notes(), DRIFTED)
    values: list[Any] = [*notes.attempts, *notes.calls, *notes.drifts]
    for value in values:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            value.operation = "another"
