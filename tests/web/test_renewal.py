"""One renewal for all who wait, in whatever thread or event loop; what is remembered, and for how long."""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from support.heads import head, head_of

from stytch_b2b_async import BlockingClient, Verification
from stytch_b2b_async.api.sessions import Authenticate
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.emulator.transport import IN_PROCESS_URL
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.testing.fake import SignedIn
from stytch_b2b_async.verify.verifier import Verifier
from stytch_b2b_async.web import Auth, Granted, Refused, Request, Response, Route, member
from stytch_b2b_async.web import renewal as renewal_module

CALLERS = 12


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch() as fake:
        yield fake


@pytest.fixture
def stale(fake: FakeStytch) -> SignedIn:
    return fake.sign_in().age(minutes=6)


@pytest.fixture
def client(fake: FakeStytch) -> Iterator[BlockingClient]:
    with fake.blocking_client() as client:
        yield client


def operations(fake: FakeStytch) -> list[str]:
    return [call.operation for call in fake.calls]


async def test_tasks_share_one_call(fake: FakeStytch, stale: SignedIn) -> None:
    async with fake.client() as client:
        auth, asked = Auth(client), head_of(stale)
        found = await asyncio.gather(*(auth.decide(asked, member()) for _ in range(CALLERS)))
    assert {Granted} == {type(each) for each in found}
    assert 1 == len({each.token for each in found if isinstance(each, Granted)})
    assert ["sessions.authenticate"] == operations(fake)


def test_threads_share_one_call(fake: FakeStytch, stale: SignedIn, client: BlockingClient) -> None:
    auth, asked, together = Auth(client), head_of(stale), threading.Barrier(CALLERS)

    def decide(_: int) -> object:
        together.wait(10)
        return auth.decide_blocking(asked, member())

    with fake.slow(0.05), ThreadPoolExecutor(CALLERS) as threads:
        found = list(threads.map(decide, range(CALLERS)))
    assert {Granted} == {type(each) for each in found}
    assert ["sessions.authenticate"] == operations(fake)


def test_event_loops_share_one_call(fake: FakeStytch, stale: SignedIn) -> None:
    client = fake.client()
    auth, asked, together = Auth(client), head_of(stale), threading.Barrier(4)

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(auth.decide(asked, member()) for _ in range(3)))

    def run(_: int) -> list[Any]:
        together.wait(10)
        return asyncio.run(all_at_once())

    with fake.slow(0.05), ThreadPoolExecutor(4) as threads:
        found = [each for several in threads.map(run, range(4)) for each in several]
    assert {Granted} == {type(each) for each in found}
    assert ["sessions.authenticate"] == operations(fake)


async def test_cancelled_caller(fake: FakeStytch, stale: SignedIn) -> None:
    """A caller that is cancelled takes nobody with it. Browsers hang up: the renewal goes on, and its result is kept."""
    async with fake.client() as client:
        auth, asked = Auth(client), head_of(stale)
        with fake.slow(0.05):
            first = asyncio.create_task(auth.decide(asked, member()))
            second = asyncio.create_task(auth.decide(asked, member()))
            await asyncio.sleep(0.01)
            first.cancel()
            assert isinstance(await second, Granted)
        with pytest.raises(asyncio.CancelledError):
            await first
        assert isinstance(await auth.decide(asked, member()), Granted)
    assert ["sessions.authenticate"] == operations(fake)


async def test_an_outage_is_shared_too(fake: FakeStytch, stale: SignedIn) -> None:
    async with fake.client() as client:
        auth, asked = Auth(client), head_of(stale)
        with fake.down():
            found = await asyncio.gather(*(auth.decide(asked, member()) for _ in range(CALLERS)))
        assert {503} == {each.status for each in found if isinstance(each, Refused)}
        assert 1 == len(fake.calls)
        assert isinstance(await auth.decide(asked, member()), Granted)


async def test_a_call_that_takes_too_long_is_an_outage(fake: FakeStytch, stale: SignedIn) -> None:
    async with fake.client(timeout=0.05) as client:
        with fake.slow(1):
            refused = await Auth(client).decide(head_of(stale), member())
    assert isinstance(refused, Refused)
    assert (503, ()) == (refused.status, refused.outgoing.cookies)


async def test_a_blocking_client_can_be_awaited(stale: SignedIn, client: BlockingClient) -> None:
    assert isinstance(await Auth(client).decide(head_of(stale), member()), Granted)


