import asyncio
import threading
from typing import Any

import pytest
from support.tokens import (
    API,
    MACHINE_ID,
    PROJECT_ID,
    SECRET,
    Clock,
    Mode,
    Signer,
    machine_claims,
    refusal,
    until,
)

from stytch_b2b_async import APIConnectionError, BlockingClient, Client, DecodeError, MissingScopeError, TokenTooOldError
from stytch_b2b_async.api.m2m import _token_source as token_source
from stytch_b2b_async.api.m2m._token_source import ERROR_RETRY_INTERVAL
from stytch_b2b_async.verify import scopes

CHECK = "m2m.authenticate_token"
CREDENTIALS = {"client_id": MACHINE_ID, "client_secret": "a secret that nobody may see"}


# Tokens


async def test_a_genuine_token_tells_who_the_machine_is(mode: Mode, signer: Signer) -> None:
    claims = await mode(CHECK, access_token=signer.token(machine_claims(tier="gold")))
    assert MACHINE_ID == claims.client_id
    assert ["read:documents", "write:documents"] == claims.scopes
    assert {"tier": "gold"} == claims.custom_claims


@pytest.mark.parametrize("sub", [MACHINE_ID, "a-name-that-its-maker-chose"])
async def test_a_machine_may_repeat_its_id_and_have_any(sub: str, mode: Mode, signer: Signer) -> None:
    claims = await mode(CHECK, access_token=signer.token(machine_claims(sub=sub, client_id=sub)))
    assert sub == claims.client_id
    assert {} == claims.custom_claims


@pytest.mark.parametrize("scope", [None, "", " "])
async def test_a_machine_may_have_no_scopes(scope: str | None, mode: Mode, signer: Signer) -> None:
    token = signer.token(machine_claims(scope=scope))
    assert [] == (await mode(CHECK, access_token=token)).scopes
    assert isinstance(await refusal(mode, CHECK, token, required_scopes=["read:documents"]), MissingScopeError)


async def test_immutable_claims(mode: Mode, signer: Signer) -> None:
    """Nobody can change what the next caller is told."""
    token = signer.token(machine_claims(nested={"deep": [1]}))
    claims = await mode(CHECK, access_token=token)
    claims.custom_claims["nested"]["deep"].append(2)
    claims.scopes.append("admin:everything")
    untouched = await mode(CHECK, access_token=token)
    assert {"nested": {"deep": [1]}} == untouched.custom_claims
    assert ["read:documents", "write:documents"] == untouched.scopes


async def test_max_token_age(mode: Mode, signer: Signer) -> None:
    """A token older than the caller takes is refused."""
    token = signer.token(machine_claims())
    assert await mode(CHECK, access_token=token, max_token_age=100)
    assert isinstance(await refusal(mode, CHECK, token, max_token_age=0), TokenTooOldError)


GRANTED, MISSING = True, False


@pytest.mark.parametrize(
    ("held", "required", "outcome"),
    [
        ("read:documents", [], GRANTED),
        ("read:documents", ["read:documents"], GRANTED),
        ("read:documents", ["write:documents"], MISSING),
        ("read:documents", ["read:documents", "write:documents"], MISSING),
        ("read:documents write:documents", ["write:documents", "read:documents"], GRANTED),
        ("read:*", ["read:documents"], GRANTED),
        ("read:*", ["read:documents", "read:invoices"], GRANTED),
        ("read:*", ["write:documents"], MISSING),
        ("read:*", ["read:*"], GRANTED),
        ("read:documents", ["read:*"], MISSING),
        ("*:documents", ["read:documents"], MISSING),
        ("*:*", ["read:documents"], MISSING),
        ("*", ["read:documents"], MISSING),
        ("*", ["*"], GRANTED),
        ("read:doc*", ["read:documents"], MISSING),
        ("READ:documents", ["read:documents"], MISSING),
        ("read:api:documents", ["read:api:documents"], GRANTED),
        ("read:api:documents", ["read:api:invoices"], MISSING),
        ("read:*", ["read:api:documents"], GRANTED),
        ("read:api:*", ["read:api:documents"], MISSING),
        ("read:api:documents:x", ["read:api:documents"], MISSING),
        ("read", ["read"], GRANTED),
        ("read:*", ["read"], MISSING),
        ("read", ["read:documents"], MISSING),
        (":documents", [":documents"], GRANTED),
        ("read:", ["read:"], GRANTED),
        ("read:*", ["read:"], GRANTED),
        ("  read:documents\t write:documents ", ["write:documents"], GRANTED),
        ("read:documents", [""], MISSING),
    ],
)
async def test_scopes_are_held_to_the_vendors_rules(
    held: str, required: list[str], outcome: object, signer: Signer, api: API
) -> None:
    """`action:resource`, where colons beyond the first belong to the resource, and `*` is every resource, never every action."""
    client = Client(PROJECT_ID, SECRET, transport=api)
    token = signer.token(machine_claims(scope=held))
    if outcome is GRANTED:
        assert held.split() == (await client.m2m.authenticate_token(access_token=token, required_scopes=required)).scopes
    else:
        with pytest.raises(MissingScopeError):
            await client.m2m.authenticate_token(access_token=token, required_scopes=required)


