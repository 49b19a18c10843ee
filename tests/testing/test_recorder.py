"""The recorder: a client without a server."""

from collections.abc import Iterator

import pytest

from stytch_b2b_async import APIConnectionError, AuthenticationError, BlockingClient, Client, RateLimitError
from stytch_b2b_async.api.organizations import OrganizationResponse
from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.models import Organization
from stytch_b2b_async.testing import RecorderTransport


@pytest.fixture
def recorder() -> RecorderTransport:
    return RecorderTransport()


@pytest.fixture
def client(recorder: RecorderTransport) -> Iterator[BlockingClient]:
    with BlockingClient("project-test-1", "secret-test-1", transport=recorder, max_attempts=1) as made:
        yield made


def test_examples_are_the_default(recorder: RecorderTransport, client: BlockingClient) -> None:
    """A program runs through, and what it asked is known."""
    client.organizations.members.get(organization_id="acme/x", member_id="ada")
    login = client.passwords.authenticate(organization_id="acme", email_address="ada@example.com", password="secret password")
    assert login.session_token
    first, second = recorder.calls
    assert ("organizations.members.get", {"organization_id": "acme/x"}, {"member_id": "ada"}) == (
        first.operation,
        first.path,
        first.query,
    )
    assert {"organization_id": "acme", "email_address": "ada@example.com", "password": "secret password"} == second.body
    assert "secret password" not in repr(recorder.calls)
    assert [second] == recorder.to("passwords.authenticate")


async def test_prepared_responses(recorder: RecorderTransport) -> None:
    """The newest counts, as often as it says; awaited, too."""
    recorder.respond("organizations.get", organization=Organization.example(organization_name="Acme"))
    other = OrganizationResponse.example(organization=Organization.example(organization_name="Other"))
    recorder.respond("organizations.get", other, times=1)
    async with Client("project-test-1", "secret-test-1", transport=recorder) as client:
        names = [(await client.organizations.get(organization_id="x")).organization.organization_name for _ in range(3)]
    assert ["Other", "Acme", "Acme"] == names


def test_prepared_errors(recorder: RecorderTransport, client: BlockingClient) -> None:
    """Of the API, or of the network."""
    recorder.fail("passwords.strength_check", 401, "unauthorized_credentials")
    with pytest.raises(AuthenticationError, match="unauthorized_credentials"):
        client.passwords.strength_check(password="x")
    recorder.fail("passwords.strength_check", 429, "too_many_requests", headers={"retry-after": "7"}, times=1)
    with pytest.raises(RateLimitError) as caught:
        client.passwords.strength_check(password="x")
    assert 7 == caught.value.retry_after
    recorder.fail("passwords.strength_check", APIConnectionError("no network"))
    with pytest.raises(APIConnectionError, match="no network"):
        client.passwords.strength_check(password="x")
    recorder.clear()
    assert 200 == client.passwords.strength_check(password="x").status_code
    assert 1 == len(recorder.calls)


def test_without_examples_everything_is_prepared() -> None:
    """A call that a test did not expect is an error."""
    recorder = RecorderTransport(examples=False)
    client = BlockingClient("project-test-1", "secret-test-1", transport=recorder)
    with client, pytest.raises(LookupError, match=r"no response is prepared for passwords\.strength_check"):
        client.passwords.strength_check(password="x")


def test_misuse(recorder: RecorderTransport) -> None:
    """An operation that does not exist, or another one's response."""
    with pytest.raises(ValueError, match=r"unknown operation organization\.get; did you mean organizations\.get\?"):
        recorder.respond("organization.get")
    with pytest.raises(ValueError, match="unknown operation"):
        recorder.fail("nothing", 500)
    with pytest.raises(ValueError, match="unknown operation"):
        recorder.to("nothing")
    with pytest.raises(TypeError, match="responds with"):
        recorder.respond("passwords.strength_check", OrganizationResponse.example())


@pytest.mark.parametrize("operation", endpoints())
def test_every_endpoint_has_an_example(operation: str) -> None:
    """Which can be sent: its response is JSON of the API's kind."""
    recorder = RecorderTransport()
    recorder.respond(operation)
