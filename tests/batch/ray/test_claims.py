"""Workers that are killed: nothing that acts each time is sent twice, and every row is accounted for."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from batch.conftest import Ledger
from support.claimed_calls import rows
from support.http_servers import PROJECT_ID, SECRET, Answer, failed, ok
from support.redis import PASSWORD, RedisServer

from stytch_b2b_async.batch.ray import CallEndpoint

TESTS = Path(__file__).parents[2]
CREATE, RESET = "organizations.create", "passwords.email.require_reset"


@pytest_asyncio.fixture(autouse=True)
async def environment(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    for name, value in {"PROJECT_ID": PROJECT_ID, "SECRET": SECRET, "BASE_URL": ledger.url}.items():
        monkeypatch.setenv(f"STYTCH_{name}", value)
    yield


async def outcomes(endpoint: str, store: str, batch: Any, run: str = "a run", **options: Any) -> list[dict[str, Any]]:
    worker = await asyncio.to_thread(partial(CallEndpoint, endpoint=endpoint, store=store, run=run, concurrency=8, **options))
    try:
        table = await worker(batch)
    finally:
        await worker.aclose()
    shown: list[dict[str, Any]] = table.to_pylist()
    return shown


async def killed_worker(endpoint: str, store: str, ledger: Ledger, *, after: int, count: int) -> None:
    """Start a worker in another process, and kill it in the middle."""
    environment = {**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"}
    arguments = ["-m", "support.claimed_calls", store, "a run", endpoint, str(count)]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
    while ledger.seen.total() < after:  # noqa: ASYNC110  # the ledger has no event, and is polled as often as it matters
        await asyncio.sleep(0.002)
    process.kill()
    await process.wait()


async def test_killed_worker(redis_url: str, ledger: Ledger) -> None:
    """Rows that a killed worker may have sent are in doubt and not sent again."""
    await killed_worker(CREATE, redis_url, ledger, after=100, count=400)
    shown = await outcomes(CREATE, redis_url, rows(CREATE, 400))
    assert [*range(400)] == [row["row"] for row in shown]
    assert {1} == {*ledger.seen.values()}
    in_doubt = [row for row in shown if not row["ok"]]
    assert len(in_doubt) <= 8
    assert {("unknown_outcome", True)} >= {(row["error_type"], row["maybe_applied"]) for row in in_doubt}
    assert 400 - len(in_doubt) <= len(ledger.seen)


async def test_what_can_be_repeated_is_sent_again(redis_url: str, ledger: Ledger) -> None:
    await killed_worker(RESET, redis_url, ledger, after=100, count=400)
    shown = await outcomes(RESET, redis_url, rows(RESET, 400))
    assert {True} == {row["ok"] for row in shown}
    assert 400 == len(ledger.seen)
    assert ledger.seen.total() <= 408


async def test_completed_rows(redis_url: str, ledger: Ledger) -> None:
    """Rows with an outcome are not sent again in the same run."""
    ledger.respond = lambda name: failed(400, "refused") if name.startswith("1@") else ok()
    first = await outcomes(CREATE, redis_url, rows(CREATE, 3))
    assert first == await outcomes(CREATE, redis_url, rows(CREATE, 3))
    assert [(True, None), (False, "refused"), (True, None)] == [(row["ok"], row["error_type"]) for row in first]
    assert {1} == {*ledger.seen.values()}
    await outcomes(CREATE, redis_url, rows(CREATE, 3), run="another run")
    assert {2} == {*ledger.seen.values()}


async def test_retry_failed_and_resend_unknown(redis_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed and what is in doubt is sent again on demand.

    A later job does, once, however many of its workers get the rows; rows that went well are left out.
    """

    def answers(name: str) -> Answer:
        return failed(400, "refused") if name.startswith("1@") else failed(503, "broken") if name.startswith("2@") else ok()

    ledger.respond = answers
    first = await outcomes(CREATE, redis_url, rows(CREATE, 4))
    assert [(True, False), (False, False), (False, True), (True, False)] == [(row["ok"], row["maybe_applied"]) for row in first]
    ledger.respond = lambda _: ok()
    shown = await outcomes(CREATE, redis_url, rows(CREATE, 4), retry_failed=True)
    assert [True, True, False, True] == [row["ok"] for row in shown]
    assert [1, 2, 1, 1] == [ledger.seen[f"{row}@example.com"] for row in range(4)]
    monkeypatch.setattr("stytch_b2b_async.batch.ray.call_endpoint.session_id", lambda: "a later job")
    again = await asyncio.gather(*(outcomes(CREATE, redis_url, rows(CREATE, 4), resend_unknown=True) for _ in range(3)))
    assert [1, 2, 2, 1] == [ledger.seen[f"{row}@example.com"] for row in range(4)]
    assert any(row[2]["ok"] for row in again)


