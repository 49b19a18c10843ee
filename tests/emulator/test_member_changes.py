"""Updating, deleting and reactivating members."""

from typing import Any

import pytest
from support.tenants import ADA, PASSWORD, Tenant, refused

from stytch_b2b_async.emulator import Emulator, ProjectSettings
from stytch_b2b_async.models.member import Member

GRACE = "grace@example.com"


async def update(acme: Tenant, **changes: Any) -> Member:
    members = acme.client.organizations.members
    return (await members.update(organization_id=acme.organization_id, member_id=acme.member_id, **changes)).member


async def member_of(acme: Tenant) -> Member:
    return (await acme.client.organizations.members.dangerously_get(member_id=acme.member_id)).member


async def test_omitted_fields_stay(acme: Tenant) -> None:
    """Metadata is merged, roles are replaced."""
    await update(acme, name="Ada", roles=["stytch_admin"], trusted_metadata={"a": 1, "b": 2}, untrusted_metadata={"c": 3})
    changed = await update(
        acme,
        external_id="ada|1",
        mfa_phone_number="+12025550162",
        mfa_enrolled=True,
        is_breakglass=True,
        trusted_metadata={"a": None},
    )
    assert ("Ada", "ada|1", True, True) == (changed.name, changed.external_id, changed.mfa_enrolled, changed.is_breakglass)
    assert ({"b": 2}, {"c": 3}, True) == (changed.trusted_metadata, changed.untrusted_metadata, changed.is_admin)
    assert "sms_otp" == (await update(acme, default_mfa_method="sms_otp")).default_mfa_method
    assert not (await update(acme, roles=[])).is_admin


@pytest.mark.parametrize(
    ("changes", "error_type"),
    [
        ({"external_id": "g|1"}, "duplicate_member_external_id"),
        ({"external_id": "a b"}, "invalid_id"),
        ({"mfa_phone_number": "+12025550162"}, "duplicate_member_phone_number"),
        ({"mfa_phone_number": "12025550162"}, "invalid_phone_number"),
        ({"default_mfa_method": "sms_otp"}, "default_mfa_member_missing_factor"),
        ({"default_mfa_method": "totp"}, "default_mfa_member_missing_factor"),
        ({"default_mfa_method": "pigeon"}, "invalid_mfa_default_method"),
        ({"roles": ["emperor"]}, "invalid_rbac_role_id"),
        ({"roles": ["stytch_member"]}, "cannot_assign_default_rbac_role_id"),
        ({"email_address": GRACE}, "duplicate_member_email"),
        ({"email_address": "nobody"}, "invalid_email"),
        ({"trusted_metadata": {"a": "x" * 5000}}, "metadata_too_large"),
        ({"untrusted_metadata": {str(n): n for n in range(21)}}, "metadata_too_many_keys"),
    ],
)
async def test_invalid_update(acme: Tenant, changes: dict[str, Any], error_type: str) -> None:
    """Each has its own error type, and nothing has changed."""
    create = acme.client.organizations.members.create
    await create(organization_id=acme.organization_id, email_address=GRACE, external_id="g|1", mfa_phone_number="+12025550162")
    before = await member_of(acme)
    with refused(error_type):
        await update(acme, **changes)
    assert before == await member_of(acme)


async def test_phone_number_change(acme: Tenant) -> None:
    """Phone number is deleted before it changes. The default method follows; the same number again is no change."""
    members = acme.client.organizations.members
    who: dict[str, Any] = {"organization_id": acme.organization_id, "member_id": acme.member_id}
    with refused("member_phone_number_not_found", 404):
        await members.delete_mfa_phone_number(**who)
    await update(acme, mfa_phone_number="+12025550162")
    await update(acme, mfa_phone_number="+12025550162", default_mfa_method="sms_otp")
    with refused("duplicate_member_phone_number_for_member"):
        await update(acme, mfa_phone_number="+12025550163")
    gone = (await members.delete_mfa_phone_number(**who)).member
    assert ("", False, "") == (gone.mfa_phone_number, gone.mfa_phone_number_verified, gone.default_mfa_method)
    assert "+12025550163" == (await update(acme, mfa_phone_number="+12025550163")).mfa_phone_number
    with refused("totp_not_found", 404):
        await members.delete_totp(**who)


