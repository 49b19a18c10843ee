"""Mailed links: where they lead, and what their query says."""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project

Purpose: TypeAlias = Sequence[tuple[str, str]]
"""What the query of a link says of its token."""

MAGIC_LINK: Final = (("stytch_token_type", "multi_tenant_magic_links"),)
"""Leads to magic_links.authenticate."""
DISCOVERY: Final = (("stytch_token_type", "discovery"),)
"""Leads to magic_links.discovery.authenticate."""
PASSWORD_RESET: Final = (("stytch_token_type", "multi_tenant_passwords"),)
"""Leads to passwords.email.reset."""
DISCOVERY_PASSWORD_RESET: Final = (("stytch_token_type", "discovery"), ("stytch_redirect_type", "reset_password"))
"""Leads to passwords.discovery.email.reset."""
INSTEAD_OF_RESET: Final = (("stytch_redirect_type", "login"),)
"""Added to the link that logs in without a password."""

RedirectName: TypeAlias = Literal["login", "signup", "invite", "discovery", "password_reset"]

_NEVER_LINKED: Final = {"javascript", "data", "vbscript", "file", "blob"}


def check_redirect(project: Project, name: RedirectName, url: str | None) -> None:
    """Reject what is not a URL, or not registered with the project."""
    if not url:
        return
    if not _is_address(url):
        raise EmulatedError(f"invalid_{name}_redirect_url", f"The {name.replace('_', ' ')} redirect is not a URL.")
    registered = project.settings.redirect_urls
    if registered is not None and url not in registered:
        raise EmulatedError("no_match_for_provided_magic_link_url", "The redirect is not registered with the project.")


def redirect_of(project: Project, name: RedirectName, url: str | None, code_challenge: str | None = None) -> str:
    """Return where a link leads: to a given URL or to the project's default."""
    check_redirect(project, name, url)
    chosen = url or getattr(project.settings, f"{name}_redirect_url")
    if not chosen:
        error_type = "no_password_reset_redirect_url" if name == "password_reset" else f"no_default_{name}_redirect_url_set"
        raise EmulatedError(error_type, "No redirect was given, and the project has no default one.")
    if urlsplit(chosen).scheme.lower() not in {"http", "https"} and not code_challenge:
        message = "A redirect to a native app needs a PKCE code challenge."
        raise EmulatedError("pkce_required_for_native_callback", message)
    return str(chosen)


def link(redirect: str, token: str, purpose: Purpose, *, slug: str | None = None) -> str:
    """Add a token and its purpose to the query of a redirect; with the organization's slug, if the token is for one."""
    parts = urlsplit(redirect)
    added = [*purpose, *([("slug", slug)] if slug else []), ("token", token)]
    query = [*parse_qsl(parts.query, keep_blank_values=True), *added]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    shown = url.isprintable() and parts.scheme.lower() not in _NEVER_LINKED
    return bool(shown and parts.scheme and (parts.netloc or parts.path.strip("/")))
