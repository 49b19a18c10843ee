"""The style sheet and the script of the pages."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

TYPES: Final = {"explorer.css": "text/css", "explorer.js": "text/javascript"}


@cache
def content(name: str) -> bytes:
    """Return the content of a file."""
    return Path(__file__).with_name(name).read_bytes()


@cache
def address(name: str) -> str:
    """Return the path of a file, which changes with its content."""
    return f"/assets/{name}?{hashlib.sha256(content(name)).hexdigest()[:12]}"
