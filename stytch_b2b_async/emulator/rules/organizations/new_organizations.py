"""Creating organizations."""

from stytch_b2b_async.api.organizations import Create
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.validators import drop_nulls
from stytch_b2b_async.models.organization import Organization

from .names import free_domains, free_external_id, free_slug
from .settings import check_organization_name, check_organization_settings, check_restrictions, role_assignments

_JOINING_AND_LOGGING_IN = (
    "sso_jit_provisioning",
    "email_allowed_domains",
    "email_jit_provisioning",
    "email_invites",
    "auth_methods",
    "allowed_auth_methods",
    "mfa_policy",
    "mfa_methods",
    "allowed_mfa_methods",
    "oauth_tenant_jit_provisioning",
    "allowed_oauth_tenants",
)


def new_organization(project: Project, request: Create) -> Organization:
    """Make an organization of a request, with the API's defaults."""
    check_organization_name(request.organization_name)
    check_organization_settings(request, request.claimed_email_domains)
    silent = all(getattr(request, name) is None for name in _JOINING_AND_LOGGING_IN)
    organization = Organization(
        organization_id=project.new_id("organization"),
        organization_name=request.organization_name,
        organization_logo_url=request.organization_logo_url or "",
        organization_slug=free_slug(project, request),
        organization_external_id=free_external_id(project, request.organization_external_id),
        trusted_metadata=drop_nulls(request.trusted_metadata),
        sso_jit_provisioning=request.sso_jit_provisioning or "ALL_ALLOWED",
        sso_jit_provisioning_allowed_connections=[],
        sso_active_connections=[],
        email_allowed_domains=list(request.email_allowed_domains or ()),
        email_jit_provisioning=request.email_jit_provisioning or "NOT_ALLOWED",
        email_invites=request.email_invites or ("ALL_ALLOWED" if silent else "NOT_ALLOWED"),
        auth_methods=request.auth_methods or "ALL_ALLOWED",
        allowed_auth_methods=list(request.allowed_auth_methods or ()),
        mfa_policy=request.mfa_policy or "OPTIONAL",
        rbac_email_implicit_role_assignments=role_assignments(project, request.rbac_email_implicit_role_assignments or ()),
        mfa_methods=request.mfa_methods or "ALL_ALLOWED",
        allowed_mfa_methods=list(request.allowed_mfa_methods or ()),
        oauth_tenant_jit_provisioning=request.oauth_tenant_jit_provisioning or "NOT_ALLOWED",
        allowed_oauth_tenants=dict(request.allowed_oauth_tenants or {}),
        claimed_email_domains=free_domains(project, request.claimed_email_domains or (), None),
        first_party_connected_apps_allowed_type=request.first_party_connected_apps_allowed_type or "ALL_ALLOWED",
        allowed_first_party_connected_apps=list(request.allowed_first_party_connected_apps or ()),
        third_party_connected_apps_allowed_type=request.third_party_connected_apps_allowed_type or "ALL_ALLOWED",
        allowed_third_party_connected_apps=list(request.allowed_third_party_connected_apps or ()),
        custom_roles=[],
    )
    check_restrictions(organization)
    return organization
