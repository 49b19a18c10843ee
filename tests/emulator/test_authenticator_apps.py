"""Authenticator apps and recovery codes: registration, logins, migration and loss."""

import asyncio
import base64
import json
from datetime import datetime
from typing import Any

import pytest
from pyotp.totp import TOTP
from support.second_factors import PHONE, confirmed_app, require_second_factor, stopped, texted_code, update, who
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async.emulator import Emulator


async def test_registration(acme: Tenant) -> None:
    """The secret is for an app, as text and as an image; it counts once its first code has come."""
    created = await acme.client.totps.create(**who(acme))
    assert created.totp_registration_id.startswith("member-totp-test-")
    assert not created.member.totp_registration_id
    assert 10 == len(set(created.recovery_codes))
    kind, _, image = created.qr_code.partition(",")
    assert "data:image/png;base64" == kind
    assert base64.b64decode(image).startswith(b"\x89PNG")
    session = await acme.reset()
    login = await acme.client.totps.authenticate(
        **who(acme), session_token=session.session_token, code=acme.stytch.totp_code(created.secret)
    )
    assert created.totp_registration_id == login.member.totp_registration_id
    assert "totp" == login.member.default_mfa_method
    assert login.member_session is not None
    factor = login.member_session.authentication_factors[-1]
    assert ("totp", "authenticator_app") == (factor.type, factor.delivery_method)
    assert factor.authenticator_app_factor is not None
    assert created.totp_registration_id == factor.authenticator_app_factor.totp_id


async def test_code_completes_a_login(acme: Tenant) -> None:
    """No text message is sent, and the intermediate session is used up."""
    app = await confirmed_app(acme)
    await update(acme, mfa_enrolled=True, mfa_phone_number=PHONE)
    token = await stopped(acme)
    assert not acme.stytch.outbox.to(PHONE)
    code = acme.stytch.totp_code(app.secret)
    login = await acme.client.totps.authenticate(**who(acme), intermediate_session_token=token, code=code)
    assert (await acme.client.sessions.authenticate(session_token=login.session_token)).member == login.member
    with refused("intermediate_session_not_found", 404):
        await acme.client.totps.authenticate(**who(acme), intermediate_session_token=token, code=code)


async def test_code_works_once(acme: Tenant) -> None:
    """In its time and around it, and never one from before it."""
    app = await confirmed_app(acme)
    session: dict[str, Any] = {"session_token": (await acme.reset()).session_token}
    before = acme.stytch.totp_code(app.secret)
    acme.stytch.advance(seconds=30)
    code = acme.stytch.totp_code(app.secret)
    await acme.client.totps.authenticate(**who(acme), **session, code=code)
    for used in (code, before):
        with refused("totp_code_already_authenticated"):
            await acme.client.totps.authenticate(**who(acme), **session, code=used)
    acme.stytch.advance(seconds=30)
    await acme.client.totps.authenticate(**who(acme), **session, code=acme.stytch.totp_code(app.secret))


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_clocks_may_differ_by_a_step(acme: Tenant, steps: int, *, works: bool) -> None:
    """Of thirty seconds."""
    app = await confirmed_app(acme)
    login = await acme.reset()
    session: dict[str, Any] = {"session_token": login.session_token}
    acme.stytch.advance(minutes=5)
    code = TOTP(app.secret).at(await moment(acme, login.session_token), counter_offset=steps)
    if works:
        await acme.client.totps.authenticate(**who(acme), **session, code=code)
    else:
        with refused("unable_to_authenticate_totp", 401):
            await acme.client.totps.authenticate(**who(acme), **session, code=code)