def test_first_missing_scope() -> None:
    """A refusal names the first scope that is missing."""
    with pytest.raises(MissingScopeError, match="'write:documents'"):
        scopes.require(["read:documents"], ["read:documents", "write:documents", "burn:documents"])


async def test_required_scopes_must_be_a_list(mode: Mode) -> None:
    with pytest.raises(TypeError, match="required_scopes"):
        await mode(CHECK, access_token="x", required_scopes="read:documents")


# The source of tokens


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(token_source, "monotonic", made)
    return made


class Source:
    """A token source, awaited or blocking."""

    def __init__(self, mode: Mode) -> None:
        self.source: Any = mode.client.with_options(max_attempts=1).m2m.token_source(**CREDENTIALS)
        self._awaited = isinstance(mode.client, Client)

    async def token(self) -> str:
        found: str = await (self.source.token() if self._awaited else asyncio.to_thread(self.source.token))
        return found

    async def idle(self) -> None:
        await until(lambda: not self.source._state.token.refresh.under_way)


@pytest.fixture
def source(mode: Mode) -> Source:
    return Source(mode)


async def test_a_hundred_callers_make_one_request(source: Source, api: API) -> None:
    assert {"token 1"} == set(await asyncio.gather(*(source.token() for _ in range(100))))
    assert ["token"] == api.asked


