"""Codes by text message: the second factor of a login, or of a session."""

from typing import Any

import pytest
from support.second_factors import OTHER_PHONE, PHONE, confirmed_app, require_second_factor, stopped, texted_code, update, who
from support.tenants import Tenant, refused

from stytch_b2b_async.models.member import Member

NEW = "founder@startup.example"


async def send(acme: Tenant, **options: Any) -> str:
    await acme.client.otps.sms.send(**who(acme), **options)
    return texted_code(acme)


async def member(acme: Tenant) -> Member:
    return (await acme.client.organizations.members.dangerously_get(member_id=acme.member_id)).member


async def ready(acme: Tenant) -> str:
    """Stop a login at the second factor of a member with a phone number."""
    await require_second_factor(acme)
    await update(acme, mfa_phone_number=PHONE)
    return await stopped(acme)


async def test_login_texts_a_code_that_completes_it(acme: Tenant) -> None:
    """The intermediate session is used up, and the session has both factors."""
    token = await ready(acme)
    login = await acme.client.otps.sms.authenticate(
        **who(acme), intermediate_session_token=token, code=texted_code(acme), session_duration_minutes=5
    )
    assert login.member_session is not None
    assert [("password", "knowledge"), ("otp", "sms")] == [
        (factor.type, factor.delivery_method) for factor in login.member_session.authentication_factors
    ]
    phone = login.member_session.authentication_factors[1].phone_number_factor
    assert phone is not None
    assert PHONE == phone.phone_number
    assert phone.phone_id.startswith("phone-number-test-")
    assert login.member.mfa_phone_number_verified
    assert "sms_otp" == login.member.default_mfa_method
    assert (await acme.client.sessions.authenticate(session_jwt=login.session_jwt)).member == login.member
    code = await send(acme)
    with refused("intermediate_session_not_found", 404):
        await acme.client.otps.sms.authenticate(**who(acme), intermediate_session_token=token, code=code)


async def test_code_strengthens_a_session(acme: Tenant) -> None:
    """Its token stays, and with a duration it is extended."""
    session = await acme.reset(session_duration_minutes=5)
    code = await send(acme, mfa_phone_number=PHONE, session_token=session.session_token)
    stronger = await acme.client.otps.sms.authenticate(
        **who(acme), session_token=session.session_token, code=code, session_duration_minutes=60
    )
    assert session.session_token == stronger.session_token
    assert session.member_session is not None
    assert stronger.member_session is not None
    assert session.member_session.member_session_id == stronger.member_session.member_session_id
    assert 2 == len(stronger.member_session.authentication_factors)
    acme.stytch.advance(minutes=59)
    await acme.client.sessions.authenticate(session_token=session.session_token)
    assert await acme.sessions() == {session.member_session.member_session_id}


async def test_number_is_set_by_the_first_message(acme: Tenant) -> None:
    """And verified by its code; another one is rejected."""
    with refused("member_phone_number_not_found", 404):
        await send(acme)
    for number in ("12025550162", "+0", "+1202555016x"):
        with refused("invalid_phone_number"):
            await send(acme, mfa_phone_number=number)
    await send(acme, mfa_phone_number=PHONE)
    assert (PHONE, False) == ((await member(acme)).mfa_phone_number, (await member(acme)).mfa_phone_number_verified)
    await send(acme, mfa_phone_number=PHONE)
    with refused("duplicate_member_phone_number_for_member"):
        await send(acme, mfa_phone_number=OTHER_PHONE)
    bob = await acme.client.organizations.members.create(organization_id=acme.organization_id, email_address="bob@example.com")
    with refused("duplicate_member_phone_number"):
        await acme.client.otps.sms.send(organization_id=acme.organization_id, member_id=bob.member_id, mfa_phone_number=PHONE)


async def test_code_works_once_for_two_minutes(acme: Tenant) -> None:
    """And only the newest one."""
    session: dict[str, Any] = {"session_token": (await acme.reset()).session_token}
    first = await send(acme, mfa_phone_number=PHONE)
    code = await send(acme)
    if first != code:
        with refused("unable_to_auth_otp_code", 401):
            await acme.client.otps.sms.authenticate(**who(acme), **session, code=first)
    acme.stytch.advance(seconds=119)
    await acme.client.otps.sms.authenticate(**who(acme), **session, code=code)
    with refused("unable_to_auth_otp_code", 401):
        await acme.client.otps.sms.authenticate(**who(acme), **session, code=code)
    code = await send(acme)
    acme.stytch.advance(seconds=120)
    with refused("unable_to_auth_otp_code", 401):
        await acme.client.otps.sms.authenticate(**who(acme), **session, code=code)


