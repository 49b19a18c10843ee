"""Updating an organization: which actions that needs, and what may change."""

from typing import Any, Final

from stytch_b2b_async.api.organizations import Update
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sessions.authorization import ORGANIZATION
from stytch_b2b_async.emulator.rules.validators import merged_metadata
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.organization import Organization

from .names import free_domains, free_external_id, free_slug
from .settings import (
    check_organization_name,
    check_organization_settings,
    check_restrictions,
    check_way_to_join,
    role_assignments,
)
from .sso import check_sso_settings

_INFO = "update.info"
_SETTINGS = "update.settings"
UPDATE_ACTIONS: Final = {
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


def updated_organization(project: Project, organization: Organization, request: Update) -> Organization:
    """Return an organization with the changes of a request, unless they break a rule."""
    if request.organization_name is not None:
        check_organization_name(request.organization_name)
    check_organization_settings(request, request.claimed_email_domains)
    updated = evolve(organization, **_changes(project, organization, request))
    check_restrictions(updated)
    check_sso_settings(organization, updated)
    check_way_to_join(updated)
    return updated


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
        free_domains(project, request.claimed_email_domains, organization)
    if request.organization_slug and request.organization_slug != organization.organization_slug:
        changes["organization_slug"] = free_slug(project, request)
    if request.organization_external_id and request.organization_external_id != organization.organization_external_id:
        changes["organization_external_id"] = free_external_id(project, request.organization_external_id)
    return changes
