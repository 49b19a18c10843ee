import pytest
from support.tenants import refused

from stytch_b2b_async import Client


async def test_defaults(client: Client) -> None:
    """A new organization has the documented defaults. And the API's empty strings for what is not set."""
    made = (await client.organizations.create(organization_name="Acme & Sons")).organization
    assert made.organization_id.startswith("organization-test-")
    assert "acme-sons" == made.organization_slug
    assert ("", None) == (made.organization_logo_url, made.organization_external_id)
    assert ("ALL_ALLOWED", "OPTIONAL", "ALL_ALLOWED") == (made.auth_methods, made.mfa_policy, made.mfa_methods)
    assert ("ALL_ALLOWED", "NOT_ALLOWED") == (made.sso_jit_provisioning, made.email_jit_provisioning)
    assert ("NOT_ALLOWED", "ALL_ALLOWED") == (made.oauth_tenant_jit_provisioning, made.email_invites)
    assert made.created_at is not None


async def test_email_invites_default(client: Client) -> None:
    """An organization that says how to join has no invites unless it says so.

    Only one that says nothing of joining and logging in is open to invites.
    """
    made = await client.organizations.create(organization_name="Acme", mfa_policy="OPTIONAL")
    assert "NOT_ALLOWED" == made.organization.email_invites


async def test_organization_lookup(client: Client) -> None:
    """An organization is found by each of its names. Its id, its slug and its external id."""
    made = await client.organizations.create(organization_name="Acme", organization_slug="acme", organization_external_id="a|1")
    for name in (made.organization.organization_id, "acme", "a|1"):
        assert made.organization == (await client.organizations.get(organization_id=name)).organization


async def test_names_are_unique_in_the_project(client: Client) -> None:
    """A slug that was not asked for gives way."""
    await client.organizations.create(organization_name="Acme", organization_slug="acme", organization_external_id="1")
    with refused("organization_slug_already_used"):
        await client.organizations.create(organization_name="Acme", organization_slug="acme")
    with refused("organization_external_id_already_used"):
        await client.organizations.create(organization_name="Acme", organization_external_id="1")
    other = await client.organizations.create(organization_name="Acme")
    assert other.organization.organization_slug.startswith("acme-")


@pytest.mark.parametrize(
    ("settings", "error_type"),
    [
        ({"organization_name": ""}, "invalid_organization_name"),
        ({"organization_name": "x" * 129}, "invalid_organization_name"),
        ({"organization_slug": "a"}, "invalid_organization_slug"),
        ({"organization_slug": "..."}, "invalid_organization_slug"),
        ({"organization_slug": "a b"}, "invalid_organization_slug"),
        ({"organization_external_id": "a~b"}, "invalid_organization_external_id"),
        ({"auth_methods": "NOT_ALLOWED"}, "invalid_organization_auth_method_settings"),
        ({"auth_methods": "RESTRICTED"}, "allowed_auth_methods_required_for_restricted"),
        ({"allowed_auth_methods": ["telepathy"]}, "invalid_organization_allowed_auth_methods"),
        ({"mfa_methods": "RESTRICTED"}, "allowed_mfa_methods_required_for_restricted"),
        ({"mfa_policy": "SOMETIMES"}, "invalid_organization_mfa_policy"),
        ({"email_jit_provisioning": "ALL_ALLOWED"}, "invalid_organization_auth_factor_setting_for_email_jit_provisioning"),
        ({"email_jit_provisioning": "RESTRICTED"}, "invalid_restricted_email_setting"),
        ({"email_allowed_domains": ["gmail.com"]}, "organization_settings_domain_too_common"),
        ({"email_allowed_domains": ["example"]}, "organization_settings_invalid_domain"),
        ({"email_allowed_domains": ["a.com", "A.com"]}, "organization_settings_duplicate_domain"),
        ({"trusted_metadata": {str(n): n for n in range(21)}}, "metadata_too_many_keys"),
        ({"trusted_metadata": {"a": "x" * 5000}}, "metadata_too_large"),
        ({"rbac_email_implicit_role_assignments": [{"domain": "a.com", "role_id": "x"}]}, "invalid_rbac_role_id"),
    ],
)
async def test_settings_that_make_no_sense_are_refused(client: Client, settings: dict[str, object], error_type: str) -> None:
    """Each by its own word."""
    with refused(error_type):
        await client.organizations.create(**{"organization_name": "Acme", **settings})  # type: ignore[arg-type]


async def test_an_unknown_organization_is_not_found(client: Client) -> None:
    """Though its name could be one."""
    with refused("organization_not_found", 404):
        await client.organizations.get(organization_id="nobody")
