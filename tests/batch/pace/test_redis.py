"""A rate in Redis: what is kept there, and what becomes of a Redis that is not there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch.conftest import Ledger, resets
from support.redis import PASSWORD, RedisServer, redis_server
from support.traceback_tools import shown

from stytch_b2b_async import Client, RateStoreError
from stytch_b2b_async.batch.pace import Pace, RedisAddress

NOBODY = f"redis://:{PASSWORD}@127.0.0.1:1/0"


@pytest.fixture
def short_lived(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


async def test_absent_redis(client: Client, ledger: Ledger) -> None:
    """A Redis that is not there is an error before the first call."""
    with pytest.raises(RateStoreError, match=r"redis://127\.0\.0\.1:1/0 cannot be used: ConnectionError") as raised:
        async for _ in client.batch(resets(3), rate="60/s", rate_store=NOBODY):
            pass
    assert {} == ledger.seen
    assert [] == [tool for tool, text in shown(raised.value, all_tools=False) if PASSWORD in text]


async def test_so_is_a_wrong_password(client: Client, ledger: Ledger, running_redis: RedisServer) -> None:
    wrong = f"redis://:{PASSWORD}-not@127.0.0.1:{running_redis.port}"
    with pytest.raises(RateStoreError, match="AuthenticationError") as raised:
        async for _ in client.batch(resets(3), rate="60/s", rate_store=wrong):
            pass
    assert {} == ledger.seen
    assert [] == [tool for tool, text in shown(raised.value, all_tools=False) if PASSWORD in text]


@pytest.mark.parametrize(
    "url", ["memory://", "redis://", "127.0.0.1:6379", f"redis://:{PASSWORD}#1@127.0.0.1:6379", "unix://", "redis://[::1"]
)
async def test_what_is_no_redis_url_is_refused_at_once(client: Client, url: str) -> None:
    with pytest.raises(ValueError, match="a Redis is given as redis://host:port/database") as raised:
        client.batch(resets(1), rate_store=url)
    assert [] == [tool for tool, text in shown(raised.value, all_tools=False) if PASSWORD in text]


def test_an_address_does_not_show_its_password() -> None:
    address = RedisAddress.parse(f"rediss://user:{PASSWORD}@example.com:6380/2?password={PASSWORD}")
    assert "rediss://example.com:6380/2" == f"{address}" == f"{address!r}"


async def test_a_redis_that_goes_away_ends_the_batch(client: Client, short_lived: RedisServer) -> None:
    outcomes = client.batch(resets(10_000), rate="1000/s", rate_store=short_lived.url, concurrency=8)
    assert (await anext(outcomes)).ok
    short_lived.process.kill()
    with pytest.raises(RateStoreError):
        async for _ in outcomes:
            pass


async def test_keys_and_expiry(redis_url: str, running_redis: RedisServer) -> None:
    """Counts belong to project group and window and expire."""
    pace = await Pace.open("5/min", RedisAddress.parse(redis_url), 8, scope="project-test-1")
    with await pace.acquire("organizations.create") as permit:
        permit.report(200, 0.01)
    await pace.aclose()
    with running_redis.client as redis:
        keys = [str(key) for key in redis.scan_iter("*")]
        assert {"stytch-b2b:rate:project-test-1:organizations.create:60"} == {key.rpartition(":")[0] for key in keys}
        assert {True} == {0 < int(str(redis.ttl(key))) < 300 for key in keys}


async def test_returned_permits(redis_url: str) -> None:
    """Permits that were not used are there for the next process."""
    for _ in range(2):
        pace = await Pace.open("500/day", RedisAddress.parse(redis_url), 500, scope="a-project")
        with await pace.acquire("made.up") as permit:
            permit.report(200, 0.01)
        for _ in range(249):
            await asyncio.wait_for(pace.acquire("made.up"), 5)
        await pace.aclose()
