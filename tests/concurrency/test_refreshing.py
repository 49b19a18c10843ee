from collections.abc import Callable

import pytest
from support.tokens import Clock, until

from stytch_b2b_async.concurrency.flow import run_async
from stytch_b2b_async.concurrency.refreshing import Entry, RefreshingValue


class DownError(Exception):
    pass


class Origin:
    """Counts its fetches; each value refreshes at 10 s, blocks at 20 s and expires at 60 s."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.fetches = 0
        self.failure: Exception | None = None

    async def fetch(self) -> Entry[int]:
        self.fetches += 1
        if self.failure is not None:
            raise self.failure
        now = self.clock()
        return Entry(self.fetches, now + 10, now + 20, now + 60)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def origin(clock: Clock) -> Origin:
    return Origin(clock)


Make = Callable[..., RefreshingValue[int]]


@pytest.fixture
def make(origin: Origin, clock: Clock) -> Make:
    def made(background_retry: float = 0.0) -> RefreshingValue[int]:
        return RefreshingValue(origin.fetch, DownError, retry_interval=5, background_retry=background_retry, clock=clock)

    return made


async def test_fresh(make: Make, origin: Origin, clock: Clock) -> None:
    """A fresh value is served without a fetch."""
    value = make()
    assert 1 == await run_async(value.get())
    clock.pass_(9)
    assert 1 == await run_async(value.get())
    assert 1 == origin.fetches


async def test_background_refresh(make: Make, origin: Origin, clock: Clock) -> None:
    """From `refresh_at` on, the old value is served while a new one is fetched."""
    value = make()
    await run_async(value.get())
    clock.pass_(10)
    assert 1 == await run_async(value.get())
    await until(lambda: origin.fetches == 2 and not value.refresh.under_way)
    assert 2 == await run_async(value.get())


async def test_blocking_refresh(make: Make, clock: Clock) -> None:
    """From `blocking_at` on, the caller gets the new value."""
    value = make()
    await run_async(value.get())
    clock.pass_(20)
    assert 2 == await run_async(value.get())


async def test_stale_if_error(make: Make, origin: Origin, clock: Clock) -> None:
    """A stale value stands in for a failing fetch, until it expires; then the error is raised."""
    value = make()
    await run_async(value.get())
    origin.failure = DownError()
    clock.pass_(59)
    assert 1 == await run_async(value.get())
    clock.pass_(1)
    with pytest.raises(DownError):
        await run_async(value.get())


async def test_retry_interval(make: Make, origin: Origin, clock: Clock) -> None:
    """After a failure, nothing is fetched for a while; then callers wait again."""
    value = make()
    await run_async(value.get())
    origin.failure = DownError()
    clock.pass_(20)
    await run_async(value.get())
    clock.pass_(4)
    await run_async(value.get())
    assert 2 == origin.fetches
    origin.failure = None
    clock.pass_(1)
    assert 3 == await run_async(value.get())


async def test_background_retry(make: Make, origin: Origin, clock: Clock) -> None:
    """With `background_retry`, nobody waits for the fetch after one that failed."""
    value = make(background_retry=10)
    await run_async(value.get())
    origin.failure = DownError()
    clock.pass_(20)
    await run_async(value.get())
    origin.failure = None
    clock.pass_(5)
    assert 1 == await run_async(value.get())
    await until(lambda: origin.fetches == 3 and not value.refresh.under_way)
    assert 3 == await run_async(value.get())


async def test_no_early_refresh_after_failure(make: Make, origin: Origin, clock: Clock) -> None:
    """A forced refresh that fails takes nothing off a fresh value's life."""
    value = make()
    await run_async(value.get())
    origin.failure = DownError()
    with pytest.raises(DownError):
        await value.refresh.wait(value.refresh.generation)
    clock.pass_(9)
    assert 1 == await run_async(value.get())
    assert 2 == origin.fetches


async def test_expiry_after_failure(make: Make, origin: Origin, clock: Clock) -> None:
    """A retry that is due after the value expires does not prolong its life."""
    value = make(background_retry=10)
    await run_async(value.get())
    origin.failure = DownError()
    clock.pass_(58)
    assert 1 == await run_async(value.get())
    clock.pass_(2)
    with pytest.raises(DownError):
        await run_async(value.get())


async def test_unexpected_error(make: Make, origin: Origin, clock: Clock) -> None:
    """An error of another class is raised, stale value or not."""
    value = make()
    await run_async(value.get())
    origin.failure = ZeroDivisionError()
    clock.pass_(20)
    with pytest.raises(ZeroDivisionError):
        await run_async(value.get())


async def test_discard(make: Make) -> None:
    """A value that was discarded is not served again."""
    value = make()
    await run_async(value.get())
    value.discard()
    assert 2 == await run_async(value.get())
