"""How a batch ends when its source, its task or another task ends it."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from stytch_b2b_async import Client
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.batch import Batch, Outcome

from .conftest import Ledger, creations, resets


class CustomError(BaseException):
    """Not an Exception, like those of test runners that end a test."""


async def collect(batch: Batch[Any], outcomes: list[Outcome[Any]]) -> None:
    async for outcome in batch:
        outcomes.append(outcome)  # noqa: PERF401  # some come before an error


@pytest.mark.parametrize("error", [asyncio.CancelledError, CustomError, GeneratorExit])
async def test_source_that_raises_a_base_exception(client: Client, ledger: Ledger, error: type[BaseException]) -> None:
    """The batch does not look as if it were complete."""

    class Source:
        def __init__(self) -> None:
            self.left = resets(5)

        def __iter__(self) -> Iterator[RequireReset]:
            return self

        def __next__(self) -> RequireReset:
            if not self.left:
                raise error
            return self.left.pop()

    outcomes: list[Outcome[Any]] = []
    with pytest.raises(error):
        await collect(client.batch(Source()), outcomes)
    assert 5 == len(outcomes) == len(ledger.seen)


async def test_source_whose_task_is_canceled(client: Client) -> None:
    """A source may wait for a task that somebody cancels: what is left was not sent."""

    async def source() -> AsyncIterator[RequireReset]:
        yield resets(1)[0]
        lookup = asyncio.create_task(asyncio.sleep(60))
        lookup.cancel()
        await lookup

    outcomes: list[Outcome[Any]] = []
    with pytest.raises(asyncio.CancelledError):
        await collect(client.batch(source()), outcomes)
    assert 1 == len(outcomes)


async def test_aclose_by_another_task(client: Client, ledger: Ledger) -> None:
    """It ends the wait of who iterates, and nothing more is sent."""

    async def slow() -> AsyncIterator[RequireReset]:
        for request in resets(3):
            yield request
        await asyncio.sleep(60)

    batch, outcomes = client.batch(slow()), list[Outcome[Any]]()
    consumer = asyncio.create_task(collect(batch, outcomes))
    while len(outcomes) < 3:  # noqa: ASYNC110  # what is waited for is in another task
        await asyncio.sleep(0.001)
    await batch.aclose()
    await asyncio.wait_for(consumer, 1)
    await batch.finish()
    assert 3 == sum(ledger.seen.values())


async def test_finish_closes_what_it_opened(client: Client, tmp_path: Path) -> None:
    """Also if nobody has iterated over the batch: its journal is free, and the client does not keep it."""
    batch = client.batch(creations(5), journal=tmp_path / "journal")
    await batch.finish()
    assert [] == [outcome async for outcome in client.batch(creations(5), journal=tmp_path / "journal")]
    kept = weakref.ref(batch._run)
    del batch
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("stops", [False, True])
async def test_ended_while_the_journal_opens(client: Client, ledger: Ledger, tmp_path: Path, *, stops: bool) -> None:
    """Nothing is sent, and the journal is free."""
    batch, outcomes = client.batch(creations(5), journal=tmp_path / "journal"), list[Outcome[Any]]()
    consumer = asyncio.create_task(collect(batch, outcomes))
    await asyncio.sleep(0)
    if stops:
        batch.stop()
    else:
        await batch.aclose()
    await asyncio.wait_for(consumer, 1)
    assert not ledger.seen
    assert 5 == len([outcome async for outcome in client.batch(creations(5), journal=tmp_path / "journal") if outcome.ok])


async def test_canceled_while_the_journal_opens(client: Client, tmp_path: Path) -> None:
    """At whatever moment: the journal is free for another run."""
    await client.batch(creations(1)).finish()  # so that the pace is open
    for turns in range(12):
        journal = tmp_path / str(turns)
        task = asyncio.create_task(collect(client.batch(creations(3), journal=journal), []))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert 3 >= len([outcome async for outcome in client.batch(creations(3), journal=journal)])
