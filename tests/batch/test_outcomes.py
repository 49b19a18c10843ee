"""What a batch gives out, and how it ends."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from support.http_servers import failed, ok

from stytch_b2b_async import Client, ClientClosedError, MemberNotFoundError
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.batch import Batch, Outcome

from .conftest import Ledger, creations, resets


async def collect(batch: Batch[Any], outcomes: list[Outcome[Any]]) -> None:
    async for outcome in batch:
        outcomes.append(outcome)  # noqa: PERF401  # some come before an error


async def test_one_outcome_per_request(client: Client, ledger: Ledger) -> None:
    """Each request is sent once and has an outcome."""
    requests = resets(200)
    outcomes = [outcome async for outcome in client.batch(requests, concurrency=16)]
    assert set(range(200)) == {outcome.position for outcome in outcomes}
    assert all(outcome.request is requests[outcome.position] and outcome.ok for outcome in outcomes)
    assert {1} == set(ledger.seen.values())


async def test_a_failed_request_does_not_end_a_batch(client: Client, ledger: Ledger) -> None:
    ledger.respond = lambda name: failed(404, "member_not_found") if name == "3@example.com" else ok(member=None)
    outcomes = [outcome async for outcome in client.batch(resets(10), ordered=True)]
    assert list(range(10)) == [outcome.position for outcome in outcomes]
    assert [3] == [outcome.position for outcome in outcomes if isinstance(outcome.error, MemberNotFoundError)]


async def test_an_asynchronous_source_is_read(client: Client) -> None:
    async def source() -> AsyncIterator[RequireReset]:
        for request in resets(5):
            await asyncio.sleep(0)
            yield request

    assert 5 == len([outcome async for outcome in client.batch(source())])


async def test_stop_on_ends_a_batch_after_what_was_sent(client: Client, ledger: Ledger) -> None:
    ledger.respond = lambda name: failed(404, "member_not_found") if name == "3@example.com" else ok(member=None)
    outcomes: list[Outcome[Any]] = []
    with pytest.raises(MemberNotFoundError):
        await collect(client.batch(resets(1000), concurrency=4, stop_on=MemberNotFoundError), outcomes)
    assert len(outcomes) == sum(ledger.seen.values()) < 20


async def test_failing_source(client: Client, ledger: Ledger) -> None:
    """A source that raises ends a batch after what was sent."""

    def source() -> Iterator[RequireReset]:
        yield from resets(7)
        raise KeyError("of the source")

    outcomes: list[Outcome[Any]] = []
    with pytest.raises(KeyError, match="of the source"):
        await collect(client.batch(source()), outcomes)
    assert list(range(7)) == sorted(outcome.position for outcome in outcomes)
    assert 7 == len(ledger.seen)


async def test_a_slow_consumer_slows_the_sending(client: Client) -> None:
    taken = 0

    def source() -> Iterator[RequireReset]:
        nonlocal taken
        for request in resets(100):
            taken += 1
            yield request

    batch = client.batch(source(), concurrency=4)
    await anext(batch)
    for _ in range(50):
        await asyncio.sleep(0.002)
    assert taken <= 5
    await batch.aclose()


async def test_early_exit(client: Client, ledger: Ledger) -> None:
    """Leaving the loop cancels what is in flight. Nothing is left behind, though nobody called `aclose()`."""
    async for outcome in client.batch(resets(1000)):
        assert outcome.ok
        assert workers()
        break
    gc.collect()
    for _ in range(100):
        await asyncio.sleep(0.001)
    assert not workers()
    assert sum(ledger.seen.values()) < 200


def workers() -> list[str]:
    """The tasks of batches."""
    return [name for task in asyncio.all_tasks() if "Engine" in (name := str(task))]


async def test_cancelling_waits_for_what_is_in_flight(client: Client) -> None:
    async def consume() -> None:
        async for _ in client.batch(resets(1000)):
            pass

    task = asyncio.create_task(consume())
    for _ in range(20):
        await asyncio.sleep(0)
    assert workers()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not workers()


async def test_stop_lets_what_is_in_flight_finish(client: Client, ledger: Ledger) -> None:
    batch = client.batch(resets(1000), concurrency=8)
    outcomes = []
    async for outcome in batch:
        outcomes.append(outcome)
        batch.stop()
    assert all(outcome.ok for outcome in outcomes)
    assert len(outcomes) == sum(ledger.seen.values()) < 30


async def test_finish_sends_what_is_left(client: Client, ledger: Ledger) -> None:
    """In any state of the batch; errors that end it are raised all the same."""
    for ordered in (False, True):
        batch = client.batch(resets(50), concurrency=8, ordered=ordered)
        await anext(batch)
        await asyncio.sleep(0.02)
        await batch.finish()
        with pytest.raises(StopAsyncIteration):
            await anext(batch)
    assert {2} == set(ledger.seen.values())
    assert 50 == len(ledger.seen)
    ledger.respond = lambda name: failed(404, "member_not_found") if name == "3@example.com" else ok(member=None)
    with pytest.raises(MemberNotFoundError):
        await client.batch(resets(50), stop_on=MemberNotFoundError).finish()


async def test_closing_the_client_ends_its_batches(client: Client) -> None:
    batch = client.batch(resets(1000))
    await anext(batch)
    await client.close()
    with pytest.raises(ClientClosedError):
        [outcome async for outcome in batch]


async def test_a_429_is_sent_again(client: Client, ledger: Ledger) -> None:
    """Its wait is not part of a call's timeout; the attempts are counted."""
    ledger.respond = lambda name: failed(429, "too_many_requests", Retry_After="0") if ledger.seen[name] < 3 else ok(member=None)
    outcomes = [outcome async for outcome in client.batch(creations(3))]
    assert [3, 3, 3] == [outcome.attempts for outcome in outcomes if outcome.ok]


