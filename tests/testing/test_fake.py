"""The Stytch in memory."""

import asyncio
import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from stytch_b2b_async import (
    APIConnectionError,
    APITimeoutError,
    BadSignatureError,
    BlockingClient,
    Client,
    MissingScopeError,
    RateLimitError,
    SessionNotFoundError,
    TokenExpiredError,
    UnknownKeyError,
)
from stytch_b2b_async.testing import FakeStytch, TokenMinter
from stytch_b2b_async.web import Auth, Granted, Refused, RequestHead, member


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch(roles={"editor": {"invoices": ["update"]}}) as made:
        yield made


@pytest.fixture
def client(fake: FakeStytch) -> Iterator[BlockingClient]:
    with fake.blocking_client() as made:
        yield made


def test_a_fresh_session_needs_no_call(fake: FakeStytch, client: BlockingClient) -> None:
    ada = fake.sign_in(organization="acme", roles=["editor"])
    session = client.sessions.authenticate_jwt_local(session_jwt=ada.session_jwt)
    assert (ada.member_session.member_session_id, "acme") == (session.member_session_id, session.organization_slug)
    assert ["stytch_member", "editor"] == session.roles
    assert [] == fake.calls


def test_credentials(fake: FakeStytch) -> None:
    """Cookies have the names for HTTPS and for plain HTTP."""
    ada = fake.sign_in()
    names = {"stytch_session": ada.session_token, "stytch_session_jwt": ada.session_jwt}
    assert {**names, **{f"__Host-{name}": value for name, value in names.items()}} == ada.cookies
    assert {"Authorization": f"Bearer {ada.session_jwt}"} == ada.headers
    assert ada.session_token not in repr(ada)


def test_calls_are_recorded_with_what_they_asked(fake: FakeStytch, client: BlockingClient) -> None:
    ada = fake.sign_in()
    client.sessions.authenticate(session_token=ada.session_token)
    (call,) = fake.calls
    assert ("sessions.authenticate", {"session_token": ada.session_token}) == (call.operation, call.body)


async def test_awaited(fake: FakeStytch) -> None:
    async with fake.client() as client:
        found = await client.organizations.create(organization_name="Acme")
        assert "acme" == (await client.organizations.get(organization_id="acme")).organization.organization_slug
    assert found.organization.organization_name == "Acme"


class TestAge:
    def test_expired_jwt(self, fake: FakeStytch, client: BlockingClient) -> None:
        """An old JWT is expired and the session lives."""
        ada = fake.sign_in()
        young = ada.session_jwt
        assert ada.age(minutes=6).session_jwt != young
        with pytest.raises(TokenExpiredError):
            client.sessions.authenticate_jwt_local(session_jwt=ada.session_jwt)
        refreshed = client.sessions.authenticate_jwt(session_jwt=ada.session_jwt)
        assert 5 * 60 > time.time() - refreshed.member_session.last_accessed_at.timestamp()
        client.sessions.authenticate_jwt_local(session_jwt=refreshed.session_jwt)

    def test_factors_age_too(self, fake: FakeStytch, client: BlockingClient) -> None:
        ada = fake.sign_in().age(minutes=4)
        session = client.sessions.authenticate_jwt_local(session_jwt=ada.session_jwt)
        (factor,) = session.authentication_factors
        assert factor.last_authenticated_at is not None
        assert 239 <= time.time() - factor.last_authenticated_at.timestamp() <= 250

    def test_it_adds_up_until_the_session_ends(self, fake: FakeStytch, client: BlockingClient) -> None:
        ada = fake.sign_in(session_duration_minutes=10)
        ada.age(minutes=6)
        client.sessions.authenticate(session_jwt=ada.session_jwt)
        ada.age(minutes=6)
        with pytest.raises(SessionNotFoundError):
            client.sessions.authenticate(session_token=ada.session_token)

    def test_claims_stay(self, fake: FakeStytch, client: BlockingClient) -> None:
        ada = fake.sign_in(session_custom_claims={"plan": "gold"}).age(seconds=30)
        session = client.sessions.authenticate_jwt_local(session_jwt=ada.session_jwt)
        assert {"plan": "gold"} == session.custom_claims

    def test_nobody_grows_younger(self, fake: FakeStytch) -> None:
        with pytest.raises(ValueError, match="give how much older"):
            fake.sign_in().age()


def test_revoked_session(fake: FakeStytch, client: BlockingClient) -> None:
    """A revoked session is seen once its JWT is old."""
    ada = fake.sign_in()
    ada.revoke()
    client.sessions.authenticate_jwt_local(session_jwt=ada.session_jwt)
    with pytest.raises(SessionNotFoundError):
        client.sessions.authenticate_jwt(session_jwt=ada.age(minutes=6).session_jwt)


def test_an_impersonator(fake: FakeStytch, client: BlockingClient) -> None:
    ada = fake.sign_in(impersonator="help@example.com")
    session = client.sessions.authenticate_jwt_local(session_jwt=ada.session_jwt)
    assert ["impersonated"] == [factor.type for factor in session.authentication_factors]
    assert 1 == len(client.sessions.get(organization_id="acme", member_id=ada.member.member_id).member_sessions)


