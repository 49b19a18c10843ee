"""Roles: the project's policy, roles that organizations add, and what single fields need."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from support.tenants import Tenant, refused

from stytch_b2b_async import Authorization
from stytch_b2b_async.emulator import Emulator, ProjectSettings
from stytch_b2b_async.emulator.rules.members.updates import UPDATE_ACTIONS as MEMBER_ACTIONS
from stytch_b2b_async.emulator.rules.organizations.updates import UPDATE_ACTIONS as ORGANIZATION_ACTIONS
from stytch_b2b_async.emulator.rules.rbac.policy import API_RESOURCES
from stytch_b2b_async.emulator.state.roles import session_roles
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.factors import SSOFactor
from stytch_b2b_async.models.member import Member, MemberRole, MemberRoleSource
from stytch_b2b_async.models.rbac import OrgPolicy, Permission, PolicyRole
from stytch_b2b_async.models.session import AuthenticationFactor

SETTINGS = ProjectSettings(
    roles={
        "editor": {"documents": ["write"]},
        "renamer": {"stytch.organization": ["update.info.name"], "stytch.member": ["update.info.name"]},
    },
    resources={"documents": ["read", "write"]},
    scopes={"read:documents": {"documents": ["read"]}},
)


@pytest_asyncio.fixture
async def acme() -> AsyncIterator[Tenant]:
    async with Emulator(settings=SETTINGS) as stytch, stytch.client(max_attempts=1, strict=True) as client:
        yield await Tenant.make(stytch, client)


async def as_member(acme: Tenant, roles: list[str]) -> Authorization:
    """Log the member in with roles."""
    await acme.client.organizations.members.update(organization_id=acme.organization_id, member_id=acme.member_id, roles=roles)
    return Authorization(session_token=(await acme.reset()).session_token)


async def test_policy(acme: Tenant) -> None:
    """The API's own roles and resources, and those of the settings."""
    policy = (await acme.client.rbac.policy()).policy
    assert policy
    assert ["editor", "renamer", "stytch_member", "stytch_admin"] == [role.role_id for role in policy.roles]
    resources = {resource.resource_id: resource.actions for resource in policy.resources}
    assert ["read", "write"] == resources["documents"]
    assert set(API_RESOURCES) < set(resources)
    assert ["read:documents"] == [scope.scope for scope in policy.scopes]


def test_policy_has_every_action_that_is_checked() -> None:
    """A role can be made for each field of an update."""
    for action, resource, *_ in ORGANIZATION_ACTIONS.values():
        assert action in API_RESOURCES[resource]
    for action, *resources in MEMBER_ACTIONS.values():
        assert all(action in API_RESOURCES[resource] for resource in resources), action


@pytest.mark.parametrize("source", ["sso_connection", "sso_connection_group"])
def test_sso_roles(source: str) -> None:
    """SSO roles count in sessions of that connection. Other sessions of the member do not have them."""
    member = Member.example()
    implied = MemberRoleSource(type=source, details={"connection_id": "saml-1"})
    direct = MemberRoleSource(type="direct_assignment", details={})
    roles = [MemberRole(role_id="sso", sources=[implied]), MemberRole(role_id="both", sources=[implied, direct])]
    member = evolve(member, roles=roles)

    def session_of(connection_id: str) -> list[AuthenticationFactor]:
        sso = SSOFactor(id="r-1", provider_id=connection_id, external_id="e-1")
        return [AuthenticationFactor(type="sso", delivery_method="sso_saml", saml_sso_factor=sso)]

    assert ["sso", "both"] == session_roles(member, session_of("saml-1"))
    assert ["both"] == session_roles(member, session_of("saml-2"))
    assert ["both"] == session_roles(member, [])


async def test_organization_adds_roles(acme: Tenant) -> None:
    """Members can have them, and they count in checks."""
    roles = [PolicyRole(role_id="reader", description="Reads", permissions=[Permission(resource_id="documents", actions=["read"])])]
    policy = OrgPolicy(roles=roles)
    organizations = acme.client.rbac.organizations
    assert policy == (await organizations.set_org_policy(organization_id=acme.organization_id, org_policy=policy)).org_policy
    assert policy == (await organizations.get_org_policy(organization_id=acme.organization_id)).org_policy
    found = (await acme.client.organizations.get(organization_id=acme.organization_id)).organization
    assert ["reader"] == [role.role_id for role in found.custom_roles]
    acting = await as_member(acme, ["reader"])
    check = {"organization_id": acme.organization_id, "resource_id": "documents", "action": "read"}
    checked = await acme.client.sessions.authenticate(session_token=acting.session_token, authorization_check=check)
    assert checked.verdict
    assert ["reader"] == checked.verdict.granting_roles
    with refused("session_authorization_error", 403):
        await acme.client.sessions.authenticate(
            session_token=acting.session_token, authorization_check={**check, "action": "write"}
        )
    await organizations.set_org_policy(organization_id=acme.organization_id, org_policy=OrgPolicy(roles=[]))
    with refused("session_authorization_error", 403):
        await acme.client.sessions.authenticate(session_token=acting.session_token, authorization_check=check)


