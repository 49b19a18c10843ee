import pytest
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator, ProjectSettings


async def test_the_right_password_starts_a_session(acme: Tenant) -> None:
    """Of sixty minutes, with a token and a JWT, and the password as its factor."""
    await acme.reset()
    login = await acme.log_in()
    session = login.member_session
    assert login.member_authenticated
    assert session is not None
    assert (44, "") == (len(login.session_token), login.intermediate_session_token)
    assert 3600 == (session.expires_at - session.started_at).total_seconds()
    assert [("password", "knowledge")] == [(factor.type, factor.delivery_method) for factor in session.authentication_factors]
    assert (acme.organization_id, acme.member_id) == (login.organization_id, login.member_id)
    assert ["stytch_member"] == session.roles
    assert (None, None, None) == (login.mfa_required, login.primary_required, login.member_device)


async def test_a_wrong_password_is_refused(acme: Tenant) -> None:
    """As wrong credentials."""
    await acme.reset()
    await acme.fail(1)


async def test_member_without_password(acme: Tenant) -> None:
    """A member without a password cannot log in with one. Nor can somebody who is no member."""
    with refused("member_password_not_found", 404):
        await acme.log_in()
    with refused("member_not_found", 404):
        await acme.client.passwords.authenticate(
            organization_id=acme.organization_id, email_address="eve@example.com", password=PASSWORD
        )


async def test_malformed_email(acme: Tenant) -> None:
    """A malformed address is refused before anybody is looked up. Validation comes before lookups."""
    with refused("invalid_email"):
        await acme.client.passwords.authenticate(organization_id="nobody", email_address="ada", password=PASSWORD)


async def test_lock_after_ten_failures(acme: Tenant) -> None:
    """Ten failures in a row lock a member for an hour.

    Even from the right password; the member shows it; after the hour all is well.
    """
    await acme.reset()
    await acme.fail(10)
    with refused("user_lock_limit_reached", 429):
        await acme.log_in()
    locked = (await acme.client.organizations.members.get(organization_id=acme.organization_id, member_id=acme.member_id)).member
    assert locked.is_locked
    assert locked.lock_created_at is not None
    assert locked.lock_expires_at is not None
    assert 3600 == (locked.lock_expires_at - locked.lock_created_at).total_seconds()
    acme.stytch.advance(minutes=59)
    with refused("user_lock_limit_reached", 429):
        await acme.log_in()
    acme.stytch.advance(minutes=1)
    login = await acme.log_in()
    assert (False, None) == (login.member.is_locked, login.member.lock_expires_at)


async def test_success_resets_counter(acme: Tenant) -> None:
    """A success in between starts the count anew. Only failures in a row count."""
    await acme.reset()
    await acme.fail(9)
    await acme.log_in()
    await acme.fail(9)
    assert (await acme.log_in()).member_authenticated


async def test_after_a_lock_the_count_starts_anew(acme: Tenant) -> None:
    """It takes ten more failures, not one."""
    await acme.reset()
    await acme.fail(10)
    acme.stytch.advance(hours=1)
    await acme.fail(9)
    assert (await acme.log_in()).member_authenticated


@pytest.mark.parametrize("minutes", [4, 0, -1, 527_041])
async def test_session_duration_bounds(acme: Tenant, minutes: int) -> None:
    """Sessions that would be too short or too long are refused. Five minutes to 366 days."""
    await acme.reset()
    with refused("invalid_session_duration_minutes"):
        await acme.log_in(session_duration_minutes=minutes)


@pytest.mark.parametrize("minutes", [5, 527_040])
async def test_sessions_live_as_long_as_asked(acme: Tenant, minutes: int) -> None:
    """Up to both bounds."""
    await acme.reset()
    session = (await acme.log_in(session_duration_minutes=minutes)).member_session
    assert session is not None
    assert minutes * 60 == (session.expires_at - session.started_at).total_seconds()


async def test_a_project_may_cap_its_sessions() -> None:
    """Below the API's own bound, and below the default."""
    async with Emulator(settings=ProjectSettings(max_session_minutes=30)) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        session = (await acme.reset()).member_session
        with refused("invalid_session_duration"):
            await acme.log_in(session_duration_minutes=31)
    assert session is not None
    assert 1800 == (session.expires_at - session.started_at).total_seconds()


async def test_breached_password() -> None:
    """A leaked password must be reset before it logs in. Though it is the right one."""
    settings = ProjectSettings(breached_passwords=frozenset({PASSWORD}), breach_detection_on_create=False)
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        await acme.reset()
        with refused("member_reset_password"):
            await acme.log_in()
        await acme.client.passwords.existing_password.reset(
            organization_id=acme.organization_id, email_address=ADA, existing_password=PASSWORD, new_password=OTHER_PASSWORD
        )
        assert (await acme.log_in(OTHER_PASSWORD)).member_authenticated


async def test_policy_at_login() -> None:
    """A password that no longer meets the policy must be reset where that is asked. Not by default."""
    settings = ProjectSettings(validate_on_authentication=True)
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        await client.passwords.migrate(
            organization_id=acme.organization_id,
            email_address=ADA,
            hash="5ebe2294ecd0e0f08eab7690d2a6ee69",  # "secret"
            hash_type="md_5",
        )
        with refused("member_reset_password"):
            await acme.log_in("secret")


