"""The page of the built-in identity provider: choose who to be."""

import html
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from stytch_b2b_async.emulator.codec import HTTPResponse
from stytch_b2b_async.emulator.control.pages.html import Html, element, joined
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.wire.incoming import HTTPRequest

from .starts import Start

_POLICY: Final = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
_HEADERS: Final = {
    "content-type": "text/html; charset=utf-8",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9.:\[\]-]+")
_MAX_PEOPLE: Final = 50


def choice_page(project: Project, request: HTTPRequest, start: Start) -> HTTPResponse:
    """Show the known people, and a form for others."""
    action = f"{request.path}?{request.query}" if request.query else request.path
    known = project.members.first(start.organization, _MAX_PEOPLE)
    people = {member.email_address.lower(): member for member in known}
    buttons = [_button(action, start, member) for member in people.values()]
    chosen = element("section", element("h2", "Known people"), *buttons) if buttons else Html()
    page = _page(start.title, chosen, element("h2", "Somebody else"), _form(action, start))
    # Browsers apply form-action to where a form's answer redirects, too.
    targets = sorted({_origin(start.login_url), _origin(start.signup_url)})
    return HTTPResponse(200, page, {**_HEADERS, "content-security-policy": " ".join([_POLICY, *targets])})


def error_page(error: EmulatedError) -> HTTPResponse:
    """Say why a login cannot start. It does not redirect: the redirect may be what is wrong."""
    page = _page("This login cannot start", element("p", element("code", error.error_type)), element("p", error.message))
    return HTTPResponse(400, page, {**_HEADERS, "content-security-policy": _POLICY})


def _button(action: str, start: Start, member: Member) -> Html:
    name = member.name or member.email_address
    return element(
        "form",
        _input("hidden", "email_address", member.email_address),
        _input("hidden", "name", member.name),
        element("p", element("button", name, type="submit"), " ", member.email_address if member.name else ""),
        *(_labelled(label, _input("text", field, "")) for field, label in start.fields.items()),
        method="post",
        action=action,
        class_="mail",
    )


def _form(action: str, start: Start) -> Html:
    return element(
        "form",
        _labelled("Email address", _input("email", "email_address", start.hint, required="required")),
        _labelled("Name", _input("text", "name", "")),
        *(_labelled(label, _input("text", field, "")) for field, label in start.fields.items()),
        element("p", element("button", "Log in", type="submit")),
        method="post",
        action=action,
        class_="mail",
    )


def _labelled(label: str, field: Html) -> Html:
    return element("p", element("label", label, " ", field))


def _input(kind: str, name: str, value: str, **more: str) -> Html:
    attributes: Mapping[str, str] = {"type": kind, "name": name, "value": value, "maxlength": "320", **more}
    written = [f'{each}="{html.escape(text)}"' for each, text in attributes.items()]
    return Html(f"<input {' '.join(written)}>")


def _page(title: str, *content: Html) -> bytes:
    head = element(
        "head",
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<link rel="icon" href="data:,"><link rel="stylesheet" href="/_emulator/pages/style.css">'),
        element("title", title),
    )
    about = element("p", "The emulator's identity provider: nobody checks who you are.", class_="quiet")
    body = element("body", element("main", element("h1", title), about, joined(content)))
    return f"<!doctype html>{element('html', head, body, lang='en')}\n".encode()


def _origin(url: str) -> str:
    """Return the origin of a redirect for the policy; its scheme if there is none that can be written there."""
    found = _ORIGIN.match(url)
    return found[0] if found else f"{urlsplit(url).scheme}:"
