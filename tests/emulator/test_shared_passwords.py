from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD, Tenant, refused

from stytch_b2b_async import Authorization, Client
from stytch_b2b_async.emulator import Emulator, ProjectSettings


@pytest_asyncio.fixture
async def scoped() -> AsyncIterator[Tenant]:
    """A tenant of a project whose organizations have passwords of their own."""
    settings = ProjectSettings(cross_organization_passwords=False)
    async with Emulator(settings=settings) as stytch, stytch.client(max_attempts=1) as client:
        yield await Tenant.make(stytch, client)


async def test_shared_password(acme: Tenant) -> None:
    """A shared password is good in all organizations. Also in one that is joined later."""
    other = await Tenant.make(acme.stytch, acme.client)
    await acme.reset()
    assert (await other.log_in()).member_authenticated
    later = await Tenant.make(acme.stytch, acme.client)
    assert (await later.log_in()).member_authenticated


async def test_separate_password(scoped: Tenant) -> None:
    """A password of an organization is good there alone. Each has its own."""
    other = await Tenant.make(scoped.stytch, scoped.client)
    await scoped.reset()
    with refused("member_password_not_found", 404):
        await other.log_in()
    await other.reset(OTHER_PASSWORD)
    assert (await scoped.log_in()).member_authenticated


async def test_endpoints_of_shared_passwords(scoped: Tenant) -> None:
    """What is for shared passwords is refused without them. All of it."""
    passwords = scoped.client.passwords
    with refused("cross_org_passwords_not_enabled"):
        await passwords.email.require_reset(email_address=ADA)
    with refused("cross_org_passwords_not_enabled"):
        await passwords.discovery.authenticate(email_address=ADA, password=PASSWORD)
    with refused("cross_org_passwords_not_enabled"):
        await passwords.discovery.email.reset_start(email_address=ADA)
    with refused("cross_org_passwords_not_enabled"):
        await passwords.discovery.email.reset(password_reset_token="x" * 44, password=PASSWORD)


async def test_require_reset_of_single_member(acme: Tenant) -> None:
    """Require reset deletes a password that one active member uses. And tells whose it was; no session ends."""
    await acme.reset()
    live = await acme.sessions()
    required = await acme.client.passwords.email.require_reset(email_address=ADA)
    assert required.member is not None
    assert required.organization is not None
    assert (acme.member_id, "") == (required.member_id, required.member.member_password_id)
    assert acme.organization_id == required.organization.organization_id
    assert live == await acme.sessions()
    with refused("member_password_not_found", 404):
        await acme.log_in()
    await acme.reset()
    assert (await acme.log_in()).member_authenticated


async def test_require_reset_of_shared_password(acme: Tenant) -> None:
    """Require reset keeps a password that several members share from logging in.

    Until it is chosen anew, in any organization.
    """
    other = await Tenant.make(acme.stytch, acme.client)
    await acme.reset()
    required = await acme.client.passwords.email.require_reset(email_address=ADA)
    assert (None, None, None) == (required.member_id, required.member, required.organization)
    for tenant in (acme, other):
        with refused("member_reset_password"):
            await tenant.log_in()
    with refused("member_reset_password"):
        await acme.client.passwords.discovery.authenticate(email_address=ADA, password=PASSWORD)
    await other.reset(OTHER_PASSWORD)
    assert (await acme.log_in(OTHER_PASSWORD)).member_authenticated


async def test_require_reset_counts_active_members(acme: Tenant) -> None:
    """Require reset counts active members alone. A pending one does not keep the password."""
    other = await acme.client.organizations.create(organization_name="Other")
    await acme.client.organizations.members.create(
        organization_id=other.organization.organization_id, email_address=ADA, create_member_as_pending=True
    )
    await acme.reset()
    await acme.client.passwords.email.require_reset(email_address=ADA)
    with refused("member_password_not_found", 404):
        await acme.log_in()


async def test_require_reset_response(acme: Tenant) -> None:
    """Require reset answers with whom it is told of. By organization, by member, by both; others are not found."""
    other = await Tenant.make(acme.stytch, acme.client)
    await acme.reset()
    require = acme.client.passwords.email.require_reset
    naming: list[dict[str, Any]] = [
        {"organization_id": acme.organization_id},
        {"member_id": acme.member_id},
        {"organization_id": acme.organization_id, "member_id": acme.member_id},
    ]
    for named in naming:
        assert acme.member_id == (await require(email_address=ADA, **named)).member_id
    mistaken: list[dict[str, Any]] = [
        {"organization_id": acme.organization_id, "member_id": other.member_id},
        {"member_id": "member-test-00000000-0000-4000-8000-000000000000"},
    ]
    for wrong in mistaken:
        with refused("member_not_found", 404):
            await require(email_address=ADA, **wrong)
    with refused("organization_not_found", 404):
        await require(email_address=ADA, organization_id="nobody")


async def test_require_reset_of_unknown_email(acme: Tenant) -> None:
    """Require reset of an address that nobody has tells nothing. Twice, too: it may be repeated."""
    for _ in range(2):
        required = await acme.client.passwords.email.require_reset(email_address="eve@example.com")
        assert (None, None) == (required.member_id, required.member)