async def test_codes_are_those_of_the_standard(acme: Tenant) -> None:
    """RFC 6238's example secret, at a time of its table."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert "081804" == TOTP(secret).at(1111111109)  # the last six digits of 07081804
    await acme.client.totps.migrate(**who(acme), secret=secret, recovery_codes=[])
    session = (await acme.reset()).session_token
    await acme.client.totps.authenticate(**who(acme), session_token=session, code=acme.stytch.totp_code(secret))


async def test_wrong_codes(acme: Tenant) -> None:
    """Each kind has its error; ten wrong ones lock the member."""
    with refused("totp_not_found", 404):
        await acme.client.totps.authenticate(**who(acme), session_token=(await acme.reset()).session_token, code="123456")
    app = await confirmed_app(acme)
    session: dict[str, Any] = {"session_token": (await acme.reset()).session_token}
    for code in ("", "12345", "1234567", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666"):
        with refused("invalid_totp_code"):
            await acme.client.totps.authenticate(**who(acme), **session, code=code)
    with refused("recovery_code_used_as_totp_code"):
        await acme.client.totps.authenticate(**who(acme), **session, code=app.recovery_codes[0])
    right = acme.stytch.totp_code(app.secret)
    now = await moment(acme, session["session_token"])
    near = {TOTP(app.secret).at(now, counter_offset=step) for step in (-1, 0, 1)}
    wrong = next(code for code in ("000000", "111111", "222222", "333333") if code not in near)
    for _ in range(10):
        with refused("unable_to_authenticate_totp", 401):
            await acme.client.totps.authenticate(**who(acme), **session, code=wrong)
    with refused("user_lock_limit_reached", 429):
        await acme.client.totps.authenticate(**who(acme), **session, code=right)
    with refused("user_lock_limit_reached", 429):
        await acme.client.recovery_codes.recover(**who(acme), **session, recovery_code=app.recovery_codes[0])


async def moment(acme: Tenant, session_token: str) -> datetime:
    return (await acme.client.sessions.authenticate(session_token=session_token)).member_session.last_accessed_at


@pytest.mark.parametrize(("minutes", "lives"), [(None, 60), (5, 5), (1440, 1440)])
async def test_registration_expires(acme: Tenant, minutes: int | None, lives: int) -> None:
    """Without its first code; then another one may begin."""
    session = (await acme.reset(session_duration_minutes=5000)).session_token
    created = await acme.client.totps.create(**who(acme), expiration_minutes=minutes)
    acme.stytch.advance(seconds=lives * 60 - 1)
    with refused("pending_totp_exists"):
        await acme.client.totps.create(**who(acme))
    acme.stytch.advance(seconds=1)
    with refused("expired_totp"):
        await acme.client.totps.authenticate(**who(acme), session_token=session, code=acme.stytch.totp_code(created.secret))
    with refused("recovery_codes_not_found", 404):
        await acme.client.recovery_codes.get(**who(acme))
    await acme.client.totps.create(**who(acme))


@pytest.mark.parametrize("minutes", [-1, 0, 4, 1441])
async def test_bounds_of_a_registration(acme: Tenant, minutes: int) -> None:
    """Five minutes to a day."""
    with refused("invalid_expiration"):
        await acme.client.totps.create(**who(acme), expiration_minutes=minutes)


async def test_one_app_for_each_member(acme: Tenant) -> None:
    """Until it is deleted, with its recovery codes; sessions stay."""
    app = await confirmed_app(acme)
    session = (await acme.reset()).session_token
    with refused("no_associated_session_passed_in"):
        await acme.client.totps.create(**who(acme))
    recovered = await acme.client.recovery_codes.recover(**who(acme), session_token=session, recovery_code=app.recovery_codes[0])
    with refused("active_totp_exists"):
        await acme.client.totps.create(**who(acme), session_token=recovered.session_token)
    with refused("recovery_codes_already_exist"):
        await acme.client.totps.migrate(**who(acme), secret=app.secret, recovery_codes=[])
    deleted = await acme.client.organizations.members.delete_totp(**who(acme))
    assert ("", "") == (deleted.member.totp_registration_id, deleted.member.default_mfa_method)
    with refused("totp_not_found", 404):
        await acme.client.totps.authenticate(**who(acme), session_token=session, code=acme.stytch.totp_code(app.secret))
    with refused("recovery_codes_not_found", 404):
        await acme.client.recovery_codes.get(**who(acme))
    assert await acme.sessions()
    await acme.client.totps.create(**who(acme))
    await acme.client.organizations.members.delete_totp(**who(acme))
    with refused("totp_not_found", 404):
        await acme.client.organizations.members.delete_totp(**who(acme))


async def test_second_factor_is_not_bypassed_by_an_app(acme: Tenant) -> None:
    """Who has a verified phone number needs it to register an app."""
    await require_second_factor(acme)
    await update(acme, mfa_phone_number=PHONE)
    token = await stopped(acme)
    session = await acme.client.otps.sms.authenticate(**who(acme), intermediate_session_token=token, code=texted_code(acme))
    token = await stopped(acme)
    proofs: list[dict[str, Any]] = [{}, {"intermediate_session_token": token}]
    for proof in proofs:
        with refused("no_associated_session_passed_in"):
            await acme.client.totps.create(**who(acme), **proof)
    await acme.client.totps.create(**who(acme), session_token=session.session_token)


async def test_other_tenants(acme: Tenant) -> None:
    """Neither their sessions nor their codes."""
    globex = await Tenant.make(acme.stytch, acme.client)
    elsewhere = (await globex.reset()).session_token
    with refused("member_session_member_id_mismatch"):
        await acme.client.totps.create(**who(acme), session_token=elsewhere)
    app = await confirmed_app(acme)
    await confirmed_app(globex)
    elsewhere = (await globex.reset()).session_token
    with refused("member_session_member_id_mismatch"):
        await acme.client.totps.authenticate(**who(acme), session_token=elsewhere, code=acme.stytch.totp_code(app.secret))
    with refused("unable_to_authenticate_recovery_code", 401):
        await globex.client.recovery_codes.recover(**who(globex), session_token=elsewhere, recovery_code=app.recovery_codes[0])


async def test_recovery_code_works_once(acme: Tenant) -> None:
    """It completes a login, and one less remains."""
    app = await confirmed_app(acme)
    await update(acme, mfa_enrolled=True)
    used, *kept = app.recovery_codes
    login = await acme.client.recovery_codes.recover(
        **who(acme), intermediate_session_token=await stopped(acme), recovery_code=used
    )
    assert 9 == login.recovery_codes_remaining
    assert login.member_session is not None
    assert ("recovery_codes", "recovery_code") == (
        login.member_session.authentication_factors[-1].type,
        login.member_session.authentication_factors[-1].delivery_method,
    )
    assert kept == (await acme.client.recovery_codes.get(**who(acme))).recovery_codes
    with refused("unable_to_authenticate_recovery_code", 401):
        await acme.client.recovery_codes.recover(**who(acme), intermediate_session_token=await stopped(acme), recovery_code=used)


async def test_wrong_recovery_codes(acme: Tenant) -> None:
    """Each kind has its error, and each counts."""
    token: dict[str, Any] = {"session_token": (await acme.reset()).session_token}
    with refused("no_active_recovery_code_backed_factor"):
        await acme.client.recovery_codes.recover(**who(acme), **token, recovery_code="a1b2-c3d4-e5f6")
    pending = await acme.client.totps.create(**who(acme))
    with refused("no_active_recovery_code_backed_factor"):
        await acme.client.recovery_codes.recover(**who(acme), **token, recovery_code=pending.recovery_codes[0])
    await acme.client.organizations.members.delete_totp(**who(acme))
    await confirmed_app(acme)
    token = {"session_token": (await acme.reset()).session_token}
    wrong = [
        ("123456", "totp_code_used_as_recovery_code", 400),
        ("", "invalid_recovery_code", 400),
        ("A1B2-C3D4-E5F6", "invalid_recovery_code", 400),
        ("a1b2-c3d4-e5f6", "unable_to_authenticate_recovery_code", 401),
        ("é", "invalid_recovery_code", 400),
    ]
    for code, error_type, status in 2 * wrong:
        with refused(error_type, status):
            await acme.client.recovery_codes.recover(**who(acme), **token, recovery_code=code)
    with refused("user_lock_limit_reached", 429):
        await acme.client.recovery_codes.recover(**who(acme), **token, recovery_code="a1b2-c3d4-e5f6")


async def test_rotated_recovery_codes(acme: Tenant) -> None:
    """The old ones are no good."""
    with refused("recovery_codes_not_found", 404):
        await acme.client.recovery_codes.rotate(**who(acme))
    app = await confirmed_app(acme)
    rotated = await acme.client.recovery_codes.rotate(**who(acme))
    assert not set(app.recovery_codes) & set(rotated.recovery_codes)
    assert rotated.recovery_codes == (await acme.client.recovery_codes.get(**who(acme))).recovery_codes
    session = (await acme.reset()).session_token
    with refused("unable_to_authenticate_recovery_code", 401):
        await acme.client.recovery_codes.recover(**who(acme), session_token=session, recovery_code=app.recovery_codes[0])


async def test_migrated_app(acme: Tenant) -> None:
    """Its secret may be short, and its recovery codes of any form; it needs no first code."""
    secret = "jbsw y3dp ehpk 3pxp"
    migrated = await acme.client.totps.migrate(**who(acme), secret=secret, recovery_codes=["123456", "Zwei Worte"])
    assert ["123456", "Zwei Worte"] == migrated.recovery_codes
    assert migrated.totp_registration_id == migrated.member.totp_registration_id
    session = (await acme.reset()).session_token
    code = acme.stytch.totp_code("JBSWY3DPEHPK3PXP")
    await acme.client.totps.authenticate(**who(acme), session_token=session, code=code)
    for code in migrated.recovery_codes:
        await acme.client.recovery_codes.recover(**who(acme), session_token=session, recovery_code=code)


@pytest.mark.parametrize("secret", ["", "é", "1", "JBSWY3DP", "JBSWY3DPEHPK3PX", "A" * 200, "\0"])
async def test_secret_that_is_not_one(acme: Tenant, secret: str) -> None:
    """Not base32, too short or too long."""
    with refused("invalid_argument"):
        await acme.client.totps.migrate(**who(acme), secret=secret, recovery_codes=[])


@pytest.mark.parametrize("codes", [[""], ["a", "a"], ["a" * 129], [str(number) for number in range(101)]])
async def test_recovery_codes_that_are_none(acme: Tenant, codes: list[str]) -> None:
    """Empty, twice the same, too long or too many."""
    with refused("invalid_recovery_code"):
        await acme.client.totps.migrate(**who(acme), secret="A" * 32, recovery_codes=codes)


async def test_names_beyond_the_image(acme: Tenant) -> None:
    """A QR code holds 3 KB; long names are cut."""
    made = await acme.client.organizations.create(organization_name="\U0001f600" * 128)
    organization_id = made.organization.organization_id
    bob = await acme.client.organizations.members.create(
        organization_id=organization_id, email_address="\U0001f600" * 500 + "@example.com"
    )
    assert (await acme.client.totps.create(organization_id=organization_id, member_id=bob.member_id)).qr_code


async def test_deleted_member(acme: Tenant) -> None:
    """The app ends with the membership."""
    app = await confirmed_app(acme)
    await acme.client.organizations.members.delete(**who(acme))
    back = await acme.client.organizations.members.reactivate(**who(acme))
    assert not back.member.totp_registration_id
    with refused("recovery_codes_not_found", 404):
        await acme.client.recovery_codes.get(**who(acme))
    assert app.secret not in json.dumps(await asyncio.to_thread(acme.stytch.state), default=str)


async def test_state(acme: Tenant) -> None:
    """It holds apps and codes; a reset empties it."""
    app = await confirmed_app(acme)
    await acme.client.otps.email.login_or_signup(organization_id=acme.organization_id, email_address=ADA)
    code = acme.stytch.outbox[-1].code
    state = json.loads(json.dumps(await asyncio.to_thread(acme.stytch.state), default=str))
    async with Emulator() as other, other.client(max_attempts=1) as client:
        await asyncio.to_thread(other.load_state, state)
        login = await client.otps.email.authenticate(organization_id=acme.organization_id, email_address=ADA, code=code)
        await client.totps.authenticate(**who(acme), session_token=login.session_token, code=other.totp_code(app.secret))
        await asyncio.to_thread(other.reset)
        tables = (await asyncio.to_thread(other.state))["tables"]
        assert not tables["totps"]
        assert not tables["passcodes"]
