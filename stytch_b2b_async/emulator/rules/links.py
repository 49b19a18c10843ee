"""Where mailed links lead."""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from stytch_b2b_async.emulator.faults import Fault
from stytch_b2b_async.emulator.settings import ProjectSettings

# The type in the link of a discovery reset is not documented: it is taken to be the same.
PASSWORDS: Final = "multi_tenant_passwords"


def check_redirect(url: str | None, error_type: str) -> None:
    """Refuse what is no address."""
    if url and not _is_address(url):
        raise Fault(error_type, "The redirect is no address.")


def reset_redirect(url: str | None, settings: ProjectSettings) -> str:
    """Choose where the link of a password reset leads."""
    check_redirect(url, "invalid_password_reset_redirect_url")
    chosen = url or settings.password_reset_redirect_url
    if not chosen:
        raise Fault("no_password_reset_redirect_url", "No redirect was given, and the project has no default one.")
    if url and settings.redirect_urls is not None and url not in settings.redirect_urls:
        raise Fault("no_match_for_provided_magic_link_url", "The redirect is not registered with the project.")
    return chosen


def link(redirect: str, token: str, token_type: str) -> str:
    """Put a token into the query of a redirect."""
    parts = urlsplit(redirect)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("stytch_token_type", token_type), ("token", token)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path.strip("/")))
