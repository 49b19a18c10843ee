import asyncio
import gc
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from support.tokens import (
    API,
    KEY_ID,
    MEMBER_ID,
    OTHER_KEY_ID,
    PROJECT_ID,
    SECRET,
    Clock,
    Mode,
    Signer,
    member_of,
    session_claims,
    until,
)

from stytch_b2b_async import APIConnectionError, BlockingClient, Client, NotFoundError, StytchError, UnknownKeyError, Verification
from stytch_b2b_async.concurrency.flow import run_async
from stytch_b2b_async.concurrency.refreshing import Entry
from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.verify import signature
from stytch_b2b_async.verify.jwks_cache import MAX_KEYS, MAX_STALE, JWKSCache

MAX_AGE = 900


class Publisher:
    """What keys are fetched from, with a clock."""

    def __init__(self, *published: Mapping[str, Any]) -> None:
        self.clock = Clock()
        self.published: Iterable[Mapping[str, Any]] = published
        self.headers: Mapping[str, str] = {"cache-control": f"max-age={MAX_AGE}"}
        self.failure: StytchError | None = None
        self.gate: asyncio.Event | None = None
        self.fetches = 0
        self.keys = JWKSCache(self.fetch, clock=self.clock)

    async def fetch(self) -> Any:
        self.fetches += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.published, self.headers

    async def find(self, key_id: str = KEY_ID) -> RSAKey:
        return await run_async(self.keys.find(key_id))

    async def knows(self, key_id: str = KEY_ID) -> bool:
        try:
            await self.find(key_id)
        except UnknownKeyError:
            return False
        return True

    async def idle(self) -> None:
        """Wait until nothing is fetched any more."""
        await until(lambda: not self.keys._published.refresh.under_way)


@pytest.fixture
def publisher(signer: Signer) -> Publisher:
    return Publisher(signer.published)


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


async def test_keys_serve_for_an_hour_past_their_life_while_they_cannot_be_fetched(publisher: Publisher) -> None:
    await publisher.find()
    publisher.failure = APIConnectionError("down")
    publisher.clock.pass_(MAX_AGE + MAX_STALE - 1)
    assert await publisher.knows()
    await publisher.idle()
    publisher.clock.pass_(60)
    with pytest.raises(APIConnectionError, match="down"):
        await publisher.find()


async def test_in_an_outage_keys_are_asked_for_once_a_cool_down(publisher: Publisher) -> None:
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
async def test_the_life_of_keys_is_what_the_api_says_within_reason(header: str, lifetime: int, publisher: Publisher) -> None:
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


async def test_a_new_key_is_fetched_when_it_is_first_met(publisher: Publisher, signer: Signer, stranger: Signer) -> None:
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


async def test_a_forged_key_that_is_met_again_and_again_causes_one_fetch_a_cool_down(publisher: Publisher) -> None:
    await publisher.find()
    for _ in range(91):
        assert not await publisher.knows("forged")
        publisher.clock.pass_(1)
    assert 1 + 3 == publisher.fetches


async def test_a_key_that_was_met_too_early_is_found_after_the_cool_down(publisher: Publisher, stranger: Signer) -> None:
    """Keys may live for a day: nobody can wait for their end."""
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


async def test_when_one_who_waits_is_cancelled_the_others_still_get_the_keys(publisher: Publisher) -> None:
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


async def test_when_all_who_wait_are_cancelled_the_keys_still_come(publisher: Publisher) -> None:
    publisher.gate = asyncio.Event()
    only = asyncio.create_task(publisher.find())
    await until(lambda: publisher.fetches == 1)
    only.cancel()
    publisher.gate.set()
    await publisher.idle()
    assert await publisher.knows()
    assert 1 == publisher.fetches


async def test_a_fetch_that_fails_is_what_is_raised_until_one_succeeds(publisher: Publisher) -> None:
    """Nobody can tell by then whether the key is unknown: a login must not look forged because the API is down."""
    publisher.failure = NotFoundError(404)
    for _ in range(3):
        with pytest.raises(NotFoundError):
            await publisher.find()
    assert 1 == publisher.fetches
    publisher.failure = None
    publisher.clock.pass_(1)
    assert await publisher.knows()
    assert not await publisher.knows("forged")


async def test_a_failure_that_is_raised_again_does_not_grow(publisher: Publisher) -> None:
    publisher.failure = APIConnectionError("down")
    depths = set[int]()
    for _ in range(5):
        with pytest.raises(APIConnectionError) as caught:
            await publisher.find()
        assert caught.value.__context__ is None
        depths.add(len(caught.traceback))
    assert 2 >= len(depths)  # the one who waited, and the others


