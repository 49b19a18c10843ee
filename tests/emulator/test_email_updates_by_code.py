"""Changes of a member's own address, by a code to the new one; and by links and codes in turn."""

from typing import Any

import pytest
from support.second_factors import who
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async.authorization import Authorization

NEW = "ada@new.example"


async def start(acme: Tenant, email: str = NEW, **options: Any) -> None:
    await acme.client.organizations.members.start_email_update(**who(acme), email_address=email, **options)


async def code(acme: Tenant, email: str = NEW) -> str:
    await start(acme, email, delivery_method="EMAIL_OTP")
    return acme.stytch.outbox.last(to=email, kind="email_update").code


async def by_code(acme: Tenant, given: str, email: str = NEW) -> Any:
    return await acme.client.otps.email.authenticate(organization_id=acme.organization_id, email_address=email, code=given)


async def address(acme: Tenant) -> str:
    return (await acme.client.organizations.members.dangerously_get(member_id=acme.member_id)).member.email_address


async def test_code_changes_the_address(acme: Tenant) -> None:
    """And logs in; until then nothing changes, and the old address stays the member's as a retired one."""
    before = (await acme.reset()).member_email_id
    given = await code(acme)
    assert ADA == await address(acme)
    login = await by_code(acme, given)
    assert login.member_authenticated
    assert (NEW, True, acme.member_id) == (login.member.email_address, login.member.email_address_verified, login.member_id)
    assert [(before, ADA)] == [(old.email_id, old.email_address) for old in login.member.retired_email_addresses]
    assert login.method_id not in {"", before}
    with refused("unable_to_auth_otp_code", 401):
        await by_code(acme, given)


@pytest.mark.parametrize(("seconds", "works"), [(299, True), (300, False)])
async def test_five_minutes(acme: Tenant, seconds: int, *, works: bool) -> None:
    """Whether it is a link or a code."""
    await acme.reset()
    given = await code(acme)
    acme.stytch.advance(seconds=seconds)
    if works:
        await by_code(acme, given)
    else:
        with refused("unable_to_auth_otp_code", 401):
            await by_code(acme, given)
    await start(acme, "ada@newer.example")
    token = acme.stytch.outbox.last(to="ada@newer.example").token
    acme.stytch.advance(seconds=seconds)
    if works:
        await acme.client.magic_links.authenticate(magic_links_token=token)
        assert "ada@newer.example" == await address(acme)
    else:
        with refused("unable_to_auth_magic_link", 401):
            await acme.client.magic_links.authenticate(magic_links_token=token)
        assert ADA == await address(acme)


async def test_addresses_that_cannot_be_had(acme: Tenant) -> None:
    """Taken, retired for another member, or being changed to by one."""
    await acme.reset()
    members = acme.client.organizations.members
    bob = await members.create(organization_id=acme.organization_id, email_address="bob@example.com")
    await members.update(organization_id=acme.organization_id, member_id=bob.member_id, email_address="bob@new.example")
    for email, error_type in (
        (ADA, "duplicate_member_email"),
        ("bob@new.example", "duplicate_member_email"),
        ("bob@example.com", "desired_email_deactivated_by_different_member"),
        ("nobody", "invalid_email"),
    ):
        with refused(error_type):
            await start(acme, email)
    with refused("invalid_argument"):
        await start(acme, delivery_method="PIGEON")
    assert not acme.stytch.outbox.to(NEW)


async def test_two_members_change_to_one_address(acme: Tenant) -> None:
    """The second may when the first one's change has expired."""
    await acme.reset()
    first = await code(acme)
    bob = await Tenant.make(acme.stytch, acme.client)
    members = acme.client.organizations.members
    made = await members.create(organization_id=acme.organization_id, email_address="bob@example.com")
    login = acme.client.otps.email
    await login.login_or_signup(organization_id=acme.organization_id, email_address="bob@example.com")
    await login.authenticate(
        organization_id=acme.organization_id, email_address="bob@example.com", code=acme.stytch.outbox[-1].code
    )
    other: dict[str, Any] = {"organization_id": acme.organization_id, "member_id": made.member_id, "email_address": NEW}
    with refused("desired_email_updating_for_different_member"):
        await members.start_email_update(**other)
    await bob.reset()
    await code(bob)  # another organization's member may
    acme.stytch.advance(minutes=5)
    await members.start_email_update(**other, delivery_method="EMAIL_OTP")
    second = acme.stytch.outbox.last(to=NEW).code
    if first != second:
        with refused("otp_code_not_found", 404):
            await by_code(acme, first)
    assert made.member_id == (await by_code(acme, second)).member_id
    assert ADA == await address(acme)


async def test_address_that_is_taken_meanwhile(acme: Tenant) -> None:
    """The change fails, and the new member's login is not the old one's."""
    await acme.reset()
    await start(acme)
    token = acme.stytch.outbox.last(to=NEW).token
    given = await code(acme)
    await start(acme)
    link = acme.stytch.outbox.last(to=NEW).token
    await acme.client.organizations.members.create(organization_id=acme.organization_id, email_address=NEW)
    with refused("otp_code_not_found", 404):
        await by_code(acme, given)
    for each in (token, link):
        with refused("unable_to_verify_member_email_update"):
            await acme.client.magic_links.authenticate(magic_links_token=each)
    assert ADA == await address(acme)


async def test_change_that_was_overtaken(acme: Tenant) -> None:
    """By another one, by the backend, or by the end of the membership."""
    await acme.reset()
    given = await code(acme)
    await start(acme, "ada@newer.example")
    with refused("member_not_found", 404):
        await by_code(acme, given)
    token = acme.stytch.outbox.last(to="ada@newer.example").token
    await start(acme, "ada@fourth.example")
    with refused("unable_to_auth_magic_link", 401):
        await acme.client.magic_links.authenticate(magic_links_token=token)
    token = acme.stytch.outbox.last(to="ada@fourth.example").token
    await acme.client.organizations.members.update(**who(acme), email_address="ada@third.example")
    with refused("magic_link_not_found", 404):
        await acme.client.magic_links.authenticate(magic_links_token=token)
    assert "ada@third.example" == await address(acme)


async def test_member_changes_the_own_address(acme: Tenant) -> None:
    """With a session; not another member's."""
    session = await acme.reset()
    ada = Authorization(session_token=session.session_token)
    await start(acme, authorization=ada)
    bob = await acme.client.organizations.members.create(organization_id=acme.organization_id, email_address="bob@example.com")
    with refused("session_authorization_error", 403):
        await acme.client.organizations.members.start_email_update(
            organization_id=acme.organization_id, member_id=bob.member_id, email_address="b@new.example", authorization=ada
        )
