"""Files that are written under another name first, so that they are never there in part."""

import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

_DRAFT: Final = re.compile(r"\.[0-9a-f]{16}\.new(-journal)?")


def draft_of(path: Path) -> Path:
    """Return a name beside a file that nobody else uses."""
    return path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")


def remove_drafts(path: Path) -> None:
    """Remove the drafts of a file that were left behind when their process was killed."""
    with suppress(OSError):
        for each in path.parent.iterdir():
            if each.name.startswith(path.name) and _DRAFT.fullmatch(each.name.removeprefix(path.name)) and _is_plain(each):
                each.unlink(missing_ok=True)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
