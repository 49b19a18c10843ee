"""Batches of a blocking client."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path

import pytest

from stytch_b2b_async.api.organizations import Create
from stytch_b2b_async.emulator import Emulator

from .conftest import creations


def test_blocking() -> None:
    """The source runs in the caller's thread, where it may make blocking calls; a break ends what is in flight."""
    with Emulator() as stytch, stytch.blocking_client() as blocking:
        positions = sorted(outcome.position for outcome in blocking.batch(creations(100)) if outcome.ok)
        assert list(range(100)) == positions
        source = (Create(organization_name=f"{each.organization_name}!") for each in blocking.organizations.search())
        batch = blocking.batch(source, concurrency=4)
        for outcome in batch:
            assert outcome.ok
            break
        batch.close()
        assert len(blocking.organizations.search().items) < 120


def test_failing_source_when_blocking() -> None:
    """A source that raises ends a blocking batch."""

    def source() -> Iterator[Create]:
        yield from creations(3)
        raise KeyError("of the source")

    with Emulator() as stytch, stytch.blocking_client() as blocking:
        batch = blocking.batch(source())
        assert [0, 1, 2] == sorted(outcome.position for outcome in islice(batch, 3))
        with pytest.raises(KeyError, match="of the source"):
            next(batch)


@pytest.mark.parametrize("error", [GeneratorExit, asyncio.CancelledError])
def test_source_that_raises_a_base_exception(error: type[BaseException]) -> None:
    class Source:
        def __init__(self) -> None:
            self.left = creations(3)

        def __iter__(self) -> Iterator[Create]:
            return self

        def __next__(self) -> Create:
            if not self.left:
                raise error
            return self.left.pop()

    with Emulator() as stytch, stytch.blocking_client() as blocking:
        batch = blocking.batch(Source())
        assert [0, 1, 2] == sorted(outcome.position for outcome in islice(batch, 3))
        with pytest.raises(error):
            next(batch)


def test_an_asynchronous_source_runs_in_the_loop() -> None:
    async def source() -> AsyncIterator[Create]:
        for request in creations(100):
            await asyncio.sleep(0)
            yield request

    with Emulator() as stytch, stytch.blocking_client() as blocking:
        assert 100 == len([outcome for outcome in blocking.batch(source(), concurrency=4) if outcome.ok])
        with pytest.raises(TypeError, match="iterable of request objects"):
            blocking.batch(3)  # type: ignore[arg-type]  # that is the point


def test_finish_sends_what_is_left(tmp_path: Path) -> None:
    """The outcomes are in the journal; errors that end the batch are raised all the same."""

    def source() -> Iterator[Create]:
        yield from creations(50)
        raise KeyError("of the source")

    with Emulator() as stytch, stytch.blocking_client() as blocking:
        batch = blocking.batch(creations(50), journal=tmp_path / "journal")
        next(batch)
        batch.finish()
        assert [] == list(batch)
        assert 50 == len(blocking.organizations.search().items)
        assert [] == list(blocking.batch(creations(50), journal=tmp_path / "journal"))
        with pytest.raises(KeyError):
            blocking.batch(source()).finish()


def test_close_by_another_thread() -> None:
    """It ends the wait of who iterates."""
    waits = threading.Event()

    async def source() -> AsyncIterator[Create]:
        waits.set()
        await asyncio.sleep(60)
        yield creations(1)[0]

    with Emulator() as stytch, stytch.blocking_client() as blocking:
        batch = blocking.batch(source())
        consumer = threading.Thread(target=lambda: [*batch])
        consumer.start()
        assert waits.wait(10)
        batch.close()
        consumer.join(10)
        assert not consumer.is_alive()