def test_a_client_cannot_block(fake: FakeStytch, stale: SignedIn) -> None:
    with pytest.raises(TypeError, match="BlockingClient"):
        Auth(fake.client()).decide_blocking(head_of(stale), member())


def test_no_flight_is_left(stale: SignedIn, client: BlockingClient) -> None:
    auth = Auth(client)
    auth.decide_blocking(head_of(stale), member())
    gc.collect()
    assert 0 == len(auth.sessions._flights)


# What is remembered


class Clock:
    def __init__(self, auth: Auth) -> None:
        self._real: Callable[[], float] = auth._clock
        self._ahead = 0.0
        auth._clock = self

    def __call__(self) -> float:
        return self._real() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


def test_refused_credential_is_remembered(fake: FakeStytch, client: BlockingClient) -> None:
    """A refused credential is asked about again after thirty seconds."""
    auth, asked = Auth(client), head(("Cookie", "__Host-stytch_session=" + "x" * 44))
    clock = Clock(auth)
    for ahead, calls in ((0, 1), (29, 1), (2, 2)):
        clock.advance(ahead)
        assert isinstance(auth.decide_blocking(asked, member()), Refused)
        assert calls == len(fake.calls)


def test_ended_session_is_remembered(fake: FakeStytch, client: BlockingClient) -> None:
    """A session that ended here is refused until its JWTs are dead."""
    ada, auth = fake.sign_in(), Auth(client)
    clock, asked = Clock(auth), head_of(ada)
    assert isinstance(auth.decide_blocking(asked, member()), Granted)
    outgoing = auth.signed_out(asked, ada.member_session)
    assert {0} == {cookie.max_age for cookie in outgoing.cookies}
    assert isinstance(auth.decide_blocking(asked, member()), Refused)
    clock.advance(299)
    assert isinstance(auth.decide_blocking(asked, member()), Refused)
    assert [] == fake.calls


async def test_logout_during_a_renewal(fake: FakeStytch, stale: SignedIn) -> None:
    """A renewal that ends after the logout does not bring the session back."""
    token = stale.session_token
    async with fake.client() as client:
        auth = Auth(client)
        with fake.slow(0.1):
            waiting = asyncio.create_task(auth.decide(head(("Cookie", f"__Host-stytch_session={token}")), member()))
            await asyncio.sleep(0.02)
            auth.sessions.end_by(auth.sessions.by_token(token))
            decision = await waiting
        later = await auth.decide(head_of(stale), member())
    assert [401, 401] == [one.status for one in (decision, later) if isinstance(one, Refused)]
    assert ["sessions.authenticate"] == operations(fake)


def test_junk_is_not_forwarded_without_end(fake: FakeStytch, client: BlockingClient) -> None:
    """The API throttles projects that send too few good tokens: strangers are asked to come back, and members are not."""
    auth = Auth(client)
    clock = Clock(auth)
    statuses = [
        auth.decide_blocking(head(("Cookie", f"__Host-stytch_session=junk{n:040}")), member())
        for n in range(renewal_module.STRANGERS + 5)
    ]
    found = [each.status for each in statuses if isinstance(each, Refused)]
    assert [401] * renewal_module.STRANGERS + [503] * 5 == found
    assert renewal_module.STRANGERS == len(fake.calls)
    assert isinstance(auth.decide_blocking(head_of(fake.sign_in().age(minutes=6)), member()), Granted)
    clock.advance(2)
    last = auth.decide_blocking(head(("Cookie", "__Host-stytch_session=" + "y" * 44)), member())
    assert isinstance(last, Refused)
    assert 401 == last.status


def test_memories_are_bounded(fake: FakeStytch, client: BlockingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal_module, "MAX_SUCCESSORS", 4)
    monkeypatch.setattr(renewal_module, "MAX_ENDED", 4)
    auth = Auth(client)
    for number in range(10):
        ada = fake.sign_in(f"member{number}@example.com").age(minutes=6)
        assert isinstance(auth.decide_blocking(head_of(ada), member()), Granted)
        auth.sessions.end(f"session-{number}")
    assert (4, 4) == (len(auth.sessions._successors), len(auth.sessions._ended))


def test_nothing_that_is_shown_holds_a_token(stale: SignedIn, client: BlockingClient) -> None:
    auth = Auth(client)
    granted = auth.decide_blocking(head_of(stale), member())
    refused = auth.decide_blocking(head_of(stale), member(role="admin"))
    assert isinstance(granted, Granted)
    shown = repr((granted, refused, head_of(stale), auth, granted.outgoing))
    assert stale.session_token not in shown
    assert stale.session_jwt not in shown
    assert granted.token not in shown


