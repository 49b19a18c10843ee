"""Where mailed links lead."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.settings import ProjectSettings

PASSWORD_RESET: Final = (("stytch_token_type", "multi_tenant_passwords"),)
"""Leads to passwords.email.reset."""
DISCOVERY_PASSWORD_RESET: Final = (("stytch_token_type", "discovery"), ("stytch_redirect_type", "reset_password"))
"""Leads to passwords.discovery.email.reset."""


def check_redirect(url: str | None, error_type: str) -> None:
    """Refuse what is not a URL."""
    if url and not _is_address(url):
        raise EmulatedError(error_type, "The redirect is not a URL.")


def reset_redirect(url: str | None, settings: ProjectSettings) -> str:
    """Choose where the link of a password reset leads."""
    check_redirect(url, "invalid_password_reset_redirect_url")
    chosen = url or settings.password_reset_redirect_url
    if not chosen:
        raise EmulatedError("no_password_reset_redirect_url", "No redirect was given, and the project has no default one.")
    if url and settings.redirect_urls is not None and url not in settings.redirect_urls:
        raise EmulatedError("no_match_for_provided_magic_link_url", "The redirect is not registered with the project.")
    return chosen


def link(redirect: str, token: str, purpose: Sequence[tuple[str, str]]) -> str:
    """Put a token, and what it is for, into the query of a redirect."""
    parts = urlsplit(redirect)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *purpose, ("token", token)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path.strip("/")))
