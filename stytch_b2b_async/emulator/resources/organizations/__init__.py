"""Organizations: create, get, update, delete and count."""

import secrets
from typing import Any

from stytch_b2b_async.api.organizations import (
    Create,
    Delete,
    DeleteExternalId,
    DeleteResponse,
    Get,
    GetMetrics,
    GetMetricsResponse,
    OrganizationResponse,
    Update,
)
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.organizations.settings import (
    check_organization_name,
    check_organization_settings,
    check_restrictions,
    check_way_to_join,
    role_assignments,
    slug_of,
)
from stytch_b2b_async.emulator.rules.organizations.sso import check_sso_settings
from stytch_b2b_async.emulator.rules.sessions.authorization import ORGANIZATION, actor_of, authorize, require_each
from stytch_b2b_async.emulator.rules.validators import drop_nulls, merged_metadata
from stytch_b2b_async.emulator.state.conditions import Condition
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.organization import Organization

from . import connected_apps, members, search

__all__ = ["connected_apps", "members", "search"]

_LISTS = (
    "email_allowed_domains",
    "allowed_auth_methods",
    "allowed_mfa_methods",
    "allowed_first_party_connected_apps",
    "allowed_third_party_connected_apps",
    "sso_jit_provisioning_allowed_connections",
    "claimed_email_domains",
)
_WORDS = (
    "sso_jit_provisioning",
    "email_jit_provisioning",
    "email_invites",
    "auth_methods",
    "mfa_policy",
    "mfa_methods",
    "oauth_tenant_jit_provisioning",
    "first_party_connected_apps_allowed_type",
    "third_party_connected_apps_allowed_type",
    "organization_name",
)
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
_INFO = "update.info"
_SETTINGS = "update.settings"
UPDATE_ACTIONS = {
    "organization_name": (f"{_INFO}.name", ORGANIZATION),
    "organization_slug": (f"{_INFO}.slug", ORGANIZATION),
    "organization_logo_url": (f"{_INFO}.logo-url", ORGANIZATION),
    "organization_external_id": (f"{_INFO}.external-id", ORGANIZATION),
    "sso_default_connection_id": (f"{_SETTINGS}.default-sso-connection", ORGANIZATION),
    "sso_jit_provisioning": (f"{_SETTINGS}.sso-jit-provisioning", ORGANIZATION),
    "sso_jit_provisioning_allowed_connections": (f"{_SETTINGS}.sso-jit-provisioning", ORGANIZATION),
    "email_allowed_domains": (f"{_SETTINGS}.allowed-domains", ORGANIZATION),
    "email_jit_provisioning": (f"{_SETTINGS}.email-jit-provisioning", ORGANIZATION),
    "email_invites": (f"{_SETTINGS}.email-invites", ORGANIZATION),
    "auth_methods": (f"{_SETTINGS}.allowed-auth-methods", ORGANIZATION),
    "allowed_auth_methods": (f"{_SETTINGS}.allowed-auth-methods", ORGANIZATION),
    "mfa_policy": (f"{_SETTINGS}.mfa-policy", ORGANIZATION),
    "rbac_email_implicit_role_assignments": (f"{_SETTINGS}.implicit-roles", ORGANIZATION),
    "mfa_methods": (f"{_SETTINGS}.allowed-mfa-methods", ORGANIZATION),
    "allowed_mfa_methods": (f"{_SETTINGS}.allowed-mfa-methods", ORGANIZATION),
    "oauth_tenant_jit_provisioning": (f"{_SETTINGS}.oauth-tenant-jit-provisioning", ORGANIZATION),
    "allowed_oauth_tenants": (f"{_SETTINGS}.allowed-oauth-tenants", ORGANIZATION),
    "claimed_email_domains": (f"{_SETTINGS}.claimed-email-domains", ORGANIZATION),
    "first_party_connected_apps_allowed_type": (f"{_SETTINGS}.first-party-connected-apps", ORGANIZATION),
    "allowed_first_party_connected_apps": (f"{_SETTINGS}.first-party-connected-apps", ORGANIZATION),
    "third_party_connected_apps_allowed_type": (f"{_SETTINGS}.third-party-connected-apps", ORGANIZATION),
    "allowed_third_party_connected_apps": (f"{_SETTINGS}.third-party-connected-apps", ORGANIZATION),
}
"""The action that each field of an update needs."""


@handles(Create)
def create(project: Project, request: Create) -> OrganizationResponse:
    """Create an organization."""
    return OrganizationResponse(
        **project.response_meta(), organization=project.organizations.add(new_organization(project, request))
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
        organization_slug=_free_slug(project, request),
        organization_external_id=_free_external_id(project, request.organization_external_id),
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
        claimed_email_domains=_free_domains(project, request.claimed_email_domains or (), None),
        first_party_connected_apps_allowed_type=request.first_party_connected_apps_allowed_type or "ALL_ALLOWED",
        allowed_first_party_connected_apps=list(request.allowed_first_party_connected_apps or ()),
        third_party_connected_apps_allowed_type=request.third_party_connected_apps_allowed_type or "ALL_ALLOWED",
        allowed_third_party_connected_apps=list(request.allowed_third_party_connected_apps or ()),
        custom_roles=[],
    )
    check_restrictions(organization)
    return organization


