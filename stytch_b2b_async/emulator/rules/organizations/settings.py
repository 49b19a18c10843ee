"""What the settings of an organization may say."""

import re
from collections.abc import Sequence
from typing import Any, Final

from stytch_b2b_async.api._shared.organization_params import OrganizationParams
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import check_external_id
from stytch_b2b_async.emulator.rules.validators import check_metadata

_SLUG = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9._~-]{2,128}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MAX_NAME: Final = 128

_OPEN = {"ALL_ALLOWED", "RESTRICTED"}
_CLOSABLE = {*_OPEN, "NOT_ALLOWED"}
_WORDS: Final = {
    "sso_jit_provisioning": (_CLOSABLE, "invalid_organization_auth_factor_setting"),
    "email_invites": (_CLOSABLE, "invalid_organization_auth_factor_setting"),
    "email_jit_provisioning": (
        {"RESTRICTED", "NOT_ALLOWED"},
        "invalid_organization_auth_factor_setting_for_email_jit_provisioning",
    ),
    "oauth_tenant_jit_provisioning": (
        {"RESTRICTED", "NOT_ALLOWED"},
        "invalid_organization_auth_factor_setting_for_oauth_tenant_jit_provisioning",
    ),
    "auth_methods": (_OPEN, "invalid_organization_auth_method_settings"),
    "mfa_methods": (_OPEN, "invalid_organization_mfa_factor_setting"),
    "mfa_policy": ({"OPTIONAL", "REQUIRED_FOR_ALL"}, "invalid_organization_mfa_policy"),
}
_AUTH_METHODS = {
    "sso", "magic_link", "email_otp", "password", "google_oauth", "microsoft_oauth", "slack_oauth", "github_oauth", "hubspot_oauth",
}  # fmt: skip
_MFA_METHODS = {"sms_otp", "totp"}
_COMMON_DOMAINS = {
    "gmail.com", "googlemail.com", "yahoo.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "aol.com", "proton.me",
    "protonmail.com", "gmx.com", "gmx.de", "msn.com",
}  # fmt: skip


def check_organization_name(name: str) -> None:
    """Refuse a name that is empty or too long."""
    if not 1 <= len(name) <= _MAX_NAME:
        raise EmulatedError("invalid_organization_name", f"organization_name has 1 to {_MAX_NAME} characters.")


def check_organization_settings(settings: OrganizationParams[Any]) -> None:
    """Refuse settings that are malformed or contradict each other."""
    if settings.organization_slug and not _SLUG.fullmatch(settings.organization_slug):
        message = "organization_slug has 2 to 128 letters, digits, '-', '.', '_' and '~', not without a letter or digit."
        raise EmulatedError("invalid_organization_slug", message)
    if settings.organization_external_id:
        check_external_id("organization_external_id", settings.organization_external_id, "invalid_organization_external_id")
    check_metadata(settings.trusted_metadata)
    for name, (words, error_type) in _WORDS.items():
        word = getattr(settings, name)
        if word and word not in words:
            raise EmulatedError(error_type, f"{name} must be one of {', '.join(sorted(words))}.")
    _check_list("allowed_auth_methods", settings.allowed_auth_methods, _AUTH_METHODS, "invalid_organization_allowed_auth_methods")
    _check_list("allowed_mfa_methods", settings.allowed_mfa_methods, _MFA_METHODS, "invalid_organization_allowed_mfa_methods")
    _check_domains(settings.email_allowed_domains or ())
    _check_restrictions(settings)


def slug_of(name: str) -> str:
    """Make a slug of an organization's name."""
    slug = re.sub(r"[^a-z0-9._~-]+", "-", name.lower()).strip("-")
    return slug[:100] if _SLUG.fullmatch(slug[:100]) else "organization"


def _check_list(name: str, given: Sequence[str] | None, words: set[str], error_type: str) -> None:
    if not words.issuperset(given or ()):
        raise EmulatedError(error_type, f"{name} may hold {', '.join(sorted(words))}.")


def _check_domains(domains: Sequence[str]) -> None:
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise EmulatedError("organization_settings_invalid_domain", "email_allowed_domains contains an invalid domain.")
        if domain.lower() in _COMMON_DOMAINS:
            raise EmulatedError("organization_settings_domain_too_common", f"Everybody can have an address in {domain}.")
    if len({domain.lower() for domain in domains}) < len(domains):
        raise EmulatedError("organization_settings_duplicate_domain", "email_allowed_domains holds a domain twice.")


def _check_restrictions(settings: OrganizationParams[Any]) -> None:
    if settings.auth_methods == "RESTRICTED" and not settings.allowed_auth_methods:
        raise EmulatedError("allowed_auth_methods_required_for_restricted", "RESTRICTED auth_methods need allowed_auth_methods.")
    if settings.mfa_methods == "RESTRICTED" and not settings.allowed_mfa_methods:
        raise EmulatedError("allowed_mfa_methods_required_for_restricted", "RESTRICTED mfa_methods need allowed_mfa_methods.")
    if "RESTRICTED" in {settings.email_jit_provisioning, settings.email_invites} and not settings.email_allowed_domains:
        raise EmulatedError("invalid_restricted_email_setting", "RESTRICTED email settings need email_allowed_domains.")
