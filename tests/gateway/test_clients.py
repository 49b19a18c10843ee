"""What clients see of a gateway: nothing but another address and another secret."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from stytch_b2b_async import AuthenticationError, Client, OrganizationNotFoundError, PermissionDeniedError
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.gateway import Gateway

from .conftest import READER, TOKEN


@pytest_asyncio.fixture
async def client(emulator: Emulator, gateway: Gateway) -> AsyncIterator[Client]:
    async with Client(emulator.project_id, TOKEN, base_url=gateway.url) as made:
        yield made


async def test_calls_and_errors_are_the_api_s_own(client: Client, emulator: Emulator) -> None:
    created = await client.organizations.create(organization_name="Through", organization_slug="through")
    organization_id = created.organization.organization_id
    async with emulator.client() as direct:
        assert (await direct.organizations.get(organization_id=organization_id)).organization == (
            await client.organizations.get(organization_id=organization_id)
        ).organization
    with pytest.raises(OrganizationNotFoundError) as missing:
        await client.organizations.get(organization_id="organization-test-00000000-0000-4000-8000-000000000000")
    assert (missing.value.request_id or "").startswith("request-id-test-")


async def test_a_token_within_its_allow_list(emulator: Emulator, gateway: Gateway) -> None:
    async with Client(emulator.project_id, READER, base_url=gateway.url) as reader:
        await reader.organizations.search()
        with pytest.raises(PermissionDeniedError, match=r"organizations\.create"):
            await reader.organizations.create(organization_name="Denied", organization_slug="denied")


async def test_the_project_s_own_secret_is_no_token(emulator: Emulator, gateway: Gateway) -> None:
    async with Client(emulator.project_id, emulator.secret, base_url=gateway.url) as other:
        with pytest.raises(AuthenticationError, match="gateway_token_invalid"):
            await other.organizations.search()
