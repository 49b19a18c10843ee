"""HTML whose texts are escaped unless they were made here."""

import html
from collections.abc import Iterable
from datetime import datetime


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


def element(tag: str, *content: object, **attributes: str) -> Html:
    """Create an element; attribute names may end with an underscore."""
    written = "".join(f' {name.rstrip("_")}="{html.escape(value)}"' for name, value in attributes.items())
    return Html(f"<{tag}{written}>{''.join(map(escaped, content))}</{tag}>")


def joined(parts: Iterable[object], separator: str = "") -> Html:
    """Join parts."""
    return Html(separator.join(escaped(part) for part in parts))
