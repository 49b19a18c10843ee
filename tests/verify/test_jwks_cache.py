"""The cache of public keys: lifetime, rotation, unknown keys and outages."""

import asyncio
import gc

import pytest
from support.jwks import MAX_AGE, Publisher
from support.tokens import (
    KEY_ID,
    OTHER_KEY_ID,
    Signer,
    until,
)

from stytch_b2b_async import APIConnectionError, NotFoundError
from stytch_b2b_async.verify.jwks_cache import MAX_STALE


async def test_keys_are_fetched_once_for_their_max_age(publisher: Publisher) -> None:
    for _ in range(3):
        assert await publisher.knows()
        publisher.clock.pass_(MAX_AGE / 4)
    assert 1 == publisher.fetches


async def test_old_keys_serve_while_the_new_ones_come(publisher: Publisher) -> None:
    await publisher.find()
    publisher.clock.pass_(MAX_AGE)
    publisher.gate = asyncio.Event()
    for _ in range(3):
        assert await publisher.knows()  # without waiting for the gate
    await until(lambda: publisher.fetches == 2)
    publisher.gate.set()
    await publisher.idle()
    assert await publisher.knows()
    assert 2 == publisher.fetches


async def test_stale_keys_in_an_outage(publisher: Publisher) -> None:
    """Keys serve for an hour past their life while they cannot be fetched."""
    await publisher.find()
    publisher.failure = APIConnectionError("down")
    publisher.clock.pass_(MAX_AGE + MAX_STALE - 1)
    assert await publisher.knows()
    await publisher.idle()
    publisher.clock.pass_(60)
    with pytest.raises(APIConnectionError, match="down"):
        await publisher.find()


async def test_cool_down_in_an_outage(publisher: Publisher) -> None:
    """In an outage keys are asked for once a cool down."""
    await publisher.find()
    publisher.failure = APIConnectionError("down")
    publisher.clock.pass_(MAX_AGE)
    for _ in range(61):
        assert await publisher.knows()
        await publisher.idle()
        publisher.clock.pass_(1)
    assert 1 + 3 == publisher.fetches


@pytest.mark.parametrize(
    ("header", "lifetime"),
    [
        ("max-age=300", 300),
        ("public, max-age=300", 300),
        ("public,max-age=300,must-revalidate", 300),
        ("Max-Age=300", 300),
        ("s-maxage=9, max-age=300", 300),
        ("max-age=0", 60),
        ("max-age=1", 60),
        ("max-age=999999999", 86_400),
        ("max-age=99999999999999999999", 900),
        ("max-age=-5", 900),
        ("max-age=soon", 900),
        ("no-store", 900),
        ("", 900),
    ],
)
async def test_max_age(header: str, lifetime: int, publisher: Publisher) -> None:
    """The life of keys is what the API says within reason."""
    publisher.headers = {"cache-control": header}
    await publisher.find()
    publisher.clock.pass_(lifetime - 1)
    await publisher.find()
    await publisher.idle()
    assert 1 == publisher.fetches
    publisher.clock.pass_(1)
    await publisher.find()
    await until(lambda: publisher.fetches == 2)


async def test_during_a_rotation_both_keys_work(publisher: Publisher, signer: Signer, stranger: Signer) -> None:
    publisher.published = [signer.published, stranger.published]
    assert await publisher.find(KEY_ID) is not await publisher.find(OTHER_KEY_ID)
    assert 1 == publisher.fetches


async def test_new_key(publisher: Publisher, signer: Signer, stranger: Signer) -> None:
    """A new key is fetched when it is first met."""
    await publisher.find()
    publisher.published = [signer.published, stranger.published]
    publisher.clock.pass_(30)
    assert await publisher.knows(OTHER_KEY_ID)
    assert 2 == publisher.fetches


async def test_a_key_that_left_the_set_is_unknown(publisher: Publisher, stranger: Signer) -> None:
    await publisher.find()
    publisher.published = [stranger.published]
    publisher.clock.pass_(30)
    await publisher.find(OTHER_KEY_ID)
    assert not await publisher.knows(KEY_ID)


async def test_unknown_keys_cause_one_fetch_a_cool_down(publisher: Publisher) -> None:
    await publisher.find()
    for second in range(91):
        assert not await publisher.knows(f"forged {second}")
        publisher.clock.pass_(1)
    assert 1 + 3 == publisher.fetches


async def test_unknown_key_cool_down(publisher: Publisher) -> None:
    """A forged key that is met again and again causes one fetch a cool down."""
    await publisher.find()
    for _ in range(91):
        assert not await publisher.knows("forged")
        publisher.clock.pass_(1)
    assert 1 + 3 == publisher.fetches


