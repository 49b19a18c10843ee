"""What an organization requires of a login, from its start to the session: primary factors, second factors, and locks."""

from typing import Any

import pytest
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.api.magic_links import AuthenticateResponse
from stytch_b2b_async.emulator import Emulator

PHONE = "+12025550162"
GATED: dict[str, Any] = {"mfa_policy": "REQUIRED_FOR_ALL"}


async def with_phone(tenant: Tenant, **changes: Any) -> Tenant:
    """Give the member a phone number."""
    await tenant.client.organizations.members.update(
        organization_id=tenant.organization_id, member_id=tenant.member_id, mfa_phone_number=PHONE, **changes
    )
    return tenant


async def by_link(tenant: Tenant, **options: Any) -> AuthenticateResponse:
    await tenant.client.magic_links.email.login_or_signup(organization_id=tenant.organization_id, email_address=ADA)
    token = tenant.stytch.outbox.last(to=ADA, kind="login").token
    return await tenant.client.magic_links.authenticate(magic_links_token=token, **options)


async def discovered(tenant: Tenant) -> str:
    """Log in before an organization is chosen."""
    await tenant.client.magic_links.email.discovery.send(email_address=ADA)
    token = tenant.stytch.outbox.last(to=ADA, kind="discovery").token
    found = await tenant.client.magic_links.discovery.authenticate(discovery_magic_links_token=token)
    return found.intermediate_session_token


async def by_text(tenant: Tenant, token: str) -> list[str]:
    """Complete a login with the code that was texted; return the types of the session's factors."""
    code = tenant.stytch.outbox.last(to=PHONE).code
    login = await tenant.client.otps.sms.authenticate(
        organization_id=tenant.organization_id, member_id=tenant.member_id, code=code, intermediate_session_token=token
    )
    assert login.member_session is not None
    return [factor.type for factor in login.member_session.authentication_factors]


async def test_exchange_texts_a_code_that_completes_it(client: Client, stytch: Emulator) -> None:
    """Neither the discovery login nor the list does; the intermediate session is used up at the end."""
    acme = await with_phone(await Tenant.make(stytch, client, **GATED))
    token = await discovered(acme)
    await client.discovery.organizations.list(intermediate_session_token=token)
    assert [] == stytch.outbox.to(PHONE)
    exchange = client.discovery.intermediate_sessions.exchange
    login = await exchange(intermediate_session_token=token, organization_id=acme.organization_id)
    assert login.mfa_required is not None
    assert "sms_otp" == login.mfa_required.secondary_auth_initiated
    assert ["magic_link", "otp"] == await by_text(acme, login.intermediate_session_token)
    with refused("intermediate_session_not_found", 404):
        await exchange(intermediate_session_token=token, organization_id=acme.organization_id)


async def test_login_moved_to_another_organization(client: Client, stytch: Emulator) -> None:
    """Stopped login can be completed in another organization. Whose own second factor it then takes."""
    acme = await Tenant.make(stytch, client, **GATED)
    other = await with_phone(await Tenant.make(stytch, client, **GATED))
    token = (await by_link(acme)).intermediate_session_token
    login = await client.discovery.intermediate_sessions.exchange(
        intermediate_session_token=token, organization_id=other.organization_id
    )
    assert (token, False) == (login.intermediate_session_token, login.member_authenticated)
    assert ["magic_link", "otp"] == await by_text(other, token)


async def test_disallowed_second_factor(client: Client, stytch: Emulator) -> None:
    """Second factor that the organization does not take. Is not initiated, except for members with a key for emergencies."""
    acme = await with_phone(await Tenant.make(stytch, client, **GATED, mfa_methods="RESTRICTED", allowed_mfa_methods=["totp"]))
    login = await by_link(acme)
    assert login.mfa_required is not None
    assert login.mfa_required.member_options is not None
    assert (PHONE, None) == (login.mfa_required.member_options.mfa_phone_number, login.mfa_required.secondary_auth_initiated)
    assert [] == stytch.outbox.to(PHONE)
    await client.organizations.members.update(organization_id=acme.organization_id, member_id=acme.member_id, is_breakglass=True)
    assert ["magic_link", "otp"] == await by_text(acme, (await by_link(acme)).intermediate_session_token)


@pytest.mark.parametrize("enrolled", [True, False])
async def test_members_may_enroll_where_it_is_optional(acme: Tenant, enrolled: bool) -> None:  # noqa: FBT001  # a case
    """Then it is required of them."""
    await with_phone(acme, mfa_enrolled=enrolled)
    assert enrolled is not (await by_link(acme)).member_authenticated


async def test_both_gates(client: Client, stytch: Emulator) -> None:
    """Both gates close a login until both are met. No code is texted before the primary factor counts."""
    acme = await with_phone(await Tenant.make(stytch, client))
    await acme.reset()
    await client.organizations.update(
        organization_id=acme.organization_id, auth_methods="RESTRICTED", allowed_auth_methods=["password"], **GATED
    )
    login = await client.discovery.intermediate_sessions.exchange(
        intermediate_session_token=await discovered(acme), organization_id=acme.organization_id
    )
    assert login.primary_required is not None
    assert login.mfa_required is not None
    assert (["password"], None) == (
        login.primary_required.allowed_auth_methods,
        login.mfa_required.secondary_auth_initiated,
    )
    assert [] == stytch.outbox.to(PHONE)
    token = login.intermediate_session_token
    with refused("action_available_only_once_primary_authentication_is_met"):
        await client.otps.sms.authenticate(
            organization_id=acme.organization_id, member_id=acme.member_id, code="000000", intermediate_session_token=token
        )
    login_there = await acme.log_in(intermediate_session_token=token)
    assert (token, None, False) == (
        login_there.intermediate_session_token,
        login_there.primary_required,
        login_there.member_authenticated,
    )
    assert ["magic_link", "password", "otp"] == await by_text(acme, token)


async def test_session_exchange_with_missing_factor(acme: Tenant) -> None:
    """Session does not open an organization that wants another factor.

    The exchange's intermediate session is completed by that factor.
    """
    live = await by_link(acme)
    other = await Tenant.make(acme.stytch, acme.client)
    await other.reset()
    await acme.client.organizations.update(
        organization_id=other.organization_id, auth_methods="RESTRICTED", allowed_auth_methods=["password"]
    )
    exchanged = await acme.client.sessions.exchange(session_token=live.session_token, organization_id=other.organization_id)
    assert (False, "", None) == (exchanged.member_authenticated, exchanged.session_token, exchanged.mfa_required)
    assert exchanged.primary_required is not None
    assert (await other.log_in(intermediate_session_token=exchanged.intermediate_session_token)).member_authenticated
    await acme.client.sessions.authenticate(session_token=live.session_token)


async def test_lock_closes_every_way_in(acme: Tenant) -> None:
    """Exchanges, too; a live session stays what it is."""
    live = await by_link(acme)
    other = await Tenant.make(acme.stytch, acme.client)
    await other.reset()
    await other.fail(10)
    with refused("user_lock_limit_reached", 429):
        await acme.client.sessions.exchange(session_token=live.session_token, organization_id=other.organization_id)
    with refused("user_lock_limit_reached", 429):
        await acme.client.discovery.intermediate_sessions.exchange(
            intermediate_session_token=await discovered(acme), organization_id=other.organization_id
        )
    with refused("user_lock_limit_reached", 429):
        await by_link(other)
    await acme.client.sessions.authenticate(session_token=live.session_token)