async def test_resend_unknown_once(redis_url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job does not send again what its own killed worker left in doubt.

    Otherwise each killed worker would send rows a second time, unasked.
    """
    monkeypatch.setattr("stytch_b2b_async.batch.ray.call_endpoint.session_id", lambda: "the job")
    ledger.respond = lambda _: failed(503, "broken")
    for _ in range(2):
        await outcomes(CREATE, redis_url, rows(CREATE, 2), resend_unknown=True, retry_failed=True)
    assert [1, 1] == [*ledger.seen.values()]


async def test_duplicate_rows(redis_url: str, ledger: Ledger) -> None:
    """Two workers that get the same rows send each once."""
    await asyncio.gather(*(outcomes(CREATE, redis_url, rows(CREATE, 200)) for _ in range(3)))
    assert 200 == len(ledger.seen)
    assert {1} == {*ledger.seen.values()}


async def test_nothing_sensitive_in_redis(redis_url: str, ledger: Ledger, running_redis: RedisServer) -> None:
    """Nothing of a request and no secret is in Redis."""
    await outcomes(CREATE, redis_url, rows(CREATE, 20))
    assert 20 == len(ledger.seen)
    with running_redis.client as redis:
        kept = [f"{key} {redis.get(str(key))}" for key in redis.scan_iter("*")]
    assert 20 <= len(kept)
    assert [] == [each for each in kept if "example.com" in each or SECRET in each or PASSWORD in each]


async def test_a_row_that_is_no_request_fails_alone(redis_url: str, ledger: Ledger) -> None:
    batch = {"row": ["a", "b"], "organization_name": ["Acme", None]}
    shown = await outcomes(CREATE, redis_url, batch)
    assert {"Acme": 1} == ledger.seen
    assert [(True, None), (False, "TypeError")] == [(row["ok"], row["error_type"]) for row in shown]


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ({"organization_name": ["Acme"]}, "missing column: row"),
        ({"row": [1]}, "missing column: organization_name"),
        ({"row": [1], "organization_name": ["Acme"], "slug": ["acme"]}, "has no parameter 'slug'"),
    ],
)
async def test_unknown_columns(redis_url: str, ledger: Ledger, batch: Any, message: str) -> None:
    """Columns that do not fit are refused before anything is sent."""
    with pytest.raises(ValueError, match=message):
        await outcomes(CREATE, redis_url, batch)
    assert {} == ledger.seen


@pytest.mark.parametrize("keys", [[1, None], [1, 1], [float("nan"), 1.0]])
async def test_rows_without_a_key_of_their_own(redis_url: str, ledger: Ledger, keys: list[Any]) -> None:
    """They would be taken for one row, and the other one for sent."""
    with pytest.raises(ValueError, match="the column row must identify each row"):
        await outcomes(CREATE, redis_url, {"row": keys, "organization_name": ["a", "b"]})
    assert not ledger.seen


async def test_what_pandas_lacks_is_not_sent(redis_url: str) -> None:
    """NaN is how it says that a text is missing."""
    batch = {"row": [1, 2], "organization_name": ["a", "b"], "organization_slug": ["slug", float("nan")]}
    assert [True, True] == [row["ok"] for row in await outcomes(CREATE, redis_url, batch)]


@pytest.mark.parametrize(
    "settings", [{"concurrency": True}, {"concurrency": "3"}, {"rate": 5}, {"rate": "fast"}, {"run": ""}, {"run": 5}, {"key": 5}]
)
def test_settings_are_checked_at_once(settings: dict[str, Any]) -> None:
    given: dict[str, Any] = {"endpoint": CREATE, "store": "redis://127.0.0.1", "run": "a run", **settings}
    with pytest.raises((TypeError, ValueError), match=f"{next(iter(settings))} must|not a rate"):
        CallEndpoint(**given)
