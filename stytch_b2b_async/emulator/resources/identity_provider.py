"""The start addresses of browser logins: they lead to a built-in identity provider, which redirects back with a token."""

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeAlias
from urllib.parse import quote

from stytch_b2b_async.emulator.codec import HTTPResponse, read_form, read_query
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import HTTPHandler, handles_http
from stytch_b2b_async.emulator.rules.login.identity_page import choice_page, error_page
from stytch_b2b_async.emulator.rules.login.links import link
from stytch_b2b_async.emulator.rules.login.starts import Start, discovery_start, idp_initiated_start, oauth_start, sso_start
from stytch_b2b_async.emulator.rules.validators import check_email
from stytch_b2b_async.emulator.state.identities import Identity
from stytch_b2b_async.wire.incoming import HTTPRequest

_MAX_TEXT = 320
_MAX_LISTED = 20
_URL_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"
_HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer"}

Reader: TypeAlias = Callable[[Project, Mapping[str, str], Mapping[str, str]], Start]
"""(project, query, values of the path) → the login that is started, or an EmulatedError."""


def _page(read: Reader) -> HTTPHandler:
    """Show the page on which people choose who they are."""

    def show(project: Project, request: HTTPRequest, path: Mapping[str, str]) -> HTTPResponse:
        try:
            start = read(project, read_query(request), path)
        except EmulatedError as error:
            return error_page(error)
        return choice_page(project, request, start)

    return show


def _redirect(read: Reader) -> HTTPHandler:
    """Redirect with a token for whom somebody has chosen to be."""

    def choose(project: Project, request: HTTPRequest, path: Mapping[str, str]) -> HTTPResponse:
        try:
            start = read(project, read_query(request), path)
            identity = _identity(start, read_form(request))
        except EmulatedError as error:
            return error_page(error)
        organization = start.organization
        is_known = organization is None or project.members.with_address(organization, identity.email) is not None
        token = project.identities.issue(start.kind, identity, organization, start.code_challenge)
        slug = organization.organization_slug if organization else None
        url = link(start.login_url if is_known else start.signup_url, token, (("stytch_token_type", start.kind),), slug=slug)
        return HTTPResponse(303, b"", {**_HEADERS, "location": quote(url, safe=_URL_CHARACTERS)})

    return choose


for _address, _read in {
    "/v1/public/sso/start": sso_start,
    "/v1/b2b/sso/callback/{connection_id}": idp_initiated_start,
    "/v1/b2b/public/oauth/{provider}/start": oauth_start,
    "/v1/b2b/public/oauth/{provider}/discovery/start": discovery_start,
}.items():
    handles_http("GET", _address)(_page(_read))
    handles_http("POST", _address)(_redirect(_read))


def _identity(start: Start, form: Mapping[str, str]) -> Identity:
    email, name = form.get("email_address", "").strip(), form.get("name", "").strip()
    if len(email) > _MAX_TEXT or len(name) > _MAX_TEXT or not name.isprintable():
        raise EmulatedError("bad_request", f"email_address and name have at most {_MAX_TEXT} characters.")
    check_email(email)
    listed = {field: _listed(form.get(field, "")) if field in start.fields else [] for field in ("groups", "tenants")}
    subject = hashlib.sha256(f"{start.subject_of}\0{email.lower()}".encode()).hexdigest()[:24]
    return Identity(source=start.source, subject=subject, email=email, name=name, **listed)


def _listed(text: str) -> list[str]:
    found = [each.strip() for each in text.split(",") if each.strip()]
    if len(found) > _MAX_LISTED or len(text) > _MAX_LISTED * _MAX_TEXT:
        raise EmulatedError("bad_request", f"A list has at most {_MAX_LISTED} entries.")
    return found