async def test_login_with_session(acme: Tenant) -> None:
    """A login with a session adds the factor to it.

    The session lives on, with the same token, longer only if that is asked for.
    """
    await acme.reset()
    first = await acme.log_in()
    acme.stytch.advance(minutes=10)
    again = await acme.log_in(session_token=first.session_token)
    assert first.member_session is not None
    assert again.member_session is not None
    assert first.session_token == again.session_token
    assert first.member_session.expires_at == again.member_session.expires_at
    proven = [session.authentication_factors[0].last_authenticated_at for session in (first.member_session, again.member_session)]
    assert proven[0] != proven[1]
    longer = await acme.log_in(session_jwt=again.session_jwt, session_duration_minutes=120)
    assert longer.member_session is not None
    assert first.member_session.member_session_id == longer.member_session.member_session_id
    assert first.member_session.expires_at < longer.member_session.expires_at
    assert "" == longer.session_token


async def test_a_session_of_somebody_else_is_ignored(acme: Tenant) -> None:
    """The login starts one of its own."""
    other = await Tenant.make(acme.stytch, acme.client)
    theirs = await other.reset()
    await acme.reset()
    login = await acme.log_in(session_token=theirs.session_token)
    assert theirs.session_token != login.session_token


async def test_session_arguments_exclude_each_other(acme: Tenant) -> None:
    """Token or JWT; and the session must live."""
    login = await acme.reset()
    with refused("too_many_session_arguments"):
        await acme.log_in(session_token=login.session_token, session_jwt=login.session_jwt)
    with refused("session_not_found", 404):
        await acme.log_in(session_token="x" * 44)
    with refused("invalid_session_token"):
        await acme.log_in(session_token="no token at all")


async def test_a_second_factor_stops_a_login(client: Client, stytch: Emulator) -> None:
    """No session yet, but a token that carries the password on; what was asked of the session is dropped."""
    acme = await Tenant.make(stytch, client, mfa_policy="REQUIRED_FOR_ALL")
    login = await acme.reset(session_duration_minutes=30)
    assert not login.member_authenticated
    assert ("", "", None) == (login.session_token, login.session_jwt, login.member_session)
    assert 44 == len(login.intermediate_session_token)
    assert login.intermediate_session_token_expires_at is not None
    assert login.mfa_required is not None
    assert (None, None) == (login.mfa_required.member_options, login.mfa_required.secondary_auth_initiated)
    assert set() == await acme.sessions()


async def test_missing_factor_keeps_token(client: Client, stytch: Emulator) -> None:
    """A login that still lacks a factor gives the same token back. Until it is ten minutes old."""
    acme = await Tenant.make(stytch, client, mfa_policy="REQUIRED_FOR_ALL")
    token = (await acme.reset()).intermediate_session_token
    assert token == (await acme.log_in(intermediate_session_token=token)).intermediate_session_token
    stytch.advance(minutes=10)
    with refused("intermediate_session_not_found", 404):
        await acme.log_in(intermediate_session_token=token)


async def test_intermediate_session_is_bound(client: Client, stytch: Emulator) -> None:
    """An intermediate session does not move to another organization. One that was born of a password."""
    acme = await Tenant.make(stytch, client, mfa_policy="REQUIRED_FOR_ALL")
    other = await Tenant.make(stytch, client)
    token = (await acme.reset()).intermediate_session_token
    with refused("invalid_intermediate_session_token_for_organization"):
        await other.log_in(intermediate_session_token=token)


async def test_discovery_login(acme: Tenant) -> None:
    """A discovery login goes on in an organization. It becomes a session, and is used up."""
    await acme.reset()
    token = (await acme.client.passwords.discovery.authenticate(email_address=ADA, password=PASSWORD)).intermediate_session_token
    assert (await acme.log_in(intermediate_session_token=token)).member_authenticated
    with refused("intermediate_session_not_found", 404):
        await acme.log_in(intermediate_session_token=token)


async def test_sms_code(acme: Tenant) -> None:
    """A member who enrolled gets a code by text. At once; a live session of theirs waives it."""
    await acme.client.organizations.members.create(
        organization_id=acme.organization_id, email_address="grace@example.com", mfa_enrolled=True, mfa_phone_number="+12025550162"
    )
    await acme.client.passwords.email.reset_start(organization_id=acme.organization_id, email_address="grace@example.com")
    login = await acme.client.passwords.email.reset(
        password_reset_token=acme.stytch.outbox.last(to="grace@example.com").token, password=PASSWORD
    )
    assert login.mfa_required is not None
    assert login.mfa_required.member_options is not None
    assert ("+12025550162", "sms_otp") == (
        login.mfa_required.member_options.mfa_phone_number,
        login.mfa_required.secondary_auth_initiated,
    )
    text = acme.stytch.outbox.last(to="+12025550162")
    assert "sms_otp" == text.kind
    assert 6 == len(text.code)


async def test_an_organization_may_not_take_passwords(client: Client, stytch: Emulator) -> None:
    """But for members with a key for emergencies."""
    acme = await Tenant.make(stytch, client, auth_methods="RESTRICTED", allowed_auth_methods=["sso"])
    with refused("operation_restricted_by_organization_auth_methods"):
        await acme.log_in()
    with refused("operation_restricted_by_organization_auth_methods"):
        await acme.mailed_token()
    await client.organizations.members.create(
        organization_id=acme.organization_id, email_address="grace@example.com", is_breakglass=True
    )
    await client.passwords.email.reset_start(organization_id=acme.organization_id, email_address="grace@example.com")
    login = await client.passwords.email.reset(
        password_reset_token=stytch.outbox.last(to="grace@example.com").token, password=PASSWORD
    )
    assert login.member_authenticated
