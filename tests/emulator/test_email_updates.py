"""Changes of a member's own address, by a link to the new one."""

from typing import Any

import pytest
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Authorization
from stytch_b2b_async.api._shared.responses import MemberResponse

NEW = "countess@example.com"


async def start(tenant: Tenant, email: str = NEW, **options: Any) -> MemberResponse:
    return await tenant.client.organizations.members.start_email_update(
        organization_id=tenant.organization_id, member_id=tenant.member_id, email_address=email, **options
    )


async def test_email_update(acme: Tenant) -> None:
    """Address changes when the link is followed.

    It logs in, too; the old address is retired. By a session of the member's own.
    """
    own = Authorization(session_token=(await acme.reset()).session_token)
    assert ADA == (await start(acme, authorization=own)).member.email_address
    mail = acme.stytch.outbox.last(to=NEW, kind="email_update")
    assert "stytch_token_type=multi_tenant_magic_links" in mail.url
    login = await acme.client.magic_links.authenticate(magic_links_token=mail.token)
    assert (acme.member_id, NEW, True) == (login.member_id, login.member.email_address, login.member.email_address_verified)
    assert [ADA] == [retired.email_address for retired in login.member.retired_email_addresses]
    assert login.member_authenticated
    with refused("unable_to_auth_magic_link", 401):
        await acme.client.magic_links.authenticate(magic_links_token=mail.token)


async def test_link_expires_after_five_minutes(acme: Tenant) -> None:
    """The address stays."""
    await acme.reset()
    await start(acme)
    acme.stytch.advance(minutes=5)
    with refused("unable_to_auth_magic_link", 401):
        await acme.client.magic_links.authenticate(magic_links_token=acme.stytch.outbox[-1].token)
    found = await acme.client.organizations.members.get(organization_id=acme.organization_id, member_id=acme.member_id)
    assert ADA == found.member.email_address


async def test_members_who_cannot_change_their_address(acme: Tenant) -> None:
    """Those with an unverified one, and those who are not active."""
    with refused("member_has_no_active_verified_email"):
        await start(acme)
    made = await acme.client.organizations.members.create(
        organization_id=acme.organization_id, email_address="grace@example.com", create_member_as_pending=True
    )
    with refused("email_updates_available_only_for_active_members"):
        await acme.client.organizations.members.start_email_update(
            organization_id=acme.organization_id, member_id=made.member_id, email_address=NEW
        )


async def test_address_is_reserved_while_it_changes(acme: Tenant) -> None:
    """For five minutes, within the organization; one that somebody takes nevertheless stays theirs."""
    await acme.reset()
    members = acme.client.organizations.members
    grace = await members.create(organization_id=acme.organization_id, email_address="grace@example.com")
    with refused("duplicate_member_email"):
        await start(acme, "Grace@example.com")
    await acme.client.magic_links.email.login_or_signup(organization_id=acme.organization_id, email_address="grace@example.com")
    await acme.client.magic_links.authenticate(magic_links_token=acme.stytch.outbox[-1].token)
    await start(acme)
    token = acme.stytch.outbox[-1].token
    with refused("desired_email_updating_for_different_member"):
        await members.start_email_update(organization_id=acme.organization_id, member_id=grace.member_id, email_address=NEW.upper())
    await members.create(organization_id=acme.organization_id, email_address=NEW)
    with refused("unable_to_verify_member_email_update"):
        await acme.client.magic_links.authenticate(magic_links_token=token)


@pytest.mark.parametrize("email", ["nonsense", ""])
async def test_address_must_be_one(acme: Tenant, email: str) -> None:
    """Nothing is sent."""
    await acme.reset()
    count = len(acme.stytch.outbox)
    with refused("invalid_email"):
        await start(acme, email)
    assert count == len(acme.stytch.outbox)
