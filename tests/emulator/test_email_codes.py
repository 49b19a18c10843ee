"""Codes by email: they log members in, sign them up, and find organizations."""

from typing import Any

import pytest
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.api._shared.responses import EmailLoginResponse
from stytch_b2b_async.emulator import Emulator, ProjectSettings

BOB = "bob@example.com"


async def mailed(acme: Tenant, email: str = ADA, **options: Any) -> str:
    await acme.client.otps.email.login_or_signup(organization_id=acme.organization_id, email_address=email, **options)
    return acme.stytch.outbox.last(to=email, kind="email_otp").code


async def log_in(acme: Tenant, code: str, email: str = ADA, **options: Any) -> EmailLoginResponse:
    return await acme.client.otps.email.authenticate(
        organization_id=acme.organization_id, email_address=email, code=code, **options
    )


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def open_to_domain(acme: Tenant) -> None:
    await acme.client.organizations.update(
        organization_id=acme.organization_id, email_jit_provisioning="RESTRICTED", email_allowed_domains=["example.com"]
    )


async def test_code_logs_in(acme: Tenant) -> None:
    """It verifies the address, and is named as the session's factor."""
    login = await log_in(acme, await mailed(acme), session_duration_minutes=30)
    assert login.member_authenticated
    assert login.member.email_address_verified
    assert login.organization_id == acme.organization_id
    assert login.member_session is not None
    (factor,) = login.member_session.authentication_factors
    assert ("email_otp", "email") == (factor.type, factor.delivery_method)
    assert factor.email_factor is not None
    assert (ADA, login.method_id) == (factor.email_factor.email_address, factor.email_factor.email_id)
    assert (await acme.client.sessions.authenticate(session_token=login.session_token)).member == login.member


async def test_code_works_once(acme: Tenant) -> None:
    """A used one is told from a wrong one."""
    code = await mailed(acme)
    with refused("otp_code_not_found", 404):
        await log_in(acme, other_than(code))
    await log_in(acme, code)
    with refused("unable_to_auth_otp_code", 401):
        await log_in(acme, code)


async def test_newest_code_is_the_only_one(acme: Tenant) -> None:
    """Whatever the lifetime of the ones before."""
    first = await mailed(acme, login_expiration_minutes=15)
    second = await mailed(acme, login_expiration_minutes=2)
    if first != second:
        with refused("unable_to_auth_otp_code", 401):
            await log_in(acme, first)
    assert (await log_in(acme, second)).member_authenticated


@pytest.mark.parametrize(("minutes", "lives"), [(None, 10), (2, 2), (15, 15)])
async def test_code_expires(acme: Tenant, minutes: int | None, lives: int) -> None:
    """After ten minutes, or as asked."""
    code = await mailed(acme, login_expiration_minutes=minutes, signup_expiration_minutes=7)
    acme.stytch.advance(seconds=lives * 60 - 1)
    await log_in(acme, code)
    code = await mailed(acme, login_expiration_minutes=minutes)
    acme.stytch.advance(minutes=lives)
    with refused("unable_to_auth_otp_code", 401):
        await log_in(acme, code)


@pytest.mark.parametrize("minutes", [-1, 0, 1, 16])
async def test_bounds_of_the_lifetime(acme: Tenant, minutes: int) -> None:
    """Of each kind of mail."""
    for name in ("login_expiration_minutes", "signup_expiration_minutes"):
        with refused("invalid_expiration_otp"):
            await mailed(acme, ADA, **{name: minutes})
    with refused("invalid_expiration_otp"):
        await acme.client.otps.email.discovery.send(email_address=ADA, discovery_expiration_minutes=minutes)
    assert not acme.stytch.outbox


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "\u0661\u0662\u0663\u0664\u0665\u0666", " 123456", "123456\n"])
async def test_malformed_code(acme: Tenant, code: str) -> None:
    """It does not count as a failed login."""
    await mailed(acme)
    for _ in range(10):
        with refused("invalid_code"):
            await log_in(acme, code)
    assert not (await acme.client.organizations.members.dangerously_get(member_id=acme.member_id)).member.is_locked


async def test_wrong_codes_lock_the_member(acme: Tenant) -> None:
    """Then the right one does not work either, until the lock ends; nor does a success before count them."""
    code = await mailed(acme)
    for _ in range(9):
        with refused("otp_code_not_found", 404):
            await log_in(acme, other_than(code))
    await log_in(acme, code)
    code = await mailed(acme)
    for _ in range(10):
        with refused("otp_code_not_found", 404):
            await log_in(acme, other_than(code))
    with refused("user_lock_limit_reached", 429):
        await log_in(acme, code)
    acme.stytch.advance(hours=1)
    assert (await log_in(acme, await mailed(acme))).member_authenticated


async def test_code_of_another_organization(acme: Tenant) -> None:
    """A code logs in where it was asked for only."""
    globex = await Tenant.make(acme.stytch, acme.client)
    code = await mailed(acme)
    with refused("otp_code_not_found", 404):
        await log_in(globex, code)
    assert (await log_in(acme, code)).member.member_id == acme.member_id