def test_a_hundred_threads_make_one_request(api: API) -> None:
    with BlockingClient(PROJECT_ID, SECRET, transport=api) as client:
        source = client.m2m.token_source(client_id=MACHINE_ID, client_secret="a secret")
        start, got = threading.Barrier(100), list[str]()

        def get() -> None:
            start.wait()
            got.append(source.token())

        threads = [threading.Thread(target=get) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert ["token 1"] * 100 == got
    assert ["token"] == api.asked


async def test_lazy_first_request(mode: Mode, api: API) -> None:
    """Nothing is asked before somebody needs a token."""
    Source(mode)
    assert [] == api.asked


async def test_served_until_a_minute_before_expiry(source: Source, api: API, clock: Clock) -> None:
    """A token serves until a minute before its end."""
    for _ in range(3):
        assert "token 1" == await source.token()
    clock.pass_(3_600 - 61)
    assert "token 1" == await source.token()
    assert ["token"] == api.asked


async def test_renewal_in_background(source: Source, api: API, clock: Clock) -> None:
    """A token is renewed before its end while it still serves."""
    await source.token()
    clock.pass_(3_600 - 59)
    api.held = True
    assert {"token 1"} == set(await asyncio.gather(*(source.token() for _ in range(20))))  # nobody waits
    await until(lambda: api.count("token") == 2)
    api.held = False
    await source.idle()
    assert "token 2" == await source.token()
    assert 2 == api.count("token")


async def test_renewal_just_before_expiry(source: Source, clock: Clock) -> None:
    """A token that is about to end is waited for."""
    await source.token()
    clock.pass_(3_600 - 9)
    assert "token 2" == await source.token()


async def test_short_lived_token(source: Source, api: API, clock: Clock) -> None:
    """A short lived token is renewed in the last tenth of its life."""
    api.expires_in = 100
    await source.token()
    clock.pass_(89)
    assert "token 1" == await source.token()
    clock.pass_(2)
    await source.token()
    await source.idle()
    assert "token 2" == await source.token()


async def test_outage_during_renewal(source: Source, api: API, clock: Clock) -> None:
    """A token that cannot be renewed serves to its end."""
    await source.token()
    api.failure = APIConnectionError("down")
    for left in (59, 9, 1):
        clock.now = 1_000 + 3_600 - left
        assert "token 1" == await source.token()
        await source.idle()
    clock.pass_(1)
    with pytest.raises(APIConnectionError, match="down"):
        await source.token()
    api.failure = None
    assert "token 2" == await source.token()


async def test_one_failed_renewal_for_all(source: Source, api: API, clock: Clock) -> None:
    """A renewal that fails is not tried by every caller."""
    await source.token()
    api.failure = 400
    for left in (59, 8):
        api.asked.clear()
        clock.now = 1_000 + 3_600 - left
        for _ in range(10):
            assert "token 1" == await source.token()
            await source.idle()
        assert ["token"] == api.asked
    clock.pass_(ERROR_RETRY_INTERVAL)
    await source.token()
    assert ["token", "token"] == api.asked


async def test_first_token_unavailable(source: Source, api: API) -> None:
    """A first token that cannot be had is an error to all who wait and not for ever."""
    api.failure = APIConnectionError("down")
    outcomes = await asyncio.gather(*(source.token() for _ in range(5)), return_exceptions=True)
    assert all(isinstance(outcome, APIConnectionError) for outcome in outcomes)
    api.failure = None
    assert "token 1" == await source.token()


async def test_discarded_token(source: Source, api: API) -> None:
    """A discarded token is not handed out again."""
    assert "token 1" == await source.token()
    source.source.discard()
    assert "token 2" == await source.token()
    source.source.discard()
    api.failure = APIConnectionError("down")
    with pytest.raises(APIConnectionError):
        await source.token()


async def test_concurrent_discards(source: Source, api: API) -> None:
    """A hundred who discard the same token make one request."""
    refused = await source.token()
    for _ in range(100):
        source.source.discard(refused)
        assert "token 2" == await source.token()
    assert 2 == api.count("token")


async def test_cancelled_waiter(api: API) -> None:
    """A caller that is cancelled takes nothing from the others."""
    api.held = True
    source = Client(PROJECT_ID, SECRET, transport=api).m2m.token_source(client_id=MACHINE_ID, client_secret="a secret")
    waiting = [asyncio.create_task(source.token()) for _ in range(3)]
    await until(lambda: api.count("token") == 1)
    waiting[0].cancel()
    api.held = False
    assert ["token 1"] * 2 == await asyncio.gather(*waiting[1:])
    assert 1 == api.count("token")


@pytest.mark.parametrize("life", [0, -5, None, "soon"])
async def test_a_token_without_a_life_serves_once(life: Any, source: Source, api: API) -> None:
    api.expires_in = life
    assert "token 1" == await source.token()
    assert "token 2" == await source.token()


async def test_huge_lifetime(source: Source, api: API) -> None:
    """A token may live longer than a clock can count."""
    api.expires_in = 10**400
    assert ["token 1"] * 2 == [await source.token(), await source.token()]


async def test_a_reply_without_a_token_is_an_error(source: Source, api: API, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_answer", lambda *_: {"token_type": "bearer", "expires_in": 3_600})
    with pytest.raises(DecodeError, match="access_token"):
        await source.token()


def test_a_source_shows_no_secret(api: API) -> None:
    client = BlockingClient(PROJECT_ID, SECRET, transport=api)
    source = client.m2m.token_source(**CREDENTIALS)
    source.token()
    client.close()
    assert f"TokenSource(client_id={MACHINE_ID!r})" == repr(source)