async def test_external_id_is_deleted_by_its_own_call(acme: Tenant) -> None:
    """Then nobody is found by it."""
    members = acme.client.organizations.members
    await update(acme, external_id="a|1")
    gone = await members.delete_external_id(organization_id=acme.organization_id, member_id="a|1")
    assert gone.member.external_id is None
    with refused("member_not_found", 404):
        await members.get(organization_id=acme.organization_id, member_id="a|1")


@pytest.mark.parametrize("shared", [True, False])
async def test_new_address_needs_a_new_password(*, shared: bool) -> None:
    """It is not verified, and the old one stays reserved until it is unlinked."""
    settings = ProjectSettings(cross_organization_passwords=shared)
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        await acme.reset()
        moved = await update(acme, email_address="Lovelace@example.com")
        assert ("Lovelace@example.com", False, "") == (moved.email_address, moved.email_address_verified, moved.member_password_id)
        with refused("member_not_found", 404):
            await acme.log_in()
        with refused("member_password_not_found", 404):
            await client.passwords.authenticate(
                organization_id=acme.organization_id, email_address="lovelace@example.com", password=PASSWORD
            )
        members = client.organizations.members
        home: dict[str, Any] = {"organization_id": acme.organization_id}
        assert [ADA] == [retired.email_address for retired in moved.retired_email_addresses]
        with refused("retired_member_email"):
            await members.create(**home, email_address="ADA@example.com")
        other = await members.create(**home, email_address=GRACE)
        with refused("desired_email_deactivated_by_different_member"):
            await members.update(**home, member_id=other.member_id, email_address=ADA)
        with refused("retired_email_missing_email_identifiers"):
            await members.unlink_retired_email(**home, member_id=acme.member_id)
        with refused("cannot_delete_email"):
            await members.unlink_retired_email(**home, member_id=acme.member_id, email_address="lovelace@example.com")
        unlinked = await members.unlink_retired_email(
            **home, member_id=acme.member_id, email_id=moved.retired_email_addresses[0].email_id
        )
        assert [] == unlinked.member.retired_email_addresses
        with refused("email_not_found", 404):
            await members.unlink_retired_email(**home, member_id=acme.member_id, email_address=ADA)
        await members.update(**home, member_id=other.member_id, email_address=ADA)


async def test_member_may_return_to_a_retired_address(acme: Tenant) -> None:
    """It has the id it had; with `unlink_email` the one left behind is free."""
    moved = await update(acme, email_address=GRACE)
    back = await update(acme, email_address=ADA, unlink_email=True)
    assert (ADA, []) == (back.email_address, back.retired_email_addresses)
    again = await update(acme, email_address=GRACE)
    assert moved.retired_email_addresses == again.retired_email_addresses


async def test_links_to_an_old_address_are_dead(acme: Tenant) -> None:
    """Even when the member returns to it."""
    token = await acme.mailed_token()
    await update(acme, email_address=GRACE)
    await update(acme, email_address=ADA)
    with refused("unable_to_auth_password_reset_token", 401):
        await acme.client.passwords.email.reset(password_reset_token=token, password=PASSWORD)


async def test_deleted_member_is_found_by_nobody(acme: Tenant) -> None:
    """Except by those who ask for deleted ones; sessions have ended, and the address is free."""
    members = acme.client.organizations.members
    who: dict[str, Any] = {"organization_id": acme.organization_id, "member_id": acme.member_id}
    login = await acme.reset()
    token = await acme.mailed_token()
    assert acme.member_id == (await members.delete(**who)).member_id
    with refused("session_not_found", 404):
        await acme.client.sessions.authenticate(session_token=login.session_token)
    with refused("unable_to_auth_password_reset_token", 401):
        await acme.client.passwords.email.reset(password_reset_token=token, password=PASSWORD)
    for call in (members.get, members.delete, members.update, members.delete_external_id):
        with refused("member_not_found", 404):
            await call(**who)
    with refused("member_not_found", 404):
        await members.dangerously_get(member_id=acme.member_id)
    found = await members.dangerously_get(member_id=acme.member_id, include_deleted=True)
    assert "deleted" == found.member.status
    await members.create(organization_id=acme.organization_id, email_address=ADA)


