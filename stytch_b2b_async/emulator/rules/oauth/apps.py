"""Connected apps: their settings, where they may be used, and what they ask for."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlsplit

from stytch_b2b_async.api.connected_app.clients import ConnectedAppSettings
from stytch_b2b_async.emulator.control.access import is_local
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.models.connected_apps import ConnectedApp
from stytch_b2b_async.models.organization import Organization

APP_TYPES: Final = {"first_party", "first_party_public", "third_party", "third_party_public"}
_EXPIRY: Final = range(5, 1441)


def is_public(client_type: str) -> bool:
    """Return whether apps of a type have no secret."""
    return client_type.endswith("_public")


def is_third_party(client_type: str) -> bool:
    """Return whether apps of a type belong to somebody else."""
    return client_type.startswith("third_party")


def check_app_settings(settings: ConnectedAppSettings[Any], client_type: str) -> None:
    """Reject settings that are malformed, or that an app of this type may not have."""
    for url in settings.redirect_urls or ():
        _check_redirect(url, client_type)
    for url in settings.post_logout_redirect_urls or ():
        _check_redirect(url, client_type)
    if is_third_party(client_type) and settings.full_access_allowed:
        raise EmulatedError("third_party_clients_cannot_use_full_access", "Only first-party apps may have full access.")
    if is_third_party(client_type) and settings.bypass_consent_for_offline_access:
        message = "Only first-party apps may get offline_access without consent."
        raise EmulatedError("third_party_clients_require_consent_for_offline_access", message)
    if settings.access_token_expiry_minutes is not None and settings.access_token_expiry_minutes not in _EXPIRY:
        message = f"access_token_expiry_minutes lies between {_EXPIRY.start} and {_EXPIRY.stop - 1}."
        raise EmulatedError("idp_invalid_access_token_expiry_minutes", message)
    for template in (settings.access_token_template_content, settings.id_token_template_content):
        if template and template_claims(template) is None:
            raise EmulatedError("idp_invalid_access_token_jwt_template", "A template is a JSON object, as text.")


def template_claims(template: str) -> dict[str, Any] | None:
    """Return the claims of a template; None if it is invalid."""
    try:
        claims: Any = json.loads(template or "{}")
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", claims) if isinstance(claims, dict) else None


def check_app_allowed(app: ConnectedApp, organization: Organization) -> None:
    """Reject an app that the organization's members may not use."""
    if not is_allowed(app, organization):
        raise EmulatedError("connected_app_not_allowed_for_org", "The organization does not allow this app.")


def is_allowed(app: ConnectedApp, organization: Organization) -> bool:
    """Return whether the members of an organization may use an app."""
    if is_third_party(app.client_type):
        kind, ids = organization.third_party_connected_apps_allowed_type, organization.allowed_third_party_connected_apps
    else:
        kind, ids = organization.first_party_connected_apps_allowed_type, organization.allowed_first_party_connected_apps
    return kind == "ALL_ALLOWED" or (kind == "RESTRICTED" and app.client_id in ids)


def check_redirect_uri(app: ConnectedApp, redirect_uri: str) -> None:
    """Reject an address that is not the app's."""
    if redirect_uri not in app.redirect_urls:
        error_type = "connected_app_supplied_redirect_url_not_found_in_client"
        raise EmulatedError(error_type, "redirect_uri is not one of the app's.", HTTPStatus.UNAUTHORIZED)


def consent_needed(app: ConnectedApp, scopes: Sequence[str], granted: Sequence[str]) -> bool:
    """Return whether a member must be asked; first-party apps need consent for offline access alone, unless they bypass it."""
    missing = set(scopes) - set(granted)
    if is_third_party(app.client_type):
        return bool(missing)
    return "offline_access" in missing and not app.bypass_consent_for_offline_access


def _check_redirect(url: str, client_type: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise EmulatedError("connected_app_invalid_redirect_url", "A redirect is not a URL.") from None
    if not parts.scheme:
        raise EmulatedError("connected_app_redirect_url_must_include_scheme", "A redirect has no scheme.")
    if parts.scheme not in {"http", "https"} and not is_public(client_type):
        message = "Redirects of apps with a secret use http or https."
        raise EmulatedError("connected_app_redirect_url_must_use_http_or_https_scheme", message)
    if parts.scheme in {"http", "https"} and not host:
        raise EmulatedError("connected_app_invalid_redirect_url", "A redirect has no host.")
    if parts.scheme == "http" and not is_local(host):
        message = "Redirects that use http lead to this machine."
        raise EmulatedError("connected_app_redirect_url_http_scheme_must_use_loopback", message)