async def test_key_met_too_early(publisher: Publisher, stranger: Signer) -> None:
    """A key that was met too early is found after the cool down. Keys may live for a day: nobody can wait for their end."""
    publisher.headers = {"cache-control": "max-age=86400"}
    await publisher.find()
    publisher.clock.pass_(30)
    assert not await publisher.knows(OTHER_KEY_ID)
    publisher.published = [*publisher.published, stranger.published]
    publisher.clock.pass_(29)
    assert not await publisher.knows(OTHER_KEY_ID)
    publisher.clock.pass_(1)
    assert await publisher.knows(OTHER_KEY_ID)
    assert 3 == publisher.fetches


async def test_a_flood_of_forged_keys_hides_no_new_one(publisher: Publisher, stranger: Signer) -> None:
    await publisher.find()
    publisher.clock.pass_(30)
    for second in range(60):
        assert not await publisher.knows(f"forged {second}")
        publisher.clock.pass_(0.5)
        if second == 2:
            publisher.published = [*publisher.published, stranger.published]
    assert await publisher.knows(OTHER_KEY_ID)
    assert 3 == publisher.fetches


async def test_keys_that_are_not_found_take_no_memory(publisher: Publisher) -> None:
    await publisher.find()
    publisher.clock.pass_(30)
    publisher.gate = asyncio.Event()
    held = [*vars(publisher.keys).items()]
    waiting = [asyncio.create_task(publisher.knows(f"forged {number}")) for number in range(2_000)]
    await until(lambda: publisher.fetches == 2)
    publisher.gate.set()
    assert not any(await asyncio.gather(*waiting))
    assert [name for name, _ in held] == [*vars(publisher.keys)]
    assert all(len(value) < 5 for value in vars(publisher.keys).values() if hasattr(value, "__len__"))
    assert 2 == publisher.fetches


async def test_fifty_who_wait_make_one_fetch(publisher: Publisher) -> None:
    publisher.gate = asyncio.Event()
    waiting = [asyncio.create_task(publisher.find()) for _ in range(50)]
    await until(lambda: publisher.fetches == 1)
    publisher.gate.set()
    assert 1 == len(set(map(id, await asyncio.gather(*waiting))))
    assert 1 == publisher.fetches


async def test_cancelled_waiter(publisher: Publisher) -> None:
    """When one who waits is cancelled the others still get the keys."""
    publisher.gate = asyncio.Event()
    first = asyncio.create_task(publisher.find())
    await until(lambda: publisher.fetches == 1)
    others = [asyncio.create_task(publisher.find()) for _ in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    others[0].cancel()
    publisher.gate.set()
    assert 2 == len(await asyncio.gather(*others[1:]))
    assert first.cancelled()
    assert others[0].cancelled()
    assert 1 == publisher.fetches


async def test_all_waiters_cancelled(publisher: Publisher) -> None:
    """When all who wait are cancelled the keys still come."""
    publisher.gate = asyncio.Event()
    only = asyncio.create_task(publisher.find())
    await until(lambda: publisher.fetches == 1)
    only.cancel()
    publisher.gate.set()
    await publisher.idle()
    assert await publisher.knows()
    assert 1 == publisher.fetches


async def test_failed_fetch(publisher: Publisher) -> None:
    """A fetch that fails is what is raised until one succeeds.

    Nobody can tell by then whether the key is unknown: a login must not look forged because the API is down.
    """
    publisher.failure = NotFoundError(404)
    for _ in range(3):
        with pytest.raises(NotFoundError):
            await publisher.find()
    assert 1 == publisher.fetches
    publisher.failure = None
    publisher.clock.pass_(1)
    assert await publisher.knows()
    assert not await publisher.knows("forged")


async def test_repeated_failure(publisher: Publisher) -> None:
    """A failure that is raised again does not grow."""
    publisher.failure = APIConnectionError("down")
    depths = set[int]()
    for _ in range(5):
        with pytest.raises(APIConnectionError) as caught:
            await publisher.find()
        assert caught.value.__context__ is None
        depths.add(len(caught.traceback))
    assert 2 >= len(depths)  # the one who waited, and the others


async def test_unusable_key_set(publisher: Publisher) -> None:
    """An answer without a usable key forgets none."""
    await publisher.find()
    publisher.published = []
    publisher.clock.pass_(MAX_AGE)
    assert await publisher.knows()
    await publisher.idle()
    assert await publisher.knows()
    publisher.clock.pass_(MAX_STALE)
    assert not await publisher.knows(), "but they do not serve for ever"


async def test_unretrieved_error(publisher: Publisher, caplog: pytest.LogCaptureFixture) -> None:
    """An error that nobody waited for is not logged."""
    await publisher.find()
    publisher.failure = APIConnectionError("down")
    publisher.clock.pass_(MAX_AGE)
    await publisher.find()
    await publisher.idle()
    gc.collect()
    assert [] == caplog.records