@handles(Get)
def get(project: Project, request: Get) -> OrganizationResponse:
    """Fetch an organization."""
    return OrganizationResponse(**project.response_meta(), organization=project.organizations.find(request.organization_id))


@handles(Update)
def update(project: Project, request: Update) -> OrganizationResponse:
    """Update an organization; metadata is merged, lists are replaced."""
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    if actor:
        actor.forbid_trusted_metadata(request.trusted_metadata)
    require_each(actor, request, UPDATE_ACTIONS, about=None)
    if request.organization_name is not None:
        check_organization_name(request.organization_name)
    check_organization_settings(request, request.claimed_email_domains)
    updated = evolve(organization, **_changes(project, organization, request))
    check_restrictions(updated)
    check_sso_settings(organization, updated)
    check_way_to_join(updated)
    return OrganizationResponse(**project.response_meta(), organization=project.organizations.save(updated))


@handles(Delete)
def delete(project: Project, request: Delete) -> DeleteResponse:
    """Delete an organization with its members and everything of theirs."""
    organization = project.organizations.find(request.organization_id)
    authorize(project, request.authorization, organization, ORGANIZATION, "delete")
    project.passwords.delete_all(organization)
    project.organizations.delete(organization)
    return DeleteResponse(**project.response_meta(), organization_id=organization.organization_id)


@handles(GetMetrics)
def get_metrics(project: Project, request: GetMetrics) -> GetMetricsResponse:
    """Count the members of an organization, without deleted ones."""
    organization = project.organizations.find(request.organization_id)
    return GetMetricsResponse(
        **project.response_meta(), member_count=project.members.count([organization], Condition("NOT deleted"))
    )


@handles(DeleteExternalId)
def delete_external_id(project: Project, request: DeleteExternalId) -> OrganizationResponse:
    """Delete an organization's external id."""
    organization = project.organizations.find(request.organization_id)
    authorize(project, request.authorization, organization, *reversed(UPDATE_ACTIONS["organization_external_id"]))
    organization = project.organizations.save(evolve(organization, organization_external_id=None))
    return OrganizationResponse(**project.response_meta(), organization=organization)


def _changes(project: Project, organization: Organization, request: Update) -> dict[str, Any]:
    words = {name: getattr(request, name) for name in _WORDS if getattr(request, name)}
    lists = {name: list(getattr(request, name)) for name in _LISTS if getattr(request, name) is not None}
    changes: dict[str, Any] = {**words, **lists}
    changes["trusted_metadata"] = merged_metadata(organization.trusted_metadata, request.trusted_metadata)
    if request.organization_logo_url is not None:
        changes["organization_logo_url"] = request.organization_logo_url
    if request.allowed_oauth_tenants is not None:
        changes["allowed_oauth_tenants"] = dict(request.allowed_oauth_tenants)
    if request.sso_default_connection_id is not None:
        changes["sso_default_connection_id"] = request.sso_default_connection_id or None
    if request.rbac_email_implicit_role_assignments is not None:
        given = role_assignments(project, request.rbac_email_implicit_role_assignments)
        changes["rbac_email_implicit_role_assignments"] = given
    if request.claimed_email_domains is not None:
        _free_domains(project, request.claimed_email_domains, organization)
    if request.organization_slug and request.organization_slug != organization.organization_slug:
        changes["organization_slug"] = _free_slug(project, request)
    if request.organization_external_id and request.organization_external_id != organization.organization_external_id:
        changes["organization_external_id"] = _free_external_id(project, request.organization_external_id)
    return changes


def _free_slug(project: Project, request: Create | Update) -> str:
    if request.organization_slug:
        if project.organizations.has_slug(request.organization_slug):
            raise EmulatedError("organization_slug_already_used", "The slug is taken by another organization of the project.")
        return request.organization_slug
    slug = slug_of(request.organization_name or "")
    return f"{slug}-{secrets.token_hex(4)}" if project.organizations.has_slug(slug) else slug


def _free_external_id(project: Project, external_id: str | None) -> str | None:
    if external_id and project.organizations.has_external_id(external_id):
        raise EmulatedError(
            "organization_external_id_already_used", "The external id is taken by another organization of the project."
        )
    return external_id or None


def _free_domains(project: Project, domains: Any, organization: Organization | None) -> list[str]:
    own = organization.organization_id if organization else None
    for domain in domains:
        if project.organizations.claiming(domain) not in {None, own}:
            message = f"Another organization claims {domain}."
            raise EmulatedError("action_not_allowed_email_domain_is_claimed", message)
    return list(domains)
