"""Ids of the other environment are rejected before anything is looked up."""

import uuid

import pytest
from support.tenants import Tenant, refused

from stytch_b2b_async.emulator import Emulator

LIVE = f"organization-live-{uuid.uuid4()}"


async def test_live_id_in_test_project(acme: Tenant) -> None:
    """In the path, in the query, and in the body."""
    members, sessions = acme.client.organizations.members, acme.client.sessions
    with refused("live_id_used_in_test_environment"):
        await acme.client.organizations.get(organization_id=LIVE)
    with refused("live_id_used_in_test_environment"):
        await members.get(organization_id=acme.organization_id, member_id=f"member-live-{uuid.uuid4()}")
    with refused("live_id_used_in_test_environment"):
        await sessions.revoke(member_session_id=f"session-live-{uuid.uuid4()}")


async def test_test_id_in_live_project() -> None:
    """The other way round."""
    async with Emulator("project-live-1", "secret-live-1") as stytch, stytch.client() as client:
        with refused("test_id_used_in_live_environment"):
            await client.organizations.get(organization_id=LIVE.replace("live", "test"))


@pytest.mark.parametrize("slug", ["acme-live-x", "my-live-demo", "organization-live-1"])
async def test_other_names_are_looked_up(acme: Tenant, slug: str) -> None:
    """A slug or external id may contain the words."""
    with refused("organization_not_found", 404):
        await acme.client.organizations.get(organization_id=slug)
