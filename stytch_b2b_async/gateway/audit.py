"""The audit log: one line of JSON for each request, written by a thread of its own, in a file that only its owner can read."""

import asyncio
import errno
import hashlib
import hmac
import ipaddress
import logging
import os
import queue
import stat
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from time import perf_counter, time
from typing import Any, Final, cast

import msgspec

logger: Final = logging.getLogger("stytch_b2b_async.gateway")

MAX_WAITING: Final = 100
"""Batches that may wait to be written; with more, requests are refused."""
_SOON: Final = 0.005  # seconds until the line of a lone request is written
_BUSY: Final = 0.05  # seconds of lines that are written at once while there are many
_SHOWN_OF_HASH: Final = 16
_PRIVATE: Final = 0o600
_ENCODE: Final = msgspec.json.Encoder().encode
_IPV6_SITE: Final = 64  # bits; whoever has one address usually has all of these


class Record(msgspec.Struct, eq=False, kw_only=True):
    """What is known of a request so far: a line of the log, in the order of its fields."""

    time: str = ""
    peer: str
    token: str | None = None
    """The name of the caller."""
    method: str
    operation: str | None = None
    effect: str | None = None
    as_member: bool = False
    """Whether a member's session authorizes it."""
    ids: Mapping[str, str] = {}
    """Hashed."""
    status: int = 0
    error: str | None = None
    sent: bool = False
    """Whether it was sent on, or may have been."""
    ms: float = msgspec.field(default_factory=perf_counter)
    """Milliseconds until it was answered; before that, when it came."""
    request_id: str | None = None

    def line(self) -> bytes:
        """Encode it as a line, once."""
        self.time = _now()
        self.ms = round((perf_counter() - self.ms) * 1000, 1)
        return _ENCODE(self) + b"\n"


def _now() -> str:
    now = time()
    seconds = int(now)
    return f"{_written(seconds)}.{int((now - seconds) * 1000):03}+00:00"


@lru_cache(maxsize=1)
def _written(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


def peer_name(address: object) -> str:
    """Return the IP address of a socket's peer; of IPv6, the network that one site has."""
    return _network(str(cast("tuple[object, ...]", address)[0])) if isinstance(address, tuple) and address else "local"


@lru_cache(maxsize=1000)
def _network(host: str) -> str:
    try:
        known = ipaddress.ip_address(host)
    except ValueError:
        return "local"
    if isinstance(known, ipaddress.IPv6Address) and not known.is_loopback:
        return str(ipaddress.ip_network((known, _IPV6_SITE), strict=False))
    return str(known)


class IdHashes:
    """Hashes ids under a key, so that lines about one member can only be found by those who know the key."""

    def __init__(self, key: str | None) -> None:
        self._key = hmac.digest((key or "").encode(), b"stytch-b2b gateway audit", "sha256") if key else os.urandom(32)

    def of(self, arguments: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the hashes of all ids among the arguments of a request."""
        return {name: self._hash(value) for name, value in arguments.items() if name.endswith("_id") and isinstance(value, str)}

    def _hash(self, value: str) -> str:
        return hmac.digest(self._key, value.encode("utf-8", "replace"), hashlib.sha256).hex()[:_SHOWN_OF_HASH]


class AuditLog:
    """A file of lines, and older ones beside it: `audit.jsonl.1` is the newest of these. Raises OSError if it cannot be opened."""

    def __init__(self, path: Path, *, max_bytes: int = 10 * 2**20, keep: int = 5) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._keep = keep
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._file = _open(path)
        self._failed = False
        self._lines: list[bytes] = []
        self._is_busy = False
        self._thread = threading.Thread(target=self._write_all, name="stytch-gateway-audit", daemon=True)
        self._thread.start()

    @property
    def is_available(self) -> bool:
        """Whether lines can be written."""
        return not self._failed and self._waiting.qsize() < MAX_WAITING

    def write(self, line: bytes) -> None:
        """Write a line, soon; call it from one event loop only."""
        self._lines.append(line)
        if len(self._lines) == 1:  # waking the thread for each line would cost more than the request
            asyncio.get_running_loop().call_later(_BUSY if self._is_busy else _SOON, self._flush)

    def close(self) -> None:
        """Write what waits, and close the file. Blocks."""
        self._flush()
        self._waiting.put(None)
        self._thread.join()

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        self._is_busy = len(lines) > 1
        if lines:
            self._waiting.put(b"".join(lines))

    def _write_all(self) -> None:
        ended = False
        while not ended:
            lines = [self._waiting.get()]
            while lines[-1] is not None and not self._waiting.empty():
                lines.append(self._waiting.get())
            ended = lines[-1] is None
            try:
                self._write(b"".join(line for line in lines if line))
                self._failed = False
            except OSError as error:
                if not self._failed:
                    logger.error("the audit log %s cannot be written (%s): requests are refused", self._path, error.strerror)  # noqa: TRY400  # the sentence says all
                self._failed = True
        os.close(self._file)

    def _write(self, lines: bytes) -> None:
        if _is_elsewhere(self._file, self._path):  # moved away by somebody else
            os.close(self._file)
            self._file = _open(self._path)
        size = os.fstat(self._file).st_size
        if size and size + len(lines) > self._max_bytes:
            self._rotate()
        while lines:
            lines = lines[os.write(self._file, lines) :]

    def _rotate(self) -> None:
        for number in range(self._keep - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        self._path.replace(self._numbered(1))
        os.close(self._file)
        self._file = _open(self._path)

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


def _open(path: Path) -> int:
    special = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK"))  # a pipe would block
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | special, _PRIVATE)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "it is not a regular file")
    if os.name == "posix":
        os.fchmod(file, _PRIVATE)
    return file


def _is_elsewhere(file: int, path: Path) -> bool:
    try:
        here = path.lstat()
    except FileNotFoundError:
        return True
    held = os.fstat(file)
    return (here.st_dev, here.st_ino) != (held.st_dev, held.st_ino)
