"""SCIM connections are records: one of an organization, with a token that rotates."""

import asyncio
from typing import Any

from support.tenants import Tenant, refused

from stytch_b2b_async import Authorization
from stytch_b2b_async.models.scim_connection import SCIMConnectionWithToken


async def made(acme: Tenant) -> SCIMConnectionWithToken:
    """Create the connection."""
    response = await acme.client.scim.connection.create(organization_id=acme.organization_id, display_name="Okta")
    assert response.connection is not None
    return response.connection


async def shown(acme: Tenant) -> str | None:
    """Return the end of the token that the organization shows."""
    organization = (await acme.client.organizations.get(organization_id=acme.organization_id)).organization
    active = organization.scim_active_connection
    return active.bearer_token_last_four if active else None


async def test_lifecycle(acme: Tenant) -> None:
    """One connection; its organization shows it until it is deleted."""
    scim = acme.client.scim.connection
    with refused("no_active_scim_connection"):
        await scim.get(organization_id=acme.organization_id)
    connection = await made(acme)
    assert await shown(acme) == connection.bearer_token[-4:]
    with refused("active_scim_connection_exists"):
        await made(acme)
    names: dict[str, Any] = {"organization_id": acme.organization_id, "connection_id": connection.connection_id}
    updated = (await scim.update(**names, identity_provider="okta")).connection
    assert updated == (await scim.get(organization_id=acme.organization_id)).connection
    assert updated is not None
    assert ("Okta", "okta") == (updated.display_name, updated.identity_provider)
    assert [] == (await scim.get_groups(**names)).scim_groups
    await scim.delete(**names)
    assert await shown(acme) is None
    with refused("scim_connection_not_found", 404):
        await scim.delete(**names)
    await made(acme)


async def test_rotation(acme: Tenant) -> None:
    """The next token counts only once the rotation is complete."""
    scim = acme.client.scim.connection
    connection = await made(acme)
    names: dict[str, Any] = {"organization_id": acme.organization_id, "connection_id": connection.connection_id}
    with refused("scim_connection_not_rotating_token"):
        await scim.rotate_complete(**names)
    await scim.rotate_start(**names)
    await scim.rotate_cancel(**names)
    with refused("scim_connection_not_rotating_token"):
        await scim.rotate_cancel(**names)
    assert await shown(acme) == connection.bearer_token[-4:]
    following = (await scim.rotate_start(**names)).connection
    assert following is not None
    assert await shown(acme) == connection.bearer_token[-4:]
    await scim.rotate_complete(**names)
    assert await shown(acme) == following.next_bearer_token[-4:]


async def test_token_is_not_stored(acme: Tenant) -> None:
    """Only its end is."""
    connection = await made(acme)
    assert connection.bearer_token not in repr(await asyncio.to_thread(acme.stytch.state))


async def test_bad_updates(acme: Tenant) -> None:
    """Unknown identity providers, groups and limits are refused."""
    scim = acme.client.scim.connection
    connection = await made(acme)
    names: dict[str, Any] = {"organization_id": acme.organization_id, "connection_id": connection.connection_id}
    with refused("invalid_scim_idp"):
        await scim.update(**names, identity_provider="unknown")
    with refused("scim_group_role_assignment_group_does_not_exist"):
        await scim.update(
            **names, scim_group_implicit_role_assignments=[{"role_id": "stytch_admin", "group_id": "x", "group_name": "x"}]
        )
    with refused("user_search_invalid_cursor"):
        await scim.get_groups(**names, cursor="x")


async def test_members_need_a_role(acme: Tenant) -> None:
    """Each verb is an action on stytch.scim."""
    member = Authorization(session_token=(await acme.reset()).session_token)
    connection = await made(acme)
    scim = acme.client.scim.connection
    with refused("session_authorization_error", 403):
        await scim.get(organization_id=acme.organization_id, authorization=member)
    with refused("session_authorization_error", 403):
        await scim.rotate_start(organization_id=acme.organization_id, connection_id=connection.connection_id, authorization=member)
    await acme.client.organizations.members.update(
        organization_id=acme.organization_id, member_id=acme.member_id, roles=["stytch_admin"]
    )
    await scim.delete(organization_id=acme.organization_id, connection_id=connection.connection_id, authorization=member)
