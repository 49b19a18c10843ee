"""A file of hashed gateway tokens, which may change while the gateway runs."""

import json
import os
import stat
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from .allow_list import AllowList
from .tokens import GatewayToken

_MAX_SIZE = 2**22  # bytes
_OTHERS_MAY_WRITE = 0o022


class TokenFile:
    """The tokens of a file. Once it cannot be read, none of them is valid."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tokens: tuple[GatewayToken, ...] = ()
        self._seen: tuple[int, int, int] | None = None

    def refresh(self) -> None:
        """Read the file if it has changed. Blocks. Raises ValueError if it is not one of ours, or others may write to it."""
        try:
            seen = _version(self.path)
            if seen != self._seen:
                self.tokens = tuple(self.read())
                self._seen = seen
        except BaseException:
            self.tokens, self._seen = (), None
            raise

    def read(self) -> list[GatewayToken]:
        """Read the file. Raises ValueError."""
        try:
            status = self.path.stat()
            if os.name == "posix" and status.st_mode & _OTHERS_MAY_WRITE:
                mode = stat.S_IMODE(status.st_mode)
                raise ValueError(f"{self.path} has mode {mode:04o}, so that others can write to it: run chmod 600 {self.path}")
            if status.st_size > _MAX_SIZE:
                raise ValueError(f"{self.path} is too large")
            document: Any = json.loads(self.path.read_text("utf-8"))
            return [_decode(entry) for entry in _entries(document)]
        except OSError as error:
            raise ValueError(f"cannot read {self.path}: {error.strerror}") from None
        except (TypeError, KeyError, AttributeError, json.JSONDecodeError, UnicodeDecodeError):
            raise ValueError(f"{self.path} is not a file of gateway tokens") from None

    def write(self, tokens: Iterable[GatewayToken]) -> None:
        """Write the file, with mode 0600, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".gateway-tokens-")  # its mode is 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"tokens": [_encode(token) for token in tokens]}, file, indent=2)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _entries(document: Any) -> list[Any]:
    entries: object = document["tokens"]
    if not isinstance(entries, list):
        raise TypeError("tokens must be a list")
    return cast("list[Any]", entries)


def _version(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _decode(entry: Any) -> GatewayToken:
    fields = cast("dict[str, str]", {**entry})
    expires, allow = fields.pop("expires_at", None), fields.pop("allow", None)
    return GatewayToken(
        allow=None if allow is None else AllowList.parse(allow),
        expires_at=None if expires is None else datetime.fromisoformat(expires),
        **fields,
    )


def _encode(token: GatewayToken) -> dict[str, str]:
    fields = {
        "name": token.name,
        "digest": token.digest,
        "allow": None if token.allow is None else str(token.allow),
        "expires_at": None if token.expires_at is None else token.expires_at.isoformat(timespec="seconds"),
    }
    return {name: value for name, value in fields.items() if value is not None}
