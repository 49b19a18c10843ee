"""Updating and deleting organizations."""

from typing import Any

import pytest
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator, ProjectSettings


async def test_omitted_fields_stay(acme: Tenant) -> None:
    """Lists are replaced, metadata is merged by top-level keys, and null deletes a key."""
    organizations, name = acme.client.organizations, acme.organization_id
    await organizations.update(
        organization_id=name, organization_slug="acme-1", trusted_metadata={"plan": {"a": 1}, "old": 1}, auth_methods="ALL_ALLOWED"
    )
    updated = (
        await organizations.update(
            organization_id="acme-1",
            organization_name="Acme & Daughters",
            organization_external_id="a|1",
            trusted_metadata={"plan": {"b": 2}, "old": None},
            email_allowed_domains=["example.com"],
            email_jit_provisioning="RESTRICTED",
            auth_methods="RESTRICTED",
            allowed_auth_methods=["password", "magic_link"],
            claimed_email_domains=["acme.example"],
        )
    ).organization
    assert ("Acme & Daughters", "acme-1", "a|1") == (
        updated.organization_name,
        updated.organization_slug,
        updated.organization_external_id,
    )
    assert {"plan": {"b": 2}} == updated.trusted_metadata
    assert (["example.com"], ["password", "magic_link"]) == (updated.email_allowed_domains, updated.allowed_auth_methods)
    assert updated == (await organizations.get(organization_id="a|1")).organization
    emptied = await organizations.update(organization_id=name, claimed_email_domains=[])
    assert [] == emptied.organization.claimed_email_domains


async def test_external_id_is_deleted_by_its_own_call(acme: Tenant) -> None:
    """Then another organization may take it."""
    organizations = acme.client.organizations
    await organizations.update(organization_id=acme.organization_id, organization_external_id="a|1")
    assert (await organizations.delete_external_id(organization_id="a|1")).organization.organization_external_id is None
    await organizations.create(organization_name="Other", organization_external_id="a|1")
    with refused("organization_external_id_already_used"):
        await organizations.update(organization_id=acme.organization_id, organization_external_id="a|1")


CLOSED = {
    "sso_jit_provisioning": "NOT_ALLOWED",
    "email_jit_provisioning": "NOT_ALLOWED",
    "email_invites": "NOT_ALLOWED",
    "oauth_tenant_jit_provisioning": "NOT_ALLOWED",
}


@pytest.mark.parametrize(
    ("settings", "error_type"),
    [
        ({"organization_slug": "taken"}, "organization_slug_already_used"),
        ({"organization_slug": "a b"}, "invalid_organization_slug"),
        ({"organization_name": ""}, "invalid_organization_name"),
        ({"auth_methods": "RESTRICTED"}, "allowed_auth_methods_required_for_restricted"),
        ({"mfa_methods": "RESTRICTED"}, "allowed_mfa_methods_required_for_restricted"),
        ({"email_invites": "RESTRICTED"}, "invalid_restricted_email_setting"),
        ({"oauth_tenant_jit_provisioning": "RESTRICTED"}, "invalid_restricted_oauth_tenants_setting"),
        ({"allowed_oauth_tenants": {"myspace": ["1"]}}, "invalid_oauth_allowed_tenants_format"),
        ({"allowed_oauth_tenants": {"slack": [1]}}, "invalid_oauth_allowed_tenants_format"),
        ({"sso_jit_provisioning": "RESTRICTED"}, "invalid_restricted_sso_setting"),
        ({"sso_jit_provisioning_allowed_connections": ["nobody's"]}, "invalid_restricted_sso_setting"),
        ({"sso_default_connection_id": "nobody's"}, "invalid_sso_default_connection_id"),
        ({"claimed_email_domains": ["gmail.com"]}, "organization_settings_claimed_domain_too_common"),
        ({"claimed_email_domains": ["x"]}, "organization_settings_invalid_claimed_domain"),
        ({"claimed_email_domains": ["a.com", "A.com"]}, "organization_settings_duplicate_claimed_domain"),
        ({"claimed_email_domains": ["taken.example"]}, "action_not_allowed_email_domain_is_claimed"),
        ({"rbac_email_implicit_role_assignments": [{"domain": "gmail.com", "role_id": "stytch_admin"}]}, "rbac_domain_too_common"),
        ({"trusted_metadata": {str(n): n for n in range(20)}}, "metadata_too_many_keys"),
        ({"trusted_metadata": {"b": "x" * 2500}}, "metadata_too_large"),
        ({"organization_logo_url": "https://example.com/" + "x" * 2048}, "organization_logo_url_too_long"),
        (CLOSED, "invalid_organization_auth_factor_setting"),
    ],
)
async def test_invalid_update(acme: Tenant, settings: dict[str, Any], error_type: str) -> None:
    """Each has its own error type, and nothing has changed."""
    organizations = acme.client.organizations
    await organizations.create(organization_name="Taken", organization_slug="taken", claimed_email_domains=["taken.example"])
    await organizations.update(organization_id=acme.organization_id, trusted_metadata={"a": "x" * 2500})
    before = (await organizations.get(organization_id=acme.organization_id)).organization
    with refused(error_type):
        await organizations.update(organization_id=acme.organization_id, **settings)
    assert before == (await organizations.get(organization_id=acme.organization_id)).organization


async def test_restricted_settings(acme: Tenant) -> None:
    """Restricted setting may use an earlier list. What an update leaves out is what was set before."""
    organizations = acme.client.organizations
    await organizations.update(organization_id=acme.organization_id, allowed_auth_methods=["password"])
    updated = await organizations.update(organization_id=acme.organization_id, auth_methods="RESTRICTED")
    assert ["password"] == updated.organization.allowed_auth_methods
    with refused("allowed_auth_methods_required_for_restricted"):
        await organizations.update(organization_id=acme.organization_id, allowed_auth_methods=[])


@pytest.mark.parametrize("shared", [True, False])
async def test_deletion(*, shared: bool) -> None:
    """Deleted organization takes everything along.

    Members, sessions and mailed tokens; the slug is free again, other organizations stay.
    """
    settings = ProjectSettings(cross_organization_passwords=shared)
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client, organization_slug="acme")
        other = await Tenant.make(stytch, client, "grace@example.com")
        login = await acme.reset()
        token = await acme.mailed_token()
        deleted = await client.organizations.delete(organization_id="acme")
        assert acme.organization_id == deleted.organization_id
        with refused("session_not_found", 404):
            await client.sessions.authenticate(session_token=login.session_token)
        with refused("member_not_found", 404):
            await client.organizations.members.dangerously_get(member_id=acme.member_id, include_deleted=True)
        with refused("unable_to_auth_password_reset_token", 401):
            await client.passwords.email.reset(password_reset_token=token, password="wobbly-teapot-orbits-48")
        with refused("organization_not_found", 404):
            await client.organizations.delete(organization_id="acme")
        await Tenant.make(stytch, client, organization_slug="acme")
        assert 1 == (await client.organizations.metrics(organization_id=other.organization_id)).member_count


async def test_metrics(acme: Tenant, client: Client) -> None:
    """Metrics count members who are not deleted. A deleted member does not count."""
    made = await client.organizations.members.create(organization_id=acme.organization_id, email_address="grace@example.com")
    assert 2 == (await client.organizations.metrics(organization_id=acme.organization_id)).member_count
    await client.organizations.members.delete(organization_id=acme.organization_id, member_id=made.member_id)
    assert 1 == (await client.organizations.metrics(organization_id=acme.organization_id)).member_count
    assert ADA == (await client.organizations.members.dangerously_get(member_id=acme.member_id)).member.email_address
