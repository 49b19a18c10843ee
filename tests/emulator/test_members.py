from collections import Counter
from functools import partial

import pytest
from support.pure_api import PureAPI
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator, ProjectSettings


async def test_new_member(acme: Tenant) -> None:
    """A new member is active and has no password.

    Nor a verified address, nor anything else; every member has the member's role.
    """
    found = await acme.client.organizations.members.get(organization_id=acme.organization_id, member_id=acme.member_id)
    member = found.member
    assert member.member_id.startswith("member-test-")
    assert ("active", False, "") == (member.status, member.email_address_verified, member.member_password_id)
    assert ("", "", False) == (member.name, member.mfa_phone_number, member.is_admin)
    assert ["stytch_member"] == [role.role_id for role in member.roles]
    assert acme.organization_id == found.organization.organization_id


async def test_a_member_keeps_what_was_said_of_them(acme: Tenant) -> None:
    """Null in metadata deletes, so it is not kept."""
    made = await acme.client.organizations.members.create(
        organization_id=acme.organization_id,
        email_address="Grace@Example.com",
        name="Grace",
        create_member_as_pending=True,
        is_breakglass=True,
        mfa_phone_number="+12025550162",
        external_id="g|1",
        roles=["stytch_admin"],
        trusted_metadata={"a": None, "b": [1]},
    )
    member = made.member
    assert ("Grace", "pending", True, "+12025550162") == (member.name, member.status, member.is_breakglass, member.mfa_phone_number)
    assert member.is_admin
    assert {"b": [1]} == member.trusted_metadata


async def test_member_lookup(acme: Tenant) -> None:
    """A member is found by id external id or address. Addresses are the same in any case."""
    members = acme.client.organizations.members
    made = await members.create(organization_id=acme.organization_id, email_address="grace@example.com", external_id="g|1")
    for selector in ({"member_id": made.member_id}, {"member_id": "g|1"}, {"email_address": "GRACE@example.com"}):
        assert made.member_id == (await members.get(organization_id=acme.organization_id, **selector)).member_id


async def test_a_member_is_asked_for_by_one_thing(acme: Tenant) -> None:
    """Neither by nothing nor by two."""
    for selector in ({}, {"member_id": acme.member_id, "email_address": ADA}):
        with refused("invalid_member_get_fields"):
            await acme.client.organizations.members.get(organization_id=acme.organization_id, **selector)


async def test_foreign_members(acme: Tenant) -> None:
    """Members of another organization are not found. By no name."""
    other = await Tenant.make(acme.stytch, acme.client, "grace@example.com")
    for selector in ({"member_id": acme.member_id}, {"email_address": ADA}):
        with refused("member_not_found", 404):
            await acme.client.organizations.members.get(organization_id=other.organization_id, **selector)


@pytest.mark.parametrize(
    ("options", "error_type"),
    [
        ({"email_address": ADA}, "duplicate_member_email"),
        ({"email_address": "ADA@example.com"}, "duplicate_member_email"),
        ({"email_address": "nobody"}, "invalid_email"),
        ({"email_address": "a@b"}, "invalid_email"),
        ({"external_id": "g|1"}, "duplicate_member_external_id"),
        ({"external_id": "a b"}, "invalid_id"),
        ({"mfa_phone_number": "+12025550162"}, "duplicate_member_phone_number"),
        ({"mfa_phone_number": "12025550162"}, "invalid_phone_number"),
        ({"roles": ["stytch_member"]}, "cannot_assign_default_rbac_role_id"),
        ({"roles": ["emperor"]}, "invalid_rbac_role_id"),
        ({"untrusted_metadata": {"a": "x" * 5000}}, "metadata_too_large"),
    ],
)
async def test_refused_members(acme: Tenant, options: dict[str, object], error_type: str) -> None:
    """Members that make no sense or are there are refused. Each by its own word."""
    create = acme.client.organizations.members.create
    await create(
        organization_id=acme.organization_id,
        email_address="grace@example.com",
        external_id="g|1",
        mfa_phone_number="+12025550162",
    )
    with refused(error_type):
        await create(organization_id=acme.organization_id, **{"email_address": "eve@example.com", **options})  # type: ignore[arg-type]


async def test_roles_come_with_the_domain_of_an_address(client: Client, stytch: Emulator) -> None:
    """And tell where they come from."""
    acme = await Tenant.make(
        stytch, client, rbac_email_implicit_role_assignments=[{"domain": "Example.com", "role_id": "stytch_admin"}]
    )
    found = await client.organizations.members.get(organization_id=acme.organization_id, member_id=acme.member_id)
    sources = {role.role_id: role.sources[0].type for role in found.member.roles}
    assert {"stytch_member": "direct_assignment", "stytch_admin": "email_assignment"} == sources
    assert found.member.is_admin


async def test_a_project_may_have_roles_of_its_own() -> None:
    """As settings say."""
    settings = ProjectSettings(roles={"editor": {"documents": ["write"]}})
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        made = await client.organizations.members.create(
            organization_id=acme.organization_id, email_address="grace@example.com", roles=["editor"]
        )
    assert ["stytch_member", "editor"] == [role.role_id for role in made.member.roles]


def test_large_organization() -> None:
    """Members of large organizations are found as fast.

    The database takes as many steps for one of two hundred members as for one of five.
    """
    steps: list[int] = []
    for size in (5, 200):
        with PureAPI() as api:
            organization_id = api.post("organizations", organization_name="Acme")["organization"]["organization_id"]
            for number in range(size):
                made = api.post(f"organizations/{organization_id}/members", email_address=f"{number}@example.com")
            taken = Counter[str]()
            api.connection.set_progress_handler(partial(taken.update, ["steps"]), 1)
            api.call("GET", f"/v1/b2b/organizations/{organization_id}/member", None, f"member_id={made['member_id']}")
            api.connection.set_progress_handler(None, 0)
            steps.append(taken["steps"])
    assert 0 < steps[1] < 1.2 * steps[0]