async def test_require_reset_as_a_member(acme: Tenant) -> None:
    """A member may have their own password reset and an admin anybody's. Nobody from elsewhere, and no session that is over."""
    email = acme.client.passwords.email
    own = Authorization(session_token=(await acme.reset()).session_token)
    assert (await email.require_reset(email_address=ADA, authorization=own)).member_id == acme.member_id
    made = await acme.client.organizations.members.create(
        organization_id=acme.organization_id, email_address="root@example.com", roles=["stytch_admin"]
    )
    assert made.member.is_admin
    await email.reset_start(organization_id=acme.organization_id, email_address="root@example.com")
    admin = await email.reset(password_reset_token=acme.stytch.outbox[-1].token, password=OTHER_PASSWORD)
    with refused("session_authorization_error", 403):
        await email.require_reset(email_address="root@example.com", authorization=own)
    by_admin = Authorization(session_jwt=admin.session_jwt)
    assert acme.member_id == (await email.require_reset(email_address=ADA, authorization=by_admin)).member_id
    other = await Tenant.make(acme.stytch, acme.client, "grace@example.com")
    with refused("session_authorization_tenancy_error", 403):
        await email.require_reset(email_address="grace@example.com", organization_id=other.organization_id, authorization=by_admin)
    with refused("session_not_found", 404):
        await email.require_reset(email_address=ADA, authorization=Authorization(session_token="x" * 44))
    with refused("member_not_found", 404):
        await email.require_reset(email_address="eve@example.com", authorization=by_admin)


async def test_a_discovery_login_lists_where_it_leads(acme: Tenant) -> None:
    """With what each organization still asks for."""
    await Tenant.make(acme.stytch, acme.client, mfa_policy="REQUIRED_FOR_ALL")
    await Tenant.make(acme.stytch, acme.client, auth_methods="RESTRICTED", allowed_auth_methods=["sso"])
    await acme.reset()
    found = await acme.client.passwords.discovery.authenticate(email_address=ADA, password=PASSWORD)
    assert (ADA, 44) == (found.email_address, len(found.intermediate_session_token))
    open_one, guarded, closed = found.discovered_organizations
    assert open_one.membership is not None
    assert open_one.membership.member is not None
    assert ("active_member", acme.member_id) == (open_one.membership.type, open_one.membership.member.member_id)
    assert [True, False, False] == [one.member_authenticated for one in (open_one, guarded, closed)]
    assert guarded.mfa_required is not None
    assert closed.primary_required is not None
    assert ["sso"] == closed.primary_required.allowed_auth_methods


@pytest.mark.parametrize("verified", [True, False])
async def test_discovery_by_domain(client: Client, stytch: Emulator, verified: bool) -> None:  # noqa: FBT001  # a case
    """Discovery finds organizations that a domain opens. Once somebody with a verified address of it is there."""
    tenant = await Tenant.make(stytch, client, email_jit_provisioning="RESTRICTED", email_allowed_domains=["Example.com"])
    if verified:
        await tenant.reset()
    await client.passwords.discovery.email.reset_start(email_address="grace@example.com")
    found = await client.passwords.discovery.email.reset(password_reset_token=stytch.outbox[-1].token, password=PASSWORD)
    types = [one.membership.type for one in found.discovered_organizations if one.membership]
    assert (["eligible_to_join_by_email_domain"] if verified else []) == types


async def test_discovery_hides_accounts(acme: Tenant) -> None:
    """A discovery login does not tell who has an account. A wrong password and an unknown address look alike."""
    await acme.reset()
    for email, password in ((ADA, "wrong"), ("eve@example.com", PASSWORD)):
        with refused("unauthorized_credentials", 401):
            await acme.client.passwords.discovery.authenticate(email_address=email, password=password)


async def test_discovery_lock(acme: Tenant) -> None:
    """Failures through discovery lock the member. All ways of logging in share one count."""
    await acme.reset()
    await acme.fail(5)
    for _ in range(5):
        with refused("unauthorized_credentials", 401):
            await acme.client.passwords.discovery.authenticate(email_address=ADA, password="wrong")
    with refused("user_lock_limit_reached", 429):
        await acme.log_in()
    with refused("user_lock_limit_reached", 429):
        await acme.client.passwords.discovery.authenticate(email_address=ADA, password=PASSWORD)


async def test_reset_by_discovery(acme: Tenant) -> None:
    """A reset through discovery changes the password everywhere. And ends no session."""
    await acme.reset()
    live = await acme.sessions()
    await acme.client.passwords.discovery.email.reset_start(email_address=ADA, discovery_redirect_url="https://example.com/d")
    token = acme.stytch.outbox.last(to=ADA, kind="discovery_password_reset").token
    found = await acme.client.passwords.discovery.email.reset(password_reset_token=token, password=OTHER_PASSWORD)
    assert [acme.organization_id] == [
        one.organization.organization_id for one in found.discovered_organizations if one.organization
    ]
    assert live == await acme.sessions()
    assert (await acme.log_in(OTHER_PASSWORD)).member_authenticated
    with refused("invalid_discovery_redirect_url"):
        await acme.client.passwords.discovery.email.reset_start(email_address=ADA, discovery_redirect_url="nowhere")
