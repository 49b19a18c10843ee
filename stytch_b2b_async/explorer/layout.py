"""What all pages share: the head, the bar on top, and the list of endpoints."""

import re
from collections.abc import Mapping
from typing import Final

from stytch_b2b_async._html import Html, element, joined
from stytch_b2b_async.catalog import operations

from . import assets
from .target import Target

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # `no-referrer` would also take Origin from forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def page(target: Target, title: str, *content: object, current: str = "", query: str = "") -> str:
    """Create a page."""
    head = element(
        "head",
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        Html('<link rel="icon" href="data:,">'),  # otherwise browsers would ask for /favicon.ico
        element("link", rel="stylesheet", href=assets.address("explorer.css")),
        element("script", src=assets.address("explorer.js"), defer=True),
        element("title", f"{title} · Stytch explorer"),
    )
    body = element(
        "body",
        element("a", "Skip to the form", href="#main", class_="skip"),
        _top(target),
        element("div", navigation(target, current, query), *content, class_="layout"),
        class_="live" if target.is_live else None,
    )
    return f"<!doctype html>{element('html', head, body, lang='en')}\n"


def _top(target: Target) -> Html:
    where = target.config.base_url if target.emulator else target.config.project_id or target.config.base_url
    return element(
        "header",
        element("button", "Endpoints", type="button", popovertarget="endpoints", class_="small menu"),
        element("a", "Stytch explorer", href="/", class_="brand"),
        element(
            "p",
            element("span", target.name, class_="badge bad" if target.is_live else "badge"),
            " ",
            element("code", where),
            class_="target",
        ),
    )


def navigation(target: Target, current: str, query: str) -> Html:
    """List the endpoints, or those that match a search."""
    words = query.lower().split()
    found = {name: text for name, text in operations().items() if all(word in f"{name} {text}".lower() for word in words)}
    search = element(
        "form",
        element("label", "Search", for_="search", class_="hidden"),
        element(
            "input",
            type="search",
            id="search",
            name="q",
            value=query,
            placeholder="Search  /",
            autocomplete="off",
            spellcheck="false",
        ),
        action="/",
        role="search",
    )
    resources: dict[str, list[str]] = {}
    for name in found:
        resources.setdefault(name.rpartition(".")[0], []).append(name)
    groups = [_group(target, resource, names, current) for resource, names in sorted(resources.items())]
    nothing = element("p", "No endpoint matches.", class_="quiet", id="nothing", hidden=bool(found))
    return element("nav", search, *groups, nothing, id="endpoints", popover=True, aria_label="Endpoints")


def _group(target: Target, resource: str, names: list[str], current: str) -> Html:
    links = [
        element(
            "li",
            element(
                "a",
                name.rpartition(".")[2],
                href=f"/{name}",
                title=operations()[name],
                aria_current="page" if name == current else None,
                class_="lacking" if target.lacks(name) else None,
                data_name=name,
            ),
        )
        for name in names
    ]
    return element("section", element("h2", _breakable(resource)), element("ul", *links))


def _breakable(name: str) -> Html:
    """Let a long name break after its dots and underscores."""
    parts = re.split(r"(?<=[._])", name)
    return joined([part for each in parts for part in (each, _BREAK)][:-1])


_BREAK = Html("<wbr>")
