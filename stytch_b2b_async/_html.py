"""HTML whose texts are escaped unless they were made here."""

import html
from collections.abc import Iterable
from datetime import datetime
from typing import Final

_VOID: Final = frozenset({"br", "hr", "input", "link", "meta"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def escaped(value: object) -> Html:
    """Convert a value to HTML."""
    if isinstance(value, Html):
        return value
    if isinstance(value, datetime):
        return Html(f"<time>{value:%Y-%m-%d %H:%M:%S}</time>")
    return Html("" if value is None else html.escape(str(value)))


def element(tag: str, *content: object, **attributes: str | bool | None) -> Html:
    """Create an element; `class_` is class, `aria_label` is aria-label. True is an attribute without a value, False is none."""
    written = "".join(_attribute(name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items())
    return Html(f"<{tag}{written}>" if tag in _VOID else f"<{tag}{written}>{''.join(map(escaped, content))}</{tag}>")


def _attribute(name: str, value: str | bool | None) -> str:  # noqa: FBT001  # an attribute's value
    if isinstance(value, str):
        return f' {name}="{html.escape(value)}"'
    return f" {name}" if value else ""


def joined(parts: Iterable[object], separator: str = "") -> Html:
    """Join parts."""
    return Html(separator.join(escaped(part) for part in parts))