async def test_each_attempt_takes_a_permit(client: Client, ledger: Ledger) -> None:
    """Repeating a call after a failure does not exceed the rate, and attempts are counted."""
    ledger.respond = lambda _: failed(503, "unavailable", Retry_After="0")
    batch = client.batch(resets(3), rate="4/day")
    outcomes = asyncio.create_task(collect(batch, []))
    while sum(ledger.seen.values()) < 4:  # noqa: ASYNC110  # what is waited for is at the server
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)
    assert 4 == sum(ledger.seen.values())
    outcomes.cancel()
    await asyncio.gather(outcomes, return_exceptions=True)


async def test_retries(client: Client, ledger: Ledger) -> None:
    """A failure is tried again as often as the client does.

    Only if that is harmless: a 503 may have been passed on, so the fate of what acts once is unknown.
    """
    ledger.respond = lambda _: failed(503, "unavailable", Retry_After="0")
    outcomes = [outcome async for outcome in client.batch([*resets(2), *creations(2)], ordered=True)]
    assert [3, 3, 1, 1] == [outcome.attempts for outcome in outcomes]
    assert [3, 3, 1, 1] == [getattr(outcome.error, "attempts", 0) for outcome in outcomes]
    ledger.respond = lambda name: failed(503, "unavailable", Retry_After="0") if ledger.seen[name] < 5 else ok(member=None)
    outcomes = [outcome async for outcome in client.batch(resets(2))]
    assert [(2, 2), (2, 2)] == [(outcome.attempts, outcome.response.attempts) for outcome in outcomes if outcome.response]


@pytest.mark.parametrize(
    "settings",
    [
        {"concurrency": 0},
        {"concurrency": True},
        {"rate": "fast"},
        {"rate": 60},
        {"stop_on": "error"},
        {"ordered": 1},
        {"journal": 5},
    ],
)
async def test_settings_are_checked_at_once(client: Client, settings: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        client.batch([], **settings)  # type: ignore[arg-type]  # that is the point


async def test_only_requests_are_sent(client: Client) -> None:
    with pytest.raises(TypeError, match="request objects"):
        await anext(client.batch(["ada@example.com"]))  # type: ignore[arg-type]  # that is the point
    with pytest.raises(TypeError, match="iterable"):
        client.batch(3)  # type: ignore[arg-type]  # likewise