async def test_an_answer_without_a_usable_key_forgets_none(publisher: Publisher) -> None:
    await publisher.find()
    publisher.published = []
    publisher.clock.pass_(MAX_AGE)
    assert await publisher.knows()
    await publisher.idle()
    assert await publisher.knows()
    publisher.clock.pass_(MAX_STALE)
    assert not await publisher.knows(), "but they do not serve for ever"


def weak() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {**RSAKey.generate_key(1024).as_dict(private=False), "kid": KEY_ID}


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "EC"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"use": "enc"},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"kid": None},
        {"kid": 5},
        {"kid": ["x"]},
        {"n": None},
        {"n": ""},
        {"n": "AQAB"},
        {"n": 5},
        {"e": None},
        {"e": "!"},
        {"e": ""},
        {"kty": None},
        "weak",
    ],
)
async def test_a_key_that_cannot_check_rs256_is_passed_over(change: Any, signer: Signer, stranger: Signer) -> None:
    bad = weak() if change == "weak" else {**signer.published, **change}
    publisher = Publisher(bad, stranger.published)
    assert not await publisher.knows(KEY_ID)
    assert await publisher.knows(OTHER_KEY_ID)


async def test_only_so_many_keys_of_an_answer_are_kept(signer: Signer) -> None:
    publisher = Publisher(*({**signer.published, "kid": f"key {number}"} for number in range(MAX_KEYS * 2)))
    await publisher.knows()
    entry = publisher.keys._published.entry
    assert entry is not None
    assert MAX_KEYS == len(entry.value)


async def test_seeds_need_no_network(signer: Signer, api: API) -> None:
    api.failure = APIConnectionError("down")
    for seed in (signer.published, JWK(**signer.published)):
        async with Client(PROJECT_ID, SECRET, transport=api, verification=Verification(keys=[seed])) as client:
            assert await member_of(client, signer.token(session_claims()))
    assert [] == api.asked


async def test_seeds_are_no_reason_to_miss_a_rotation(signer: Signer, stranger: Signer, api: API) -> None:
    api.signers = [stranger]
    async with Client(PROJECT_ID, SECRET, transport=api, verification=Verification(keys=[signer.published])) as client:
        assert await member_of(client, stranger.token(session_claims()))
    assert ["jwks"] == api.asked


async def test_seeds_are_refreshed_when_they_are_old(signer: Signer) -> None:
    publisher = Publisher(signer.published)
    publisher.keys = JWKSCache(publisher.fetch, [signer.published], publisher.clock)
    await publisher.find()
    assert 0 == publisher.fetches
    publisher.clock.pass_(900)
    await publisher.find()
    await until(lambda: publisher.fetches == 1)


async def test_keys_come_from_the_address_of_the_b2b_api(mode: Mode, api: API, signer: Signer) -> None:
    await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    assert [f"/v1/b2b/sessions/jwks/{PROJECT_ID}"] == api.paths


async def test_fifty_first_checks_at_once_make_one_key_fetch_and_one_policy_fetch(mode: Mode, api: API, signer: Signer) -> None:
    check = {"organization_id": session_claims()["https://stytch.com/organization"]["organization_id"]}
    tokens = [signer.token(session_claims(sub=f"member-test-{number}")) for number in range(50)]
    sessions = await asyncio.gather(
        *(
            mode(
                "sessions.authenticate_jwt_local",
                session_jwt=token,
                authorization_check={**check, "resource_id": "document", "action": "read"},
            )
            for token in tokens
        )
    )
    assert 50 == len({session.member_id for session in sessions})
    assert ["jwks", "policy"] == api.asked


