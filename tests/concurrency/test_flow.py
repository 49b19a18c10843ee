import asyncio
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from stytch_b2b_async import StytchError
from stytch_b2b_async.concurrency.flow import Flow, run_async, run_sync
from stytch_b2b_async.concurrency.single_flight import SingleFlight


class RefusedError(Exception):
    pass


async def one() -> int:
    return 1


async def refused() -> int:
    raise RefusedError


def adding() -> Flow[int]:
    first = yield one
    second = yield one
    return int(first + second)


def forgiving() -> Flow[str]:
    try:
        yield refused
    except RefusedError:
        return f"forgiven, {yield one}"
    return "never"


def unforgiving() -> Flow[str]:
    yield one
    yield refused
    return "never"


def content() -> Flow[str]:
    yield from ()  # it makes this a generator
    return "nothing was missing"


def at_once(coroutine: Any) -> Any:
    """Run what never suspends, without a loop, whose own frames would hold an error."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it suspends")


def by_awaiting(steps: Flow[Any]) -> Any:
    return at_once(run_async(steps))


def by_blocking(steps: Flow[Any]) -> Any:
    return run_sync(steps, lambda fetch: at_once(fetch()))


BOTH = pytest.mark.parametrize("run", [by_awaiting, by_blocking])


@BOTH
def test_a_check_is_sent_what_it_asked_for(run: Callable[[Flow[Any]], Any]) -> None:
    assert 2 == run(adding())


@BOTH
def test_nothing_to_fetch(run: Callable[[Flow[Any]], Any]) -> None:
    """A check that lacks nothing asks for nothing."""
    assert "nothing was missing" == run(content())


@BOTH
def test_failed_fetch(run: Callable[[Flow[Any]], Any]) -> None:
    """A fetch that fails fails inside the check which may know better."""
    assert "forgiven, 1" == run(forgiving())
    with pytest.raises(RefusedError) as caught:
        run(unforgiving())
    assert caught.value.__context__ is None


@BOTH
def test_an_error_keeps_nothing_alive(run: Callable[[Flow[Any]], Any]) -> None:
    """Its traceback holds the frames that it passed; were one of those to hold the error, only the collector could tell."""

    class Witness:
        pass

    def steps(witness: Witness) -> Flow[str]:
        yield refused
        return str(witness)

    witness = Witness()
    alive = weakref.ref(witness)
    gc.collect()
    gc.disable()
    try:
        try:
            run(steps(witness))
        except RefusedError:
            del witness
        assert alive() is None
    finally:
        gc.enable()


async def test_shared_fetch() -> None:
    """A fetch is shared only while it is under way."""
    fetched = 0

    async def fetch() -> int:
        nonlocal fetched
        await asyncio.sleep(0)
        fetched += 1
        return fetched

    flight = SingleFlight(fetch, StytchError)
    assert [1, 1] == [*await asyncio.gather(flight.wait(0), flight.wait(0))]
    assert 2 == await flight.wait(flight.generation)


async def test_waiter_of_an_earlier_fetch() -> None:
    """Who looked before a fetch ended is content with it."""
    fetched = 0

    async def fetch() -> int:
        nonlocal fetched
        fetched += 1
        return fetched

    flight = SingleFlight(fetch, StytchError)
    seen = flight.generation
    assert 1 == await flight.wait(seen)
    assert 1 == await flight.wait(seen)
    await flight.begin(seen)
    assert not flight.under_way
    assert 1 == fetched


async def test_unexpected_error() -> None:
    """An odd error is raised and not remembered."""
    flight = SingleFlight(refused, StytchError)
    for _ in range(2):
        with pytest.raises(RefusedError):
            await flight.wait(0)
    assert (0, None) == (flight.generation, flight.failure)


async def test_a_flight_forgets_who_waited() -> None:
    flight = SingleFlight(one, StytchError)
    await flight.wait(0)
    assert flight._in_flight is None


async def test_fetch_in_a_forked_child() -> None:
    """A forked child does not wait for its parent's loop."""
    never = asyncio.Event()

    async def wait_for_ever() -> int:
        await never.wait()
        return 0

    flight = SingleFlight(wait_for_ever, StytchError)
    await flight.begin(0)
    before = flight.under_way
    flight.reset_after_fork()
    assert (True, False) == (before, flight.under_way)
    never.set()
