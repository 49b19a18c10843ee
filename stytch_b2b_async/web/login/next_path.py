"""Where a visitor goes after a login: a path on this host, whatever the query asked for."""

import re
from typing import Final
from urllib.parse import unquote

MAX_PATH: Final = 2_048
_PRINTABLE: Final = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
"""ASCII without spaces and backslashes: browsers remove tabs and line ends, and read a backslash as a slash."""
_DOTS: Final = {".", ".."}


def safe_path(text: str | None) -> str | None:
    """Return a path, with its query, that leads to this host in every browser; None for anything else."""
    if not text or len(text) > MAX_PATH or not _PRINTABLE.fullmatch(text):
        return None
    path = re.split("[?#]", text, maxsplit=1)[0]
    return text if _is_local(path) and _is_local(unquote(path, errors="replace")) else None


def _is_local(path: str) -> bool:
    """Reject `//host`, and what a proxy or browser could turn into it."""
    if not path.startswith("/") or "//" in path or "\\" in path or not path.isprintable():
        return False
    return not _DOTS & set(path.split("/"))