async def test_slow_call(fake: FakeStytch, stale: SignedIn) -> None:
    """A route answers for a call that takes too long."""

    def handle(_request: Request, _verifier: Verifier, send: SendRequest) -> Flow[Response]:
        yield partial(send, Authenticate(session_token=stale.session_token))
        return Response(204)

    route, request = Route(("POST",), "/x", handle, "x"), Request(method="POST", headers=[], scheme="https")
    async with fake.client(timeout=0.05) as client:
        auth = Auth(client)
        with fake.slow(1):
            assert [503, 503] == [(await auth.respond(route, request)).status, (await auth.run(auth.answer(route, request))).status]
        assert 413 == (await auth.respond(route, Request(method="POST", headers=[], scheme="https", body=b"x" * 70_000))).status


def test_a_jwt_that_is_too_long_is_said_once(fake: FakeStytch, client: BlockingClient, caplog: pytest.LogCaptureFixture) -> None:
    auth = Auth(client)
    for email in ("ada@example.com", "bob@example.com"):
        who = fake.sign_in(email, session_custom_claims={"notes": "n" * 3_600}).age(minutes=6)
        assert isinstance(auth.decide_blocking(head_of(who), member()), Granted)
    assert ["WARNING"] == [record.levelname for record in caplog.records if "does not fit" in record.message]


def test_unverifiable_jwt(fake: FakeStytch, caplog: pytest.LogCaptureFixture) -> None:
    """A renewed JWT that cannot be verified is not written.

    As with an audience of a JWT template that `verification` does not name: it works, by a call each time.
    """
    ada = fake.sign_in()
    transport = fake.client()._sender.shared.transport
    elsewhere = Verification(audience="https://api.example.com", keys=[fake._backend.public_key])
    with BlockingClient(
        fake.project_id, fake.secret, base_url=IN_PROCESS_URL, transport=transport, verification=elsewhere
    ) as client:
        auth = Auth(client)
        for calls in (1, 2):
            granted = auth.decide_blocking(head(("Cookie", f"__Host-stytch_session={ada.session_token}")), member())
            assert isinstance(granted, Granted)
            assert (ada.member.member_id, ()) == (granted.principal.member_id, granted.outgoing.cookies)
            assert calls == len(fake.calls)
    assert ["WARNING"] == [record.levelname for record in caplog.records if "cannot be verified" in record.message]


# Configuration


def test_refused_project_credentials(
    fake: FakeStytch, stale: SignedIn, client: BlockingClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Credentials of the project that are refused are logged once."""
    auth = Auth(client)
    with fake.down(status=401):
        for _ in range(3):
            refused = auth.decide_blocking(head_of(stale), member())
            assert isinstance(refused, Refused)
            assert (500, ()) == (refused.status, refused.outgoing.cookies)
    assert ["ERROR"] == [record.levelname for record in caplog.records if record.levelname != "DEBUG"]
    assert stale.session_token not in caplog.text


def test_disallowed_duration(fake: FakeStytch, stale: SignedIn, client: BlockingClient) -> None:
    """A duration that the project does not allow logs nobody out. A 400 about an argument says nothing about the session."""
    with fake.down(status=400):
        refused = Auth(client, extend=60).decide_blocking(head_of(stale), member())
    assert isinstance(refused, Refused)
    assert (500, ()) == (refused.status, refused.outgoing.cookies)


def test_unavailable_policy(fake: FakeStytch, client: BlockingClient) -> None:
    """Policy that cannot be fetched is an outage."""
    with fake.down():
        refused = Auth(client).decide_blocking(head_of(fake.sign_in()), member(permission=("invoices", "read")))
    assert isinstance(refused, Refused)
    assert (503, ()) == (refused.status, refused.outgoing.cookies)


def test_unavailable_keys(fake: FakeStytch, client: BlockingClient) -> None:
    """Keys that cannot be fetched are an outage."""
    ada = fake.sign_in()
    transport = client._sender.shared.transport
    with BlockingClient(fake.project_id, fake.secret, base_url=IN_PROCESS_URL, transport=transport, max_attempts=1) as keyless:
        with fake.down():
            refused = Auth(keyless).decide_blocking(head_of(ada), member())
        assert isinstance(refused, Refused)
        assert (503, ()) == (refused.status, refused.outgoing.cookies)
