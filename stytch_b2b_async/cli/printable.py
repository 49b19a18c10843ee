"""Text from elsewhere, as it may be shown on a terminal."""

import re
import sys
from typing import Final

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that command a terminal or reorder its text; tabs and line feeds do neither."""


def printable(text: str) -> str:
    r"""Escape control characters as `\u001b`, which JSON reads as the same character."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def encodable(text: str) -> str:
    """Escape what commands a terminal, and what standard output cannot encode, before a table is laid out."""
    encoding = sys.stdout.encoding or "utf-8"
    return printable(text).encode(encoding, "backslashreplace").decode(encoding)
