"""What the pages are made of."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from stytch_b2b_async._html import Html, element, escaped, joined

__all__ = ["Html", "badge", "code", "element", "escaped", "joined", "link", "table"]

_LINKED: Final = {"http", "https"}


def link(text: object, url: str, **attributes: str) -> Html:
    """Link to a page; a URL that could run a program is shown as text."""
    try:
        is_safe = url.startswith("/_emulator/") or urlsplit(url).scheme in _LINKED
    except ValueError:
        is_safe = False
    return element("a", text, href=url, **attributes) if is_safe else escaped(url)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> Html:
    """Create a table, or say that there is nothing."""
    written = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    if not written:
        return element("p", empty, class_="empty")
    head = element("thead", element("tr", *(element("th", heading) for heading in headings)))
    return element("div", element("table", head, element("tbody", *written)), class_="scroll")


def code(value: Any) -> Html:
    """Show JSON over several lines."""
    return element("pre", value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str))


def badge(text: object, kind: str = "plain") -> Html:
    """Show a short state, by colour and by its text."""
    return element("span", text, class_=f"badge {kind}")
