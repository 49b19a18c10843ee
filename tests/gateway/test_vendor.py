"""The vendor's SDK works through the gateway, with another address and another secret."""

import asyncio
from typing import Any

import aiohttp
import pytest

from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.gateway import Gateway

from .conftest import READER, TOKEN

stytch: Any = pytest.importorskip("stytch", reason="of the dependency groups bench, conformance and parity")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:stytch")  # aiohttp's, about what the vendor uses


async def test_the_vendor_s_sdk(emulator: Emulator, gateway: Gateway) -> None:
    """Responses and errors are the API's own; refusals of the gateway are errors of the same kind."""
    failed = stytch.core.response_base.StytchError
    async with aiohttp.ClientSession() as session:
        settings: dict[str, Any] = {"environment": f"{gateway.url}/", "suppress_warnings": True, "async_session": session}
        client = stytch.B2BClient(emulator.project_id, TOKEN, **settings)
        created = await client.organizations.create_async(organization_name="Vendor", organization_slug="vendor")
        organization_id = created.organization.organization_id
        given = {"organization_id": organization_id, "email_address": "ada@vendor.example"}
        member = (await client.organizations.members.create_async(**given)).member
        known = await asyncio.to_thread(client.organizations.members.get, organization_id, member_id=member.member_id)
        assert "ada@vendor.example" == known.member.email_address
        with pytest.raises(failed) as missing:
            await client.organizations.members.get_async(organization_id=organization_id, member_id="member-test-0")
        assert "member_not_found" == missing.value.details.error_type
        reader = stytch.B2BClient(emulator.project_id, READER, **settings)
        found = await reader.organizations.get_async(organization_id=organization_id)
        assert organization_id == found.organization.organization_id
        with pytest.raises(failed) as refused:
            await reader.organizations.delete_async(organization_id=organization_id)
        assert (403, "gateway_operation_not_allowed") == (refused.value.details.status_code, refused.value.details.error_type)
