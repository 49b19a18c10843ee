"""What the settings of an organization may say."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from stytch_b2b_async.api._shared.organization_params import OrganizationParams
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import check_external_id
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.validators import check_metadata
from stytch_b2b_async.models.organization import EmailImplicitRoleAssignment, Organization

_SLUG = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9._~-]{2,128}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
MAX_NAME: Final = 128
_MAX_LOGO_URL: Final = 2048

_OPEN = {"ALL_ALLOWED", "RESTRICTED"}
_CLOSABLE = {*_OPEN, "NOT_ALLOWED"}
_FACTOR_SETTING: Final = "invalid_organization_auth_factor_setting"
_WORDS: Final = {
    "sso_jit_provisioning": (_CLOSABLE, _FACTOR_SETTING),
    "email_invites": (_CLOSABLE, _FACTOR_SETTING),
    "email_jit_provisioning": ({"RESTRICTED", "NOT_ALLOWED"}, f"{_FACTOR_SETTING}_for_email_jit_provisioning"),
    "oauth_tenant_jit_provisioning": ({"RESTRICTED", "NOT_ALLOWED"}, f"{_FACTOR_SETTING}_for_oauth_tenant_jit_provisioning"),
    "auth_methods": (_OPEN, "invalid_organization_auth_method_settings"),
    "mfa_methods": (_OPEN, "invalid_organization_mfa_factor_setting"),
    "mfa_policy": ({"OPTIONAL", "REQUIRED_FOR_ALL"}, "invalid_organization_mfa_policy"),
    "first_party_connected_apps_allowed_type": (_CLOSABLE, _FACTOR_SETTING),
    "third_party_connected_apps_allowed_type": (_CLOSABLE, _FACTOR_SETTING),
}
_AUTH_METHODS = {
    "sso", "magic_link", "email_otp", "password", "google_oauth", "microsoft_oauth", "slack_oauth", "github_oauth", "hubspot_oauth",
}  # fmt: skip
_MFA_METHODS = {"sms_otp", "totp"}
_TENANT_PROVIDERS = {"slack", "hubspot", "github"}
COMMON_DOMAINS: Final = {
    "gmail.com", "googlemail.com", "yahoo.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "aol.com", "proton.me",
    "protonmail.com", "gmx.com", "gmx.de", "msn.com",
}  # fmt: skip
_WAYS_TO_JOIN = ("sso_jit_provisioning", "email_jit_provisioning", "email_invites", "oauth_tenant_jit_provisioning")


def check_organization_name(name: str) -> None:
    """Reject a name that is empty or too long."""
    if not 1 <= len(name) <= MAX_NAME:
        raise EmulatedError("invalid_organization_name", f"organization_name has 1 to {MAX_NAME} characters.")


def check_organization_settings(settings: OrganizationParams[Any], claimed_domains: Sequence[str] | None = None) -> None:
    """Reject settings that are malformed, each on its own."""
    if settings.organization_slug and not _SLUG.fullmatch(settings.organization_slug):
        message = "organization_slug has 2 to 128 letters, digits, '-', '.', '_' and '~', not without a letter or digit."
        raise EmulatedError("invalid_organization_slug", message)
    if settings.organization_external_id:
        check_external_id("organization_external_id", settings.organization_external_id, "invalid_organization_external_id")
    if len(settings.organization_logo_url or "") > _MAX_LOGO_URL:
        raise EmulatedError("organization_logo_url_too_long", f"organization_logo_url has at most {_MAX_LOGO_URL} characters.")
    check_metadata(settings.trusted_metadata)
    for name, (words, error_type) in _WORDS.items():
        word = getattr(settings, name)
        if word and word not in words:
            raise EmulatedError(error_type, f"{name} must be one of {', '.join(sorted(words))}.")
    _check_list("allowed_auth_methods", settings.allowed_auth_methods, _AUTH_METHODS, "invalid_organization_allowed_auth_methods")
    _check_list("allowed_mfa_methods", settings.allowed_mfa_methods, _MFA_METHODS, "invalid_organization_allowed_mfa_methods")
    _check_domains("email_allowed_domains", settings.email_allowed_domains or (), "")
    _check_domains("claimed_email_domains", claimed_domains or (), "claimed_")
    _check_tenants(settings.allowed_oauth_tenants or {})


def check_restrictions(organization: Organization) -> None:
    """Reject settings that contradict each other: RESTRICTED needs a list, and some way of joining must stay open."""
    if organization.auth_methods == "RESTRICTED" and not organization.allowed_auth_methods:
        raise EmulatedError("allowed_auth_methods_required_for_restricted", "RESTRICTED auth_methods need allowed_auth_methods.")
    if organization.mfa_methods == "RESTRICTED" and not organization.allowed_mfa_methods:
        raise EmulatedError("allowed_mfa_methods_required_for_restricted", "RESTRICTED mfa_methods need allowed_mfa_methods.")
    emails = {organization.email_jit_provisioning, organization.email_invites}
    if "RESTRICTED" in emails and not organization.email_allowed_domains:
        raise EmulatedError("invalid_restricted_email_setting", "RESTRICTED email settings need email_allowed_domains.")
    if organization.oauth_tenant_jit_provisioning == "RESTRICTED" and not any((organization.allowed_oauth_tenants or {}).values()):
        message = "RESTRICTED oauth_tenant_jit_provisioning needs allowed_oauth_tenants."
        raise EmulatedError("invalid_restricted_oauth_tenants_setting", message)


def check_way_to_join(organization: Organization) -> None:
    """Reject an update that closes every way of joining."""
    if all(getattr(organization, name) == "NOT_ALLOWED" for name in _WAYS_TO_JOIN):
        raise EmulatedError(_FACTOR_SETTING, f"At least one of {', '.join(_WAYS_TO_JOIN)} must be open.")


def role_assignments(project: Project, given: Sequence[Any]) -> list[EmailImplicitRoleAssignment]:
    """Return roles by email domain, unless one is malformed or not a role."""
    assignments = [each for each in given if isinstance(each, EmailImplicitRoleAssignment)]
    for assignment in assignments:
        if not _DOMAIN.fullmatch(assignment.domain):
            raise EmulatedError("rbac_invalid_domain", "rbac_email_implicit_role_assignments contains an invalid domain.")
        if assignment.domain.lower() in COMMON_DOMAINS:
            raise EmulatedError("rbac_domain_too_common", f"Everybody can have an address in {assignment.domain}.")
        if assignment.role_id not in project.settings.policy:
            raise EmulatedError("invalid_rbac_role_id", "No such role.")
    return assignments


def slug_of(name: str) -> str:
    """Make a slug of an organization's name."""
    slug = re.sub(r"[^a-z0-9._~-]+", "-", name.lower()).strip("-")
    return slug[:100] if _SLUG.fullmatch(slug[:100]) else "organization"


def _check_list(name: str, given: Sequence[str] | None, words: set[str], error_type: str) -> None:
    if not words.issuperset(given or ()):
        raise EmulatedError(error_type, f"{name} may hold {', '.join(sorted(words))}.")


def _check_domains(name: str, domains: Sequence[str], kind: str) -> None:
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise EmulatedError(f"organization_settings_invalid_{kind}domain", f"{name} contains an invalid domain.")
        if domain.lower() in COMMON_DOMAINS:
            raise EmulatedError(f"organization_settings_{kind}domain_too_common", f"Everybody can have an address in {domain}.")
    if len({domain.lower() for domain in domains}) < len(domains):
        raise EmulatedError(f"organization_settings_duplicate_{kind}domain", f"{name} holds a domain twice.")


def _check_tenants(tenants: Mapping[str, Any]) -> None:
    for provider, ids in tenants.items():
        if provider not in _TENANT_PROVIDERS or not _is_strings(ids):
            message = f"allowed_oauth_tenants maps {', '.join(sorted(_TENANT_PROVIDERS))} to lists of ids."
            raise EmulatedError("invalid_oauth_allowed_tenants_format", message)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in cast("list[object]", value))
