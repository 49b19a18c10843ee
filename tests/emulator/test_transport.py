"""The emulator without a socket."""

import asyncio
import socket
import threading

import pytest
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import APIConnectionError, Client
from stytch_b2b_async.emulator import Emulator


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every connection an error."""

    def refuse(*_: object) -> None:
        raise AssertionError("no socket is needed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)


@pytest.mark.usefixtures("no_sockets")
async def test_client_in_process() -> None:
    """The whole way from a mailed link to a session, over no network at all."""
    async with Emulator(listen=False) as stytch, stytch.client(strict=True) as client:
        acme = await Tenant.make(stytch, client)
        assert (await acme.reset()).member_authenticated
        assert (await acme.log_in()).member_authenticated
        with refused("unauthorized_credentials", 401):
            await acme.log_in("wrong")
        await client.sessions.get(organization_id=acme.organization_id, member_id=acme.member_id)


async def test_wrong_secret_in_process() -> None:
    """The transport carries credentials like any other."""
    async with Emulator(listen=False) as stytch, stytch.client() as client:
        transport = stytch._transport  # what client() uses
        async with Client(stytch.project_id, "secret-test-x", base_url=stytch.url, transport=transport) as stranger:
            with refused("unauthorized_credentials", 401):
                await stranger.organizations.get(organization_id="acme")
        assert 200 == (await client.passwords.strength_check(password="x")).status_code


def test_blocking_client_in_process() -> None:
    """From threads and from loops at once."""
    with Emulator(listen=False) as stytch, stytch.blocking_client() as client:
        answers: list[str] = []

        def create(n: int) -> None:
            answers.append(client.organizations.create(organization_name=f"Acme {n}").organization.organization_id)

        threads = [threading.Thread(target=create, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        asyncio.run(_create(stytch, answers))
        for thread in threads:
            thread.join()
        assert 9 == len(set(answers))


async def _create(stytch: Emulator, answers: list[str]) -> None:
    async with stytch.client() as client:
        answers.append((await client.organizations.create(organization_name="Acme")).organization.organization_id)


async def test_stopped_emulator_is_a_connection_error() -> None:
    """As a closed port is."""
    emulator = Emulator(listen=False)
    async with emulator as stytch:
        client = stytch.client(max_attempts=1)
    with pytest.raises(APIConnectionError, match="not running"):
        await client.passwords.strength_check(password="x")
    await client.close()


async def test_mail_in_process() -> None:
    """The outbox is the same."""
    async with Emulator(listen=False) as stytch, stytch.client() as client:
        await client.passwords.discovery.email.reset_start(email_address=ADA)
        assert stytch.outbox.last(to=ADA).token in stytch.outbox.last(to=ADA).url
