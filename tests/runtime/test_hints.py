"""Errors say what is most likely wrong."""

import pickle
import traceback
from typing import Any

import pytest
from support.http_servers import PROJECT_ID, SECRET, Scripted, failed, serving

from stytch_b2b_async import APIConnectionError, APIError, AuthenticationError, BlockingClient, Client

DENIED = failed(401, "unauthorized_credentials")
LOGIN = {"organization_id": "o", "email_address": "ada@example.com", "password": "planted"}


def notes(error: BaseException) -> str:
    return " ".join(getattr(error, "__notes__", []))


async def hint(client: Client, **arguments: Any) -> str:
    """Tell the notes of the error of a call: of a login, given its arguments."""
    async with client:
        with pytest.raises(APIError) as caught:
            await (client.passwords.authenticate(**arguments) if arguments else client.debug.whoami())
    assert notes(caught.value) == notes(pickle.loads(pickle.dumps(caught.value)))  # noqa: S301  # its own
    assert notes(caught.value) in "".join(traceback.format_exception(caught.value))
    return notes(caught.value)


@pytest.fixture
async def closed_port() -> int:
    async with serving(DENIED) as server:
        return int(server.url.rpartition(":")[2])


async def test_an_emulator_that_is_not_running(closed_port: int) -> None:
    client = Client(PROJECT_ID, SECRET, base_url=f"http://127.0.0.1:{closed_port}", max_attempts=1)
    assert f"Is the emulator running? python -m stytch_b2b_async.emulator --port {closed_port}" == await hint(client)


def test_a_blocking_client_hints_too(closed_port: int) -> None:
    with BlockingClient(PROJECT_ID, SECRET, base_url=f"http://127.0.0.1:{closed_port}", max_attempts=1) as client:
        with pytest.raises(APIConnectionError) as caught:
            client.debug.whoami()
        assert "Is the emulator running?" in notes(caught.value)


async def test_a_host_elsewhere_is_no_emulator() -> None:
    client = Client(PROJECT_ID, SECRET, base_url="https://no-such-host.invalid", max_attempts=1)
    assert "" == await hint(client)


async def test_lost_answer_of_an_emulator() -> None:
    """An answer that broke off is of an emulator that runs."""
    lost = APIConnectionError("reset", maybe_applied=True)
    client = Client(PROJECT_ID, SECRET, base_url="http://127.0.0.1:1", transport=Failing(lost), max_attempts=1)
    assert "" == await hint(client)


async def test_https_towards_a_port_that_speaks_http() -> None:
    async with serving(DENIED) as server:
        client = Client(PROJECT_ID, SECRET, base_url=server.url.replace("http:", "https:"), max_attempts=1)
        assert "That port does not speak TLS: is it an http:// address?" == await hint(client)


async def test_swapped_credentials() -> None:
    """The project's credentials are told from a member's where only they were sent."""
    assert "did not accept project_id and secret" in await hint(Client(PROJECT_ID, SECRET, transport=Scripted(DENIED)))
    assert "client.debug.whoami()" in await hint(Client(PROJECT_ID, SECRET, transport=Scripted(DENIED)), **LOGIN)


async def test_missing_credentials() -> None:
    """A client without credentials needs a gateway."""
    client = Client(base_url="https://gateway.example.com", transport=Scripted(DENIED))
    assert "gateway that adds them" in await hint(client, **LOGIN)


async def test_another_401_is_what_it_says() -> None:
    denied = Scripted(failed(401, "unable_to_auth_magic_link"))
    async with Client(PROJECT_ID, SECRET, transport=denied) as client:
        with pytest.raises(AuthenticationError) as caught:
            await client.debug.whoami()
    assert "" == notes(caught.value)


class Failing:
    """A transport that only fails."""

    def __init__(self, failure: APIError) -> None:
        self.failure = failure

    async def send(self, call: object, *, connect_timeout: float) -> Any:
        raise self.failure
