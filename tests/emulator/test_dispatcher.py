"""Costly work: in a bounded pool, outside of the transaction, and checked again after it."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD, Tenant, refused

from stytch_b2b_async import RateLimitError
from stytch_b2b_async.emulator import Emulator, dispatcher
from stytch_b2b_async.emulator.rules.passwords.hashing import HashPassword, VerifyPassword
from stytch_b2b_async.emulator.rules.passwords.strength import EstimateStrength


class Gate:
    """Holds every check of a password until it is opened, and notes the threads."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.opened = threading.Event()
        self.threads: set[str] = set()

    def wait(self) -> None:
        """Wait for the gate."""
        self.threads.add(threading.current_thread().name)
        self.entered.release()
        assert self.opened.wait(20)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made, run = Gate(), VerifyPassword.run

    def held(self: VerifyPassword) -> bool:
        made.wait()
        return run(self)

    monkeypatch.setattr(VerifyPassword, "run", held)
    yield made
    made.opened.set()


async def entered(gate: Gate, times: int = 1) -> None:
    for _ in range(times):
        assert await asyncio.to_thread(gate.entered.acquire, timeout=20)


async def test_concurrent_hashing(acme: Tenant, gate: Gate) -> None:
    """Others are answered while a password is checked. Neither the loop nor the database waits for it."""
    await acme.reset()
    login = asyncio.create_task(acme.log_in())
    await entered(gate)
    assert set() != await acme.sessions()
    assert 200 == (await acme.client.organizations.create(organization_name="Other")).status_code
    gate.opened.set()
    assert (await login).member_authenticated
    assert all(name.startswith("stytch-emulator-work") for name in gate.threads)


async def test_password_changed_during_check(acme: Tenant, gate: Gate) -> None:
    """Password that changes meanwhile does not log in. The state is read again after the check: the new hash is what counts."""
    await acme.reset()
    login = asyncio.create_task(acme.log_in())
    await entered(gate)
    await acme.reset(OTHER_PASSWORD)
    gate.opened.set()
    with refused("unauthorized_credentials", 401):
        await login


async def test_member_locked_meanwhile_does_not_log_in(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the password was right when it was checked."""
    await acme.reset()
    gate, run = Gate(), VerifyPassword.run

    def held(self: VerifyPassword) -> bool:
        if self.password == PASSWORD:
            gate.wait()
        return run(self)

    monkeypatch.setattr(VerifyPassword, "run", held)
    login = asyncio.create_task(acme.log_in())
    await entered(gate)
    await acme.fail(10)
    gate.opened.set()
    with refused("user_lock_limit_reached", 429):
        await login


async def test_mailed_token_race(acme: Tenant) -> None:
    """Mailed token works once for two at the same time. Both hash; the second finds the token used."""
    token = await acme.mailed_token()
    calls = [
        acme.client.passwords.email.reset(password_reset_token=token, password=password) for password in (PASSWORD, OTHER_PASSWORD)
    ]
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert 1 == sum(isinstance(answer, Exception) for answer in found)
    assert 1 == len(await acme.sessions())


async def test_concurrent_failures(acme: Tenant) -> None:
    """Failures at the same time are all counted. None is lost to another's transaction."""
    await acme.reset()
    await asyncio.gather(*(acme.fail(1) for _ in range(10)))
    with refused("user_lock_limit_reached", 429):
        await acme.log_in()


async def test_waiting_work_is_bounded(monkeypatch: pytest.MonkeyPatch, gate: Gate) -> None:
    """Calls beyond are refused at once, and change nothing; room comes back."""
    monkeypatch.setattr(dispatcher, "MAX_WAITING", 3)
    async with Emulator() as stytch, stytch.client(max_attempts=1) as client:
        acme = await Tenant.make(stytch, client)
        await acme.reset()
        logins = [asyncio.create_task(acme.log_in()) for _ in range(3)]
        await entered(gate, dispatcher.MAX_WORKERS)
        while acme.stytch._started().opened.dispatcher.waiting < 3:  # noqa: ASYNC110  # nothing tells
            await asyncio.sleep(0.01)
        with pytest.raises(RateLimitError, match="too_many_requests"):
            await acme.log_in()
        gate.opened.set()
        assert all(login.member_authenticated for login in await asyncio.gather(*logins))
        assert (await acme.log_in()).member_authenticated


async def test_cancelled_callers_leave_room(acme: Tenant, gate: Gate) -> None:
    """Whether their work has begun or not."""
    await acme.reset()
    logins = [asyncio.create_task(acme.log_in()) for _ in range(5)]
    await entered(gate, dispatcher.MAX_WORKERS)
    for login in logins:
        login.cancel()
    await asyncio.wait(logins)
    gate.opened.set()
    deadline = time.monotonic() + 20
    while acme.stytch._started().opened.dispatcher.waiting:  # nothing tells
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("work", [HashPassword(PASSWORD), VerifyPassword("hash", PASSWORD), EstimateStrength(PASSWORD, ADA)])
def test_work_does_not_show_passwords(work: object) -> None:
    """In no repr."""
    assert PASSWORD not in repr(work)


def test_work_that_fails_is_an_internal_error(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """And changes nothing."""

    def broken(_: HashPassword) -> str:
        raise MemoryError("inside")

    monkeypatch.setattr(HashPassword, "run", broken)
    with Emulator() as stytch, stytch.blocking_client(max_attempts=1) as client:
        client.passwords.discovery.email.reset_start(email_address=ADA)
        token = stytch.outbox[-1].token
        with refused("internal_server_error", 500):
            client.passwords.discovery.email.reset(password_reset_token=token, password=PASSWORD)
        monkeypatch.undo()
        assert client.passwords.discovery.email.reset(password_reset_token=token, password=PASSWORD).intermediate_session_token
    assert "inside" in caplog.text
