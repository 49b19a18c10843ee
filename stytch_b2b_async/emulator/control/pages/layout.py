"""What all pages share: navigation, style, and headers that forbid everything else."""

from collections.abc import Mapping
from typing import Final

from stytch_b2b_async.emulator.codec import HTTPResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest

from .html import Html, badge, element, escaped, joined, link

_POLICY: Final = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS: Final = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
_PAGES: Final = {
    "Overview": "/_emulator/",
    "Mail": "/_emulator/pages/mail",
    "Organizations": "/_emulator/pages/organizations",
    "Members": "/_emulator/pages/members",
    "Sessions": "/_emulator/pages/sessions",
    "Calls": "/_emulator/pages/calls",
}


def page(project: Project, title: str, *content: Html) -> HTTPResponse:
    """Create a page."""
    navigation = joined(link(name, url, **({"aria-current": "page"} if name == title else {})) for name, url in _PAGES.items())
    faults = badge(f"{len(project.faults)} faults", "bad") if project.faults else Html()
    body = element(
        "body",
        element("header", element("strong", "Stytch emulator"), element("nav", navigation)),
        element("main", element("h1", title), *content),
        element("footer", element("code", project.project_id), " ", element("span", project.clock.now()), " UTC ", faults),
    )
    head = element(
        "head",
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<link rel="icon" href="data:,">'),  # none: browsers would ask for /favicon.ico
        Html('<link rel="stylesheet" href="/_emulator/pages/style.css">'),
        element("title", f"{title} · Stytch emulator"),
    )
    return HTTPResponse(200, f"<!doctype html>{element('html', head, body, lang='en')}\n".encode(), _HEADERS)


def style(_: Project, __: HTTPRequest) -> HTTPResponse:
    """Return the style sheet."""
    return HTTPResponse(200, _STYLE.encode(), {**_HEADERS, "content-type": "text/css; charset=utf-8"})


def definitions(entries: Mapping[str, object]) -> Html:
    """Show names with their values."""
    return element("dl", *(element(tag, value) for pair in entries.items() for tag, value in zip(("dt", "dd"), pair, strict=True)))


def more(url: str, offset: int, shown: int, total: int, size: int) -> Html:
    """Say which part of a list is shown, and link to the others."""
    if total <= size:
        return Html()
    parts = [escaped(f"{offset + 1} to {offset + shown} of {total}")]
    if offset:
        parts.insert(0, link("← previous", f"{url}offset={max(0, offset - size)}"))
    if offset + shown < total:
        parts.append(link("next →", f"{url}offset={offset + size}"))
    return element("p", joined(parts, " · "), class_="more")


_STYLE: Final = """\
:root {
  color-scheme: light dark;
  --back: #fff; --card: #f6f7f9; --text: #1c2024; --quiet: #5d6570; --line: #dde1e6; --link: #0b57d0;
  --good: #0f6b3a; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #15181c; --card: #1e2329; --text: #e7eaee; --quiet: #9aa4b0; --line: #343b44; --link: #8ab4f8;
    --good: #6fd39b; --bad: #ff8f85;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
header {
  display: flex; flex-wrap: wrap; gap: .25rem 2rem; align-items: center; padding: .75rem 1.5rem;
  border-bottom: 1px solid var(--line); background: var(--card);
}
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
nav a { color: var(--quiet); text-decoration: none; padding: .25rem 0; border-bottom: 2px solid transparent; }
nav a:hover { color: var(--text); }
nav a[aria-current] { color: var(--text); border-color: var(--link); }
main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.5rem 2rem; }
h1 { font-size: 1.5rem; margin: .5rem 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .45rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child td { border-bottom: 0; }
th { background: var(--card); font-weight: 600; white-space: nowrap; }
td { overflow-wrap: anywhere; min-width: 4.5rem; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
pre {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; margin: .25rem 0 1rem;
  overflow-x: auto;
}
.badge {
  display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; font-size: 13px; white-space: nowrap;
}
.badge.good { color: var(--good); border-color: currentColor; }
.badge.bad { color: var(--bad); border-color: currentColor; }
.mail { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 0 0 1rem; background: var(--card); }
.mail h2 { margin: 0 0 .25rem; }
.mail p { margin: .25rem 0; overflow-wrap: anywhere; }
.mail .open {
  display: inline-block; margin: .5rem 0; padding: .35rem 1rem; border-radius: 6px; background: var(--link); color: var(--back);
  text-decoration: none;
}
.mail .passcode { font-size: 1.6rem; letter-spacing: .2em; font-variant-numeric: tabular-nums; }
.quiet, .empty, .more, dt { color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 0 0 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
footer { padding: 1rem 1.5rem; border-top: 1px solid var(--line); color: var(--quiet); overflow-wrap: anywhere; }
"""
