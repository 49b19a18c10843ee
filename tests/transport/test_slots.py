"""Those who wait for a connection are served in order, and a storm of cancellations and closings loses nothing."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest
from support.calls import ACTS_ONCE, READS, WAYS, Silent, client_of, open_files, outcome
from support.http_servers import ok, serving, talking

from stytch_b2b_async import APITimeoutError, Client, StytchError
from stytch_b2b_async.api.passwords import StrengthCheck

GOOD = ok(valid_password=True, score=4, breached_password=False, strength_policy="zxcvbn", breach_detection_on_create=False)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("limit", [1, 10, 100])
async def test_busy_callers_do_not_starve_others(way: str, limit: int) -> None:
    """As many callers as there are connections, each of which calls again at once, pass nobody who waits."""
    async with serving(GOOD) as server, client_of(way, server.url, limit=limit) as client:
        over = asyncio.Event()

        async def stay_busy() -> int:
            calls = 0
            while not over.is_set():
                await client.send(READS)
                calls += 1
            return calls

        busy = [asyncio.create_task(stay_busy()) for _ in range(limit)]
        await asyncio.sleep(0.05)
        others = [asyncio.create_task(client.send(READS)) for _ in range(5)]
        done, _ = await asyncio.wait(others, timeout=10)
        over.set()
        await asyncio.gather(*busy)
        assert {*others} == done
        assert not [call for call in others if call.exception()]


@pytest.mark.parametrize("way", WAYS)
async def test_first_come_first_served(way: str) -> None:
    """They are served in the order of their coming."""
    async with serving(GOOD) as server, client_of(way, server.url, limit=1) as client:
        calls = [
            asyncio.create_task(client.send(StrengthCheck(password="x", email_address=f"{number}@example.com")))
            for number in range(30)
        ]
        await asyncio.sleep(0)
        for number in (3, 7, 29):
            calls[number].cancel()
        await asyncio.gather(*calls, return_exceptions=True)
    assert [number for number in range(30) if number not in {3, 7, 29}] == [
        int(seen.json["email_address"].partition("@")[0]) for seen in server.seen
    ]


async def test_slot_given_during_cancellation() -> None:
    """A slot that was given at the moment of a cancellation goes on to the next."""
    async with serving(GOOD) as server:
        for steps in range(60):
            async with client_of("fast", server.url, limit=1) as client:
                first, second, third = (asyncio.create_task(client.send(READS)) for _ in range(3))
                await asyncio.wait([first])
                for _ in range(steps):
                    await asyncio.sleep(0)
                second.cancel()
                async with asyncio.timeout(5):
                    assert (await third).valid_password
                await asyncio.wait([second])


async def test_no_limit_is_no_limit() -> None:
    async with talking(silent := Silent(150)) as url, client_of("fast", url, limit=0) as client:
        calls = [asyncio.create_task(outcome(client.send(ACTS_ONCE))) for _ in range(150)]
        async with asyncio.timeout(10):
            await silent.arrived.wait()
        await client.close()
        assert {"ClientClosedError True 1"} == {*await asyncio.gather(*calls)}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted there")
@pytest.mark.parametrize("way", WAYS)
async def test_a_storm(way: str) -> None:
    """Ten thousand calls over the three ways, cancelled, timed out and closed at random: each ends once, and leaves nothing."""
    dice = random.Random(way)  # noqa: S311  # no secret
    outcomes: Counter[str] = Counter()
    async with serving(GOOD) as server:
        open_before, tasks_before = open_files(), len(asyncio.all_tasks())
        for _ in range(34):
            async with client_of(way, server.url, limit=dice.choice([1, 5, 20])) as client:
                views = [client.with_options(timeout=seconds) for seconds in (0.005, 0.05, 30)]

                async def call(client: Client) -> None:
                    await client.send(READS)

                calls = [asyncio.create_task(call(dice.choice(views))) for _ in range(100)]
                cancelled = set[asyncio.Task[None]]()
                for _ in range(dice.randrange(30)):
                    await asyncio.sleep(dice.choice([0, 0, 0.001, 0.004]))
                    victim = dice.choice(calls)
                    if victim.cancel():
                        cancelled.add(victim)
                await client.close()
                async with asyncio.timeout(10):
                    await asyncio.wait(calls)
                for each in calls:
                    assert each.cancelled() == (each in cancelled)
                    error = None if each.cancelled() else each.exception()
                    assert error is None or isinstance(error, StytchError)
                    outcomes["CancelledError" if each.cancelled() else type(error).__name__] += 1
        for _ in range(50):
            if open_files() <= open_before and len(asyncio.all_tasks()) <= tasks_before:  # the server's run in this loop, too
                break
            await asyncio.sleep(0.1)
        assert tasks_before >= len(asyncio.all_tasks())
        assert open_before >= open_files()
    assert 3_400 == outcomes.total()
    assert {"NoneType", "CancelledError", "ClientClosedError", APITimeoutError.__name__} >= outcomes.keys()
    assert min(outcomes["CancelledError"], outcomes["ClientClosedError"]) > 100