async def test_reactivated_member_is_active(acme: Tenant) -> None:
    """If the address was verified, and nobody has it now."""
    members = acme.client.organizations.members
    who: dict[str, Any] = {"organization_id": acme.organization_id, "member_id": acme.member_id}
    with refused("no_deleted_member_found_for_reactivation"):
        await members.reactivate(**who)
    await members.delete(**who)
    with refused("email_unverified_for_reactivation"):
        await members.reactivate(**who)
    other = await Tenant.make(acme.stytch, acme.client, GRACE)
    with refused("member_not_found", 404):
        await members.reactivate(organization_id=other.organization_id, member_id=acme.member_id)


async def test_reactivation_revives_no_token(acme: Tenant) -> None:
    """Mailed links, sessions and intermediate sessions from before the deletion stay dead."""
    members = acme.client.organizations.members
    who: dict[str, Any] = {"organization_id": acme.organization_id, "member_id": acme.member_id}
    login = await acme.reset()
    token = await acme.mailed_token()
    await members.delete(**who)
    await members.reactivate(**who)
    with refused("unable_to_auth_password_reset_token", 401):
        await acme.client.passwords.email.reset(password_reset_token=token, password=PASSWORD)
    with refused("session_not_found", 404):
        await acme.client.sessions.authenticate(session_token=login.session_token)


async def test_reactivation_needs_the_address(acme: Tenant) -> None:
    """A member who has it now keeps it."""
    members = acme.client.organizations.members
    who: dict[str, Any] = {"organization_id": acme.organization_id, "member_id": acme.member_id}
    await acme.reset()
    await members.delete(**who)
    successor = await members.create(organization_id=acme.organization_id, email_address=ADA)
    with refused("reactivation_email_belongs_to_another_member"):
        await members.reactivate(**who)
    await members.delete(organization_id=acme.organization_id, member_id=successor.member_id)
    assert "active" == (await members.reactivate(**who)).member.status
    assert (await acme.log_in()).member_authenticated


async def test_password_deletion() -> None:
    """Password of one organization is deleted by id. Shared ones are not deleted this way."""
    async with Emulator(settings=ProjectSettings(cross_organization_passwords=False)) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        password_id = (await acme.reset()).member.member_password_id
        members = client.organizations.members
        with refused("password_not_found", 404):
            await members.delete_password(organization_id=acme.organization_id, member_password_id="nobody's")
        gone = await members.delete_password(organization_id=acme.organization_id, member_password_id=password_id)
        assert "" == gone.member.member_password_id
        with refused("member_password_not_found", 404):
            await acme.log_in()


async def test_shared_password_is_not_deleted(acme: Tenant) -> None:
    """Other organizations use it."""
    password_id = (await acme.reset()).member.member_password_id
    with refused("cross_org_passwords_enabled"):
        await acme.client.organizations.members.delete_password(
            organization_id=acme.organization_id, member_password_id=password_id
        )
    assert (await acme.log_in()).member_authenticated


async def test_claimed_domain_is_for_one_organization(acme: Tenant) -> None:
    """Its own members may have addresses there."""
    home = await acme.client.organizations.create(organization_name="Claimer", claimed_email_domains=["Claimed.example"])
    create = acme.client.organizations.members.create
    with refused("action_not_allowed_email_domain_is_claimed"):
        await create(organization_id=acme.organization_id, email_address="eve@claimed.example")
    await create(organization_id=home.organization.organization_id, email_address="eve@claimed.example")