async def test_code_is_for_one_number(acme: Tenant) -> None:
    """It does not verify a number that the member has later."""
    session: dict[str, Any] = {"session_token": (await acme.reset()).session_token}
    code = await send(acme, mfa_phone_number=PHONE)
    await acme.client.organizations.members.delete_mfa_phone_number(**who(acme))
    await update(acme, mfa_phone_number=OTHER_PHONE)
    with refused("otp_code_not_found", 404):
        await acme.client.otps.sms.authenticate(**who(acme), **session, code=code)
    assert not (await member(acme)).mfa_phone_number_verified


async def test_wrong_codes_lock_the_member(acme: Tenant) -> None:
    """Also for the password."""
    token = await ready(acme)
    wrong = f"{(int(texted_code(acme)) + 1) % 10**6:06}"
    for _ in range(10):
        with refused("otp_code_not_found", 404):
            await acme.client.otps.sms.authenticate(**who(acme), intermediate_session_token=token, code=wrong)
    with refused("user_lock_limit_reached", 429):
        await acme.client.otps.sms.authenticate(**who(acme), intermediate_session_token=token, code=texted_code(acme))
    with refused("user_lock_limit_reached", 429):
        await acme.log_in()


async def test_who_brings_the_code(acme: Tenant) -> None:
    """Exactly one session or intermediate session, of the member in this organization."""
    session = (await acme.reset()).session_token
    globex = await Tenant.make(acme.stytch, acme.client)
    elsewhere = (await globex.reset()).session_token
    token = await ready(acme)
    code = texted_code(acme)
    authenticate = acme.client.otps.sms.authenticate
    with refused("no_session_arguments"):
        await authenticate(**who(acme), code=code)
    several: list[dict[str, Any]] = [
        {"session_token": session, "intermediate_session_token": token},
        {"session_token": session, "session_jwt": "a.b.c"},
    ]
    for tokens in several:
        with refused("too_many_session_arguments"):
            await authenticate(**who(acme), code=code, **tokens)
    with refused("member_session_member_id_mismatch"):
        await authenticate(**who(acme), code=code, session_token=elsewhere)
    with refused("intermediate_session_not_found", 404):
        await authenticate(**who(acme), code=code, intermediate_session_token="x" * 44)
    with refused("invalid_session_token"):
        await authenticate(**who(acme), code=code, intermediate_session_token="?")
    with refused("invalid_intermediate_session_token_for_organization"):
        await acme.client.otps.sms.authenticate(**who(globex), code=code, intermediate_session_token=token)
    acme.stytch.advance(minutes=10)
    with refused("intermediate_session_not_found", 404):
        await authenticate(**who(acme), code=code, intermediate_session_token=token)


@pytest.mark.parametrize(("wanted", "enrolled"), [("enroll", True), ("unenroll", False), (None, None)])
async def test_enrollment(acme: Tenant, wanted: str | None, enrolled: bool | None) -> None:  # noqa: FBT001  # a test's parameter
    """As asked, if the organization leaves that to the member."""
    for before in (True, False):
        session = (await acme.reset()).session_token or None
        if session is None:
            await update(acme, mfa_enrolled=False)
            session = (await acme.reset()).session_token
        await update(acme, mfa_enrolled=before)
        code = await send(acme, mfa_phone_number=PHONE)
        login = await acme.client.otps.sms.authenticate(**who(acme), session_token=session, code=code, set_mfa_enrollment=wanted)
        assert login.member.mfa_enrolled is (before if enrolled is None else enrolled)


async def test_required_enrollment(acme: Tenant) -> None:
    """Enrollment that the organization requires. It cannot be refused; an unknown wish is invalid."""
    session = (await acme.reset()).session_token
    code = await send(acme, mfa_phone_number=PHONE)
    with refused("invalid_argument"):
        await acme.client.otps.sms.authenticate(**who(acme), session_token=session, code=code, set_mfa_enrollment="maybe")
    await acme.client.organizations.update(organization_id=acme.organization_id, mfa_policy="REQUIRED_FOR_ALL")
    login = await acme.client.otps.sms.authenticate(**who(acme), session_token=session, code=code, set_mfa_enrollment="unenroll")
    assert login.member.mfa_enrolled


async def test_default_method(acme: Tenant) -> None:
    """The first one, or the one that asks for it."""
    await confirmed_app(acme)
    await update(acme, mfa_phone_number=PHONE)
    session: dict[str, Any] = {"session_token": await strong_session(acme)}
    for wanted, default in ((False, "totp"), (True, "sms_otp")):
        code = await send(acme, **session)
        login = await acme.client.otps.sms.authenticate(**who(acme), **session, code=code, set_default_mfa=wanted)
        assert default == login.member.default_mfa_method


