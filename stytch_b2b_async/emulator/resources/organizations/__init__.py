"""Organizations: create and get."""

import secrets

from stytch_b2b_async.api.organizations import Create, Get, OrganizationResponse
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.organizations.settings import check_organization_name, check_organization_settings, slug_of
from stytch_b2b_async.emulator.rules.validators import drop_nulls
from stytch_b2b_async.models.organization import EmailImplicitRoleAssignment, Organization

from . import members

__all__ = ["members"]

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


@handles(Create)
def create(project: Project, request: Create) -> OrganizationResponse:
    """Create an organization."""
    check_organization_name(request.organization_name)
    check_organization_settings(request)
    assignments = [
        given for given in request.rbac_email_implicit_role_assignments or () if isinstance(given, EmailImplicitRoleAssignment)
    ]
    for assignment in assignments:
        if assignment.role_id not in project.settings.policy:
            raise EmulatedError("invalid_rbac_role_id", "No such role.")
    silent = all(getattr(request, name) is None for name in _JOINING_AND_LOGGING_IN)
    organization = Organization(
        organization_id=project.new_id("organization"),
        organization_name=request.organization_name,
        organization_logo_url=request.organization_logo_url or "",
        organization_slug=_free_slug(project, request),
        organization_external_id=_free_external_id(project, request),
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
        rbac_email_implicit_role_assignments=assignments,
        mfa_methods=request.mfa_methods or "ALL_ALLOWED",
        allowed_mfa_methods=list(request.allowed_mfa_methods or ()),
        oauth_tenant_jit_provisioning=request.oauth_tenant_jit_provisioning or "NOT_ALLOWED",
        allowed_oauth_tenants=dict(request.allowed_oauth_tenants or {}),
        claimed_email_domains=list(request.claimed_email_domains or ()),
        first_party_connected_apps_allowed_type=request.first_party_connected_apps_allowed_type or "ALL_ALLOWED",
        allowed_first_party_connected_apps=list(request.allowed_first_party_connected_apps or ()),
        third_party_connected_apps_allowed_type=request.third_party_connected_apps_allowed_type or "ALL_ALLOWED",
        allowed_third_party_connected_apps=list(request.allowed_third_party_connected_apps or ()),
        custom_roles=[],
    )
    return OrganizationResponse(**project.response_meta(), organization=project.organizations.add(organization))


@handles(Get)
def get(project: Project, request: Get) -> OrganizationResponse:
    """Fetch an organization."""
    return OrganizationResponse(**project.response_meta(), organization=project.organizations.find(request.organization_id))


def _free_slug(project: Project, request: Create) -> str:
    if request.organization_slug:
        if project.organizations.has_slug(request.organization_slug):
            raise EmulatedError("organization_slug_already_used", "The slug is taken by another organization of the project.")
        return request.organization_slug
    slug = slug_of(request.organization_name)
    return f"{slug}-{secrets.token_hex(4)}" if project.organizations.has_slug(slug) else slug


def _free_external_id(project: Project, request: Create) -> str | None:
    external_id = request.organization_external_id or None
    if external_id and project.organizations.has_external_id(external_id):
        raise EmulatedError(
            "organization_external_id_already_used", "The external id is taken by another organization of the project."
        )
    return external_id