@pytest.mark.parametrize(
    ("role", "error_type"),
    [
        ({"role_id": " "}, "empty_rbac_role_id"),
        ({"role_id": "x" * 200}, "rbac_role_id_too_long"),
        ({"role_id": "editor"}, "invalid_rbac_custom_role"),
        ({"role_id": "stytch_owner"}, "invalid_rbac_custom_role"),
        ({"permissions": []}, "rbac_role_missing_permissions"),
        ({"description": "x" * 600}, "rbac_description_too_long"),
        ({"permissions": [{"resource_id": "planets", "actions": ["read"]}]}, "invalid_permission_resource"),
        ({"permissions": [{"resource_id": "documents", "actions": ["eat"]}]}, "invalid_permission_action"),
        ({"permissions": [{"resource_id": "documents", "actions": []}]}, "rbac_permission_missing_actions"),
        ({"permissions": [{"resource_id": "documents", "actions": ["*", "read"]}]}, "cannot_specify_wildcard_with_other_actions"),
    ],
)
async def test_invalid_custom_role(acme: Tenant, role: dict[str, Any], error_type: str) -> None:
    """Each has its own error type."""
    valid = {"role_id": "reader", "description": "", "permissions": [{"resource_id": "documents", "actions": ["*"]}]}
    with refused(error_type):
        await acme.client.rbac.organizations.set_org_policy(
            organization_id=acme.organization_id, org_policy={"roles": [{**valid, **role}]}
        )
    with refused("rbac_role_duplicate"):
        await acme.client.rbac.organizations.set_org_policy(
            organization_id=acme.organization_id, org_policy={"roles": [valid, valid]}
        )


async def test_each_field_needs_its_action(acme: Tenant) -> None:
    """One that is not granted spoils the call."""
    acting = await as_member(acme, ["renamer"])
    organizations, name = acme.client.organizations, acme.organization_id
    await organizations.update(organization_id=name, organization_name="Renamed", authorization=acting)
    with refused("session_authorization_error", 403):
        await organizations.update(organization_id=name, organization_name="Again", mfa_policy="OPTIONAL", authorization=acting)
    with refused("cannot_update_trusted_metadata", 401):
        await organizations.update(organization_id=name, trusted_metadata={}, authorization=acting)
    assert "Renamed" == (await organizations.get(organization_id=name)).organization.organization_name


async def test_members_may_change_themselves(acme: Tenant) -> None:
    """But neither their roles nor their address, nor other members."""
    members, home = acme.client.organizations.members, acme.organization_id
    grace = await members.create(organization_id=home, email_address="grace@example.com")
    acting = await as_member(acme, [])
    mine: dict[str, Any] = {"organization_id": home, "member_id": acme.member_id, "authorization": acting}
    changed = await members.update(
        **mine, name="Ada", untrusted_metadata={"a": 1}, mfa_phone_number="+12025550162", mfa_enrolled=True
    )
    assert ("Ada", True) == (changed.member.name, changed.member.mfa_enrolled)
    for forbidden in ({"roles": ["stytch_admin"]}, {"is_breakglass": True}, {"external_id": "1"}, {"unlink_email": True}):
        with refused("session_authorization_error", 403):
            await members.update(**mine, **forbidden)
    with refused("member_cannot_update_their_email_address"):
        await members.update(**mine, email_address="lovelace@example.com")
    with refused("cannot_update_trusted_metadata", 401):
        await members.update(**mine, trusted_metadata={"a": 1})
    with refused("session_authorization_error", 403):
        await members.update(organization_id=home, member_id=grace.member_id, name="Eve", authorization=acting)
    await members.delete_mfa_phone_number(**mine)
    await members.delete(**mine)
    with refused("session_not_found", 404):
        await members.delete(**mine)


async def test_admin_searches_only_the_own_organization(acme: Tenant) -> None:
    """Whatever else is named."""
    other = await Tenant.make(acme.stytch, acme.client, "grace@example.com")
    acting = await as_member(acme, ["stytch_admin"])
    search = acme.client.organizations.members.search
    assert 1 == len((await search(organization_ids=[acme.organization_id], authorization=acting)).members)
    for ids in (
        [other.organization_id],
        [acme.organization_id, other.organization_id],
        [other.organization_id, acme.organization_id],
    ):
        with refused("session_authorization_tenancy_error", 403):
            await search(organization_ids=ids, authorization=acting)
