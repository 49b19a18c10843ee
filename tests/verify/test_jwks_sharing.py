"""Key fetches are shared between callers, threads and event loops; verified tokens depend on their keys."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from support.jwks import Publisher
from support.tokens import (
    API,
    MEMBER_ID,
    PROJECT_ID,
    SECRET,
    Mode,
    Signer,
    member_of,
    session_claims,
    until,
)

from stytch_b2b_async import BlockingClient, Client, UnknownKeyError
from stytch_b2b_async.concurrency.refreshing import Entry
from stytch_b2b_async.verify import signature
from stytch_b2b_async.verify.jwks_cache import JWKSCache


async def test_jwks_url(mode: Mode, api: API, signer: Signer) -> None:
    """Keys come from the address of the B2B API."""
    await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    assert [f"/v1/b2b/sessions/jwks/{PROJECT_ID}"] == api.paths


async def test_concurrent_first_checks(mode: Mode, api: API, signer: Signer) -> None:
    """Fifty first checks at once make one key fetch and one policy fetch."""
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


async def test_fetch_of_another_loop(api: API, signer: Signer) -> None:
    """Who waits in another loop shares the fetch."""
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


async def test_fetch_of_an_ended_loop(api: API, signer: Signer) -> None:
    """A fetch whose loop has ended is begun anew."""
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


async def test_loop_that_ends_meanwhile(api: API, signer: Signer) -> None:
    """Who waits for a loop that ends fetches without it."""
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


async def test_removed_key(api: API, signer: Signer, stranger: Signer) -> None:
    """A verified token is forgotten when its key leaves the set."""
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


async def test_refresh_by_cached_tokens(api: API, signer: Signer, stranger: Signer) -> None:
    """A verified token alone keeps its keys fresh.

    A key that was withdrawn does not live on because nobody brings another token.
    """
    client = Client(PROJECT_ID, SECRET, transport=api)
    token = signer.token(session_claims())
    await client.sessions.authenticate_jwt_local(session_jwt=token)
    api.signers = [stranger]
    age(client._sender.verifier.keys, 900)
    await client.sessions.authenticate_jwt_local(session_jwt=token)
    await until(lambda: not client._sender.verifier.keys._published.refresh.under_way)
    with pytest.raises(UnknownKeyError):
        await client.sessions.authenticate_jwt_local(session_jwt=token)


async def test_missing_joserfc(mode: Mode, api: API, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without joserfc the error tells what to install."""
    token = signer.token(session_claims())
    signature._rs256.cache_clear()
    monkeypatch.setitem(sys.modules, "joserfc.jws", None)
    for _ in range(2):
        with pytest.raises(ImportError, match="pip install joserfc"):
            await mode("sessions.authenticate_jwt_local", session_jwt=token)
    with pytest.raises(ImportError, match="joserfc"):
        JWKSCache(Publisher().fetch, [signer.published])
    assert [] == api.asked