async def test_code_for_a_former_address(acme: Tenant) -> None:
    """It does not log in by the new one."""
    code = await mailed(acme)
    await acme.client.organizations.members.update(
        organization_id=acme.organization_id, member_id=acme.member_id, email_address="ada@new.example"
    )
    with refused("otp_code_not_found", 404):
        await log_in(acme, code, "ada@new.example")


async def test_unknown_address(acme: Tenant) -> None:
    """Nobody may log in by it, and by default nobody may join by it."""
    with refused("member_not_found", 404):
        await log_in(acme, "123456", BOB)
    with refused("email_jit_provisioning_not_allowed"):
        await mailed(acme, BOB)
    await open_to_domain(acme)
    with refused("invalid_email_for_jit_provisioning"):
        await mailed(acme, "bob@other.example")
    with refused("invalid_email"):
        await mailed(acme, "nobody")


async def test_signup(acme: Tenant) -> None:
    """Somebody of an allowed domain becomes a pending member, and active with the code."""
    await open_to_domain(acme)
    sent = await acme.client.otps.email.login_or_signup(
        organization_id=acme.organization_id, email_address=BOB, signup_expiration_minutes=15
    )
    assert (sent.member_created, sent.member.status, sent.member.email_address_verified) == (True, "pending", False)
    again = await acme.client.otps.email.login_or_signup(
        organization_id=acme.organization_id, email_address=BOB, login_expiration_minutes=2, signup_expiration_minutes=15
    )
    assert (again.member_created, again.member_id) == (False, sent.member_id)
    acme.stytch.advance(minutes=14)
    login = await log_in(acme, acme.stytch.outbox.last(to=BOB).code, BOB)
    assert (login.member.status, login.member.email_address_verified) == ("active", True)


async def test_method_that_is_not_allowed(acme: Tenant) -> None:
    """Neither by mail nor with a code from before; breakglass members may."""
    code = await mailed(acme)
    await acme.client.organizations.update(
        organization_id=acme.organization_id, auth_methods="RESTRICTED", allowed_auth_methods=["password"]
    )
    with refused("operation_restricted_by_organization_auth_methods"):
        await mailed(acme)
    with refused("operation_restricted_by_organization_auth_methods"):
        await log_in(acme, code)
    await acme.client.organizations.members.update(
        organization_id=acme.organization_id, member_id=acme.member_id, is_breakglass=True
    )
    assert (await log_in(acme, code)).member_authenticated


async def test_templates_and_locale() -> None:
    """Unknown ones are rejected."""
    async with Emulator(settings=ProjectSettings(email_templates=frozenset({"mine"}))) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        await mailed(acme, login_template_id="mine", locale="pt-br")
        for name in ("login_template_id", "signup_template_id"):
            with refused("email_template_not_found", 404):
                await mailed(acme, **{name: "yours"})
        with refused("invalid_locale"):
            await mailed(acme, locale="tlh")
        with refused("email_template_not_found", 404):
            await client.otps.email.discovery.send(email_address=ADA, login_template_id="yours")


async def test_discovery(acme: Tenant, client: Client, stytch: Emulator) -> None:
    """A code finds the organizations of an address; it works once, and not as a member's."""
    await client.otps.email.discovery.send(email_address=ADA.upper())
    code = stytch.outbox.last(kind="discovery_email_otp").code
    with refused("otp_code_not_found", 404):
        await log_in(acme, code)
    found = await client.otps.email.discovery.authenticate(email_address=ADA, code=code)
    assert found.intermediate_session_token
    (organization,) = found.discovered_organizations
    assert organization.organization is not None
    assert organization.member_authenticated
    assert organization.organization.organization_id == acme.organization_id
    with refused("unable_to_auth_otp_code", 401):
        await client.otps.email.discovery.authenticate(email_address=ADA, code=code)


@pytest.mark.parametrize(("minutes", "lives"), [(None, 10), (2, 2), (15, 15)])
async def test_discovery_code_expires(client: Client, stytch: Emulator, minutes: int | None, lives: int) -> None:
    """Also of somebody who is nobody's member."""
    for later, works in ((lives * 60 - 1, True), (lives * 60, False)):
        await client.otps.email.discovery.send(email_address=BOB, discovery_expiration_minutes=minutes)
        code = stytch.outbox[-1].code
        stytch.advance(seconds=later)
        if works:
            assert not (await client.otps.email.discovery.authenticate(email_address=BOB, code=code)).discovered_organizations
        else:
            with refused("unable_to_auth_otp_code", 401):
                await client.otps.email.discovery.authenticate(email_address=BOB, code=code)


async def test_wrong_discovery_codes(client: Client, stytch: Emulator) -> None:
    """Ten end the code, although nobody can be locked."""
    await client.otps.email.discovery.send(email_address=BOB)
    code = stytch.outbox[-1].code
    for _ in range(10):
        with refused("otp_code_not_found", 404):
            await client.otps.email.discovery.authenticate(email_address=BOB, code=other_than(code))
    with refused("unable_to_auth_otp_code", 401):
        await client.otps.email.discovery.authenticate(email_address=BOB, code=code)
