"""Whatever is slow, the event loop goes on, as ticks of another task between two events show; and a fork goes on, too."""

import asyncio
import os
import signal
import time
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from support.tokens import (
    API,
    APP_ID,
    MACHINE_ID,
    ORGANIZATION,
    ORGANIZATION_ID,
    PROJECT_ID,
    SECRET,
    Signer,
    member_of,
    session_claims,
    until,
)

from stytch_b2b_async import APITimeoutError, BlockingClient, Client, MissingRoleError, Verification

READ = {"organization_id": ORGANIZATION_ID, "resource_id": "document", "action": "read"}


class Ticker:
    """A task that counts how often the loop comes round, and how long the longest round was."""

    def __init__(self) -> None:
        self.ticks = 0
        self.longest = 0.0

    async def run(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            self.ticks += 1
            now = time.perf_counter()
            self.longest, last = max(self.longest, now - last), now


@asynccontextmanager
async def ticking() -> AsyncIterator[Ticker]:
    ticker = Ticker()
    task = asyncio.create_task(ticker.run())
    await asyncio.sleep(0)
    try:
        yield ticker
    finally:
        task.cancel()


async def goes_on(ticker: Ticker, is_waiting: Callable[[], bool]) -> None:
    """Wait for the moment in which something slow is waited for, and see the loop come round a thousand times meanwhile."""
    await until(is_waiting)
    before = ticker.ticks
    await until(lambda: ticker.ticks >= before + 1_000)


async def test_a_slow_key_fetch_does_not_stall_the_loop(api: API, signer: Signer) -> None:
    api.held = True
    client = Client(PROJECT_ID, SECRET, transport=api)
    token = signer.token(session_claims())
    async with ticking() as ticker:
        waiting = [asyncio.create_task(client.sessions.authenticate_jwt_local(session_jwt=token)) for _ in range(50)]
        await goes_on(ticker, lambda: api.count("jwks") == 1)
        assert not any(task.done() for task in waiting)
        api.held = False
        assert 50 == len(await asyncio.gather(*waiting))
    assert ["jwks"] == api.asked


async def test_slow_policy(api: API, signer: Signer) -> None:
    """A slow policy fetch does not stall the loop."""
    client = Client(PROJECT_ID, SECRET, transport=api, verification=Verification(keys=[signer.published]))
    session = await client.sessions.authenticate_jwt_local(session_jwt=signer.token(session_claims()))
    api.held = True
    async with ticking() as ticker:
        waiting = asyncio.create_task(client.rbac.authorize(member_session=session, authorization_check=READ))
        await goes_on(ticker, lambda: api.count("policy") == 1)
        api.held = False
        assert (await waiting).authorized


async def test_slow_introspection(api: API) -> None:
    """Introspection by the API does not stall the loop for its policy."""
    organization = {"organization_id": ORGANIZATION_ID, "slug": "acme"}
    api.authenticated = {"active": True, "scope": "read:documents", ORGANIZATION: organization}
    client = Client(PROJECT_ID, SECRET, transport=api)
    ask = client.idp.introspect_token_network(token="a token", client_id=APP_ID, authorization_check=READ)
    api.held = True
    async with ticking() as ticker:
        waiting = asyncio.create_task(ask)
        await goes_on(ticker, lambda: api.count("introspect") == 1)
        before = ticker.ticks
        api.held = False
        await until(lambda: api.count("policy") == 1)
        assert before < ticker.ticks
        assert (await waiting).active


async def test_a_slow_token_does_not_stall_the_loop(api: API) -> None:
    api.held = True
    source = Client(PROJECT_ID, SECRET, transport=api).m2m.token_source(client_id=MACHINE_ID, client_secret="a secret")
    async with ticking() as ticker:
        waiting = asyncio.create_task(source.token())
        await goes_on(ticker, lambda: api.count("token") == 1)
        api.held = False
        assert "token 1" == await waiting


async def test_many_fresh_tokens(api: API, signer: Signer) -> None:
    """A thousand fresh tokens leave the others their turns.

    A check with everything at hand does not await: whoever checks many in a row yields between them, or each in its own task.
    """
    client = Client(PROJECT_ID, SECRET, transport=api, verification=Verification(keys=[signer.published]))
    tokens = [signer.token(session_claims(sub=f"member-test-{number}")) for number in range(100)]

    async def check(token: str) -> None:
        await client.sessions.authenticate_jwt_local(session_jwt=token)
        await asyncio.sleep(0)

    async with ticking() as ticker:
        before = ticker.ticks
        for token in tokens:
            await check(token)
        assert before + 100 <= ticker.ticks


async def test_a_deadline_holds_while_keys_are_fetched(api: API, signer: Signer) -> None:
    api.held = True
    client = Client(PROJECT_ID, SECRET, transport=api, timeout=0.02)
    with pytest.raises(APITimeoutError, match=r"within 0\.02 s"):
        await client.sessions.authenticate_jwt_local(session_jwt=signer.token(session_claims()))
    api.held = False
    await until(lambda: not client._sender.verifier.keys._published.refresh.under_way)
    assert await member_of(client, signer.token(session_claims()))
    assert 1 == api.count("jwks"), "what others gave up waiting for is there for the next"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_fork_while_locked(api: API, signer: Signer) -> None:
    """A child that was forked while its parent held the locks checks tokens."""
    client = BlockingClient(PROJECT_ID, SECRET, transport=api)
    client.sessions.authenticate_jwt_local(session_jwt=signer.token(session_claims()), authorization_check=READ)
    other = signer.token(session_claims({"roles": ["editor"]}))
    verifier = client._sender.verifier
    with verifier.tokens._lock, verifier.policies._lock, verifier.keys._published.refresh._lock, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads is what is tried here
        child = os.fork()
        if child == 0:
            signal.alarm(10)  # a child that hangs is a child that fails
            refused = False
            try:
                client.sessions.authenticate_jwt_local(session_jwt=other, authorization_check=READ)
            except MissingRoleError:
                refused = True
            finally:
                os._exit(0 if refused else 1)
    _, status = os.waitpid(child, 0)
    client.close()
    assert 0 == status