def test_fifty_threads_make_one_key_fetch(api: API, signer: Signer) -> None:
    """All at once, from the very first call: no two of them may make a place for keys of their own."""
    token = signer.token(session_claims())
    for _ in range(5):
        api.asked.clear()
        with BlockingClient(PROJECT_ID, SECRET, transport=api) as client:
            start = threading.Barrier(50)

            def check(client: BlockingClient = client, start: threading.Barrier = start) -> None:
                start.wait()
                client.sessions.authenticate_jwt_local(session_jwt=token)

            threads = [threading.Thread(target=check) for _ in range(50)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert ["jwks"] == api.asked


@asynccontextmanager
async def other_loop() -> AsyncIterator[asyncio.AbstractEventLoop]:
    """Run an event loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()


async def test_who_waits_in_another_loop_shares_the_fetch(api: API, signer: Signer) -> None:
    api.held = True
    token = signer.token(session_claims())
    client = Client(PROJECT_ID, SECRET, transport=api)
    async with other_loop() as loop:
        there = asyncio.run_coroutine_threadsafe(client.sessions.authenticate_jwt_local(session_jwt=token), loop)
        await until(lambda: api.count("jwks") == 1)
        here = asyncio.create_task(client.sessions.authenticate_jwt_local(session_jwt=token))
        await asyncio.sleep(0.01)
        api.held = False
        assert await here == await asyncio.wrap_future(there)
    assert ["jwks"] == api.asked


async def test_a_fetch_whose_loop_has_ended_is_begun_anew(api: API, signer: Signer) -> None:
    api.held = True
    token = signer.token(session_claims())
    client = Client(PROJECT_ID, SECRET, transport=api)

    def begin_and_leave() -> None:
        async def begin() -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    await client.sessions.authenticate_jwt_local(session_jwt=token)

        asyncio.run(begin())

    await asyncio.to_thread(begin_and_leave)
    api.held = False
    client._sender.verifier.keys._last_fetch -= 1
    assert await member_of(client, token)
    assert 2 == api.count("jwks")


async def test_who_waits_for_a_loop_that_ends_fetches_without_it(api: API, signer: Signer) -> None:
    api.held = True
    token = signer.token(session_claims())
    client = Client(PROJECT_ID, SECRET, transport=api)
    ending = asyncio.Event()
    here = asyncio.get_running_loop()

    async def begin() -> None:
        asking = asyncio.create_task(client.sessions.authenticate_jwt_local(session_jwt=token))
        await until(lambda: api.count("jwks") == 1)
        here.call_soon_threadsafe(ending.set)
        await asyncio.sleep(0.02)
        asking.cancel()

    thread = asyncio.create_task(asyncio.to_thread(asyncio.run, begin()))
    await ending.wait()
    waiting = asyncio.create_task(client.sessions.authenticate_jwt_local(session_jwt=token))
    await thread
    await until(lambda: api.count("jwks") == 2)
    api.held = False
    assert MEMBER_ID == (await waiting).member_id


async def test_an_error_that_nobody_waited_for_is_not_logged(publisher: Publisher, caplog: pytest.LogCaptureFixture) -> None:
    await publisher.find()
    publisher.failure = APIConnectionError("down")
    publisher.clock.pass_(MAX_AGE)
    await publisher.find()
    await publisher.idle()
    gc.collect()
    assert [] == caplog.records


async def test_a_verified_token_is_forgotten_when_its_key_leaves_the_set(api: API, signer: Signer, stranger: Signer) -> None:
    api.signers = [signer, stranger]
    client = Client(PROJECT_ID, SECRET, transport=api)
    token = signer.token(session_claims())
    assert await member_of(client, token)
    api.signers = [stranger]
    keys = client._sender.verifier.keys
    await keys._published.refresh.wait(keys._published.refresh.generation)
    keys._last_fetch -= 30
    with pytest.raises(UnknownKeyError):
        await client.sessions.authenticate_jwt_local(session_jwt=token)


def age(keys: JWKSCache, seconds: float) -> None:
    """Let keys be as if they had been fetched so long ago."""
    entry = keys._published.entry
    assert entry is not None
    keys._last_fetch -= seconds
    keys._published.entry = Entry(entry.value, entry.refresh_at - seconds, entry.blocking_at - seconds, entry.expires_at - seconds)


async def test_a_verified_token_alone_keeps_its_keys_fresh(api: API, signer: Signer, stranger: Signer) -> None:
    """A key that was withdrawn does not live on because nobody brings another token."""
    client = Client(PROJECT_ID, SECRET, transport=api)
    token = signer.token(session_claims())
    await client.sessions.authenticate_jwt_local(session_jwt=token)
    api.signers = [stranger]
    age(client._sender.verifier.keys, 900)
    await client.sessions.authenticate_jwt_local(session_jwt=token)
    await until(lambda: not client._sender.verifier.keys._published.refresh.under_way)
    with pytest.raises(UnknownKeyError):
        await client.sessions.authenticate_jwt_local(session_jwt=token)


async def test_without_joserfc_the_error_tells_what_to_install(
    mode: Mode, api: API, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signer.token(session_claims())
    signature._rs256.cache_clear()
    monkeypatch.setitem(sys.modules, "joserfc.jws", None)
    for _ in range(2):
        with pytest.raises(ImportError, match="pip install joserfc"):
            await mode("sessions.authenticate_jwt_local", session_jwt=token)
    with pytest.raises(ImportError, match="joserfc"):
        JWKSCache(Publisher().fetch, [signer.published])
    assert [] == api.asked