async def strong_session(acme: Tenant) -> str:
    """Start a session with a recovery code as its second factor."""
    session = (await acme.reset()).session_token
    code = (await acme.client.recovery_codes.get(**who(acme))).recovery_codes[0]
    return (await acme.client.recovery_codes.recover(**who(acme), session_token=session, recovery_code=code)).session_token


async def test_second_factor_is_not_bypassed_by_another(acme: Tenant) -> None:
    """Who has an app may not set a phone number without it; a verified number needs no proof to be texted again."""
    await confirmed_app(acme)
    await update(acme, mfa_enrolled=True)
    token = await stopped(acme)
    proofs: list[dict[str, Any]] = [{}, {"intermediate_session_token": token}]
    for proof in proofs:
        with refused("no_associated_session_passed_in"):
            await send(acme, mfa_phone_number=PHONE, **proof)
    assert not (await member(acme)).mfa_phone_number
    await update(acme, mfa_enrolled=False)
    session = await strong_session(acme)
    code = await send(acme, mfa_phone_number=PHONE, session_token=session)
    await acme.client.otps.sms.authenticate(**who(acme), session_token=session, code=code)
    assert await send(acme)


async def test_methods_that_the_organization_allows(acme: Tenant) -> None:
    """Others are neither sent nor taken."""
    session = (await acme.reset()).session_token
    code = await send(acme, mfa_phone_number=PHONE)
    await acme.client.organizations.update(
        organization_id=acme.organization_id, mfa_methods="RESTRICTED", allowed_mfa_methods=["totp"]
    )
    with refused("operation_restricted_by_organization_mfa_methods"):
        await send(acme)
    with refused("operation_restricted_by_organization_mfa_methods"):
        await acme.client.otps.sms.authenticate(**who(acme), session_token=session, code=code)


async def test_primary_factor_comes_first(acme: Tenant) -> None:
    """A code does not complete a login whose first factor the organization no longer allows."""
    token = await ready(acme)
    await acme.client.organizations.update(
        organization_id=acme.organization_id, auth_methods="RESTRICTED", allowed_auth_methods=["sso"]
    )
    with refused("action_available_only_once_primary_authentication_is_met"):
        await acme.client.otps.sms.authenticate(**who(acme), intermediate_session_token=token, code=texted_code(acme))


async def test_pending_member(acme: Tenant) -> None:
    """A second factor is for active members."""
    bob = await acme.client.organizations.members.create(
        organization_id=acme.organization_id, email_address="bob@example.com", create_member_as_pending=True
    )
    with refused("action_available_only_for_active_members"):
        await acme.client.otps.sms.send(organization_id=acme.organization_id, member_id=bob.member_id, mfa_phone_number=PHONE)
    with refused("action_available_only_for_active_members"):
        await acme.client.totps.create(organization_id=acme.organization_id, member_id=bob.member_id)


async def test_new_organization_with_mfa(acme: Tenant) -> None:
    """New organization that requires a second factor.

    From a code by mail over a new phone number to a session; the number's code is asked for at the next login, too.
    """
    client, outbox = acme.client, acme.stytch.outbox
    await client.otps.email.discovery.send(email_address=NEW)
    found = await client.otps.email.discovery.authenticate(email_address=NEW, code=outbox.last(to=NEW).code)
    created = await client.discovery.organizations.create(
        intermediate_session_token=found.intermediate_session_token, organization_name="New", mfa_policy="REQUIRED_FOR_ALL"
    )
    assert created.member is not None
    assert created.organization is not None
    assert not created.member_authenticated
    ids: dict[str, Any] = {"organization_id": created.organization.organization_id, "member_id": created.member.member_id}
    token: dict[str, Any] = {"intermediate_session_token": created.intermediate_session_token}
    await client.otps.sms.send(**ids, **token, mfa_phone_number=PHONE)
    login = await client.otps.sms.authenticate(**ids, **token, code=outbox.last(to=PHONE).code)
    assert login.member.mfa_enrolled
    assert login.member.is_admin
    await client.otps.email.discovery.send(email_address=NEW)
    found = await client.otps.email.discovery.authenticate(email_address=NEW, code=outbox.last(to=NEW).code)
    exchanged = await client.discovery.intermediate_sessions.exchange(
        intermediate_session_token=found.intermediate_session_token, organization_id=ids["organization_id"]
    )
    assert exchanged.mfa_required is not None
    assert "sms_otp" == exchanged.mfa_required.secondary_auth_initiated
    again = await client.otps.sms.authenticate(
        **ids, intermediate_session_token=exchanged.intermediate_session_token, code=outbox.last(to=PHONE).code
    )
    assert again.member_session is not None
    assert {"email_otp", "otp"} == {factor.type for factor in again.member_session.authentication_factors}