def test_a_machine(fake: FakeStytch, client: BlockingClient) -> None:
    machine = fake.machine("read:x")
    found = client.m2m.authenticate_token(access_token=machine.access_token, required_scopes=["read:x"])
    assert machine.client_id == found.client_id
    with pytest.raises(MissingScopeError):
        client.m2m.authenticate_token(access_token=machine.access_token, required_scopes=["write:x"])
    with pytest.raises(TokenExpiredError):
        client.m2m.authenticate_token(access_token=machine.age(hours=2).access_token)


def test_a_connected_app(fake: FakeStytch, client: BlockingClient) -> None:
    """The API knows its token, too."""
    app = fake.connected_app("openid", "read:invoices", organization="acme", client_type="third_party_public")
    found = client.idp.introspect_access_token_local(access_token=app.access_token)
    assert (app.client_id, "acme", "openid read:invoices") == (found.client_id, found.organization_slug, found.scope)
    seen = client.idp.introspect_token_network(token=app.access_token, client_id=app.client_id)
    assert (True, found.subject) == (seen.active, seen.sub)


def test_what_others_signed_is_not_genuine(fake: FakeStytch, client: BlockingClient) -> None:
    """Tokens with a name of the project but another key, and tokens of another fake, which has the same key."""
    forged = TokenMinter(fake.project_id).session_jwt()
    with pytest.raises(UnknownKeyError):
        client.sessions.authenticate_jwt_local(session_jwt=forged)
    with FakeStytch() as other, pytest.raises(Exception, match="not issued by this project"):
        client.sessions.authenticate_jwt_local(session_jwt=other.sign_in().session_jwt)
    genuine = fake.sign_in().session_jwt
    with pytest.raises(BadSignatureError):
        client.sessions.authenticate_jwt_local(session_jwt=genuine[:-8] + "AAAAAAA" + genuine[-1])


class TestOutages:
    def test_down_and_up(self, fake: FakeStytch, client: BlockingClient) -> None:
        fake.down()
        started = time.monotonic()
        with pytest.raises(APIConnectionError):
            client.organizations.search()
        assert 0.3 > time.monotonic() - started
        fake.up()
        client.organizations.search()
        assert ["organizations.search"] * 2 == [call.operation for call in fake.calls]

    def test_for_a_block(self, fake: FakeStytch, client: BlockingClient) -> None:
        with fake.down("organizations.*", status=429) as outage:
            client.passwords.strength_check(password="a guess")
            with pytest.raises(RateLimitError):
                client.organizations.search()
        assert 1 == outage.calls
        client.organizations.search()

    def test_slow(self, fake: FakeStytch, client: BlockingClient) -> None:
        with fake.slow(0.2), pytest.raises(APITimeoutError):
            client.with_options(timeout=0.05).organizations.search()
        client.with_options(timeout=5).organizations.search()


def test_behind_an_application(fake: FakeStytch) -> None:
    """Whose own client comes back afterwards."""
    ada, own = fake.sign_in(), Client("project-test-1", "secret-test-1")
    auth = Auth(own)
    head = RequestHead(method="GET", scheme="https", headers=[(b"authorization", ada.headers["Authorization"].encode())])
    with fake.behind(auth):
        assert isinstance(asyncio.run(auth.decide(head, member())), Granted)
    assert isinstance(asyncio.run(auth.decide(head, member())), Refused)
    assert own is auth.client


def test_an_unknown_role_is_refused(fake: FakeStytch) -> None:
    with pytest.raises(ValueError, match="juggler"):
        fake.sign_in(roles=["juggler"])


def test_it_starts_fast() -> None:
    """Under 50 ms, after the first of a process; the best of some, for a busy machine."""

    def taken() -> float:
        started = time.perf_counter()
        with FakeStytch() as another:
            another.sign_in()
        return time.perf_counter() - started

    assert 0.05 > min(taken() for _ in range(5))


def test_unclosed_fake() -> None:
    """Nothing is left of one that nobody closed. Once another one is opened."""
    before = set(threading.enumerate())
    FakeStytch().sign_in()
    (its_thread,) = set(threading.enumerate()) - before
    gc.collect()
    FakeStytch().close()
    its_thread.join(5)
    assert not its_thread.is_alive(), its_thread


def test_a_client_outlives_its_fake() -> None:
    """It keeps what answers it."""
    client = FakeStytch().blocking_client()
    gc.collect()
    with client:
        client.organizations.search()


def test_a_missing_dependency_names_the_extra() -> None:
    program = "import sys; sys.modules['segno'] = None; from stytch_b2b_async.testing import FakeStytch"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # ours
    assert "FakeStytch needs segno: pip install 'stytch-b2b-async[emulator]'" in ran.stderr


def test_unclosed_fake_and_new_threads() -> None:
    """One that nobody closed is collected while threads start.

    The garbage collector may come while the lock is held that starting a thread takes: ending it there would wait for ever.
    """
    from concurrent.futures import thread

    fake: FakeStytch | None = FakeStytch()
    lock = vars(thread)["_global_shutdown_lock"]
    collected = threading.Event()

    def collect() -> None:
        nonlocal fake
        with lock:
            fake = None
            gc.collect()
        collected.set()

    threading.Thread(target=collect, daemon=True).start()
    assert collected.wait(10)
    with FakeStytch() as later:  # which ends it
        assert [] == later.calls
