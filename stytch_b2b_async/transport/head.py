"""The head of a request: nothing that a value holds may begin a line of its own."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stytch_b2b_async.wire import Call

from .aiohttp_internals import write_head

if TYPE_CHECKING:
    from multidict import CIMultiDict

_CONTROLS = bytes(range(32)) + b"\x7f"
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_FORBIDDEN_IN_LINE = re.compile(r"[\x00-\x20\x7f]")

_ANY_LINE = "GET / HTTP/1.1"
_OF_EVERY_CALL = frozenset({"Authorization", "Accept", "User-Agent", "Content-Type"})
_MAX_KEPT = 8
"""A client has two, with a body and without; each copy with other options has two of its own."""

_MESSAGE = "a control character in the head of a request"


def check_call(call: Call) -> None:
    """Refuse control characters in a method, an address and headers, and white space in the first two. Raises ValueError."""
    if _FORBIDDEN_IN_LINE.search(call.method) or _FORBIDDEN_IN_LINE.search(call.url):
        raise ValueError(_MESSAGE)
    for name, value in call.headers.items():
        if _FORBIDDEN.search(name) or _FORBIDDEN.search(value):
            raise ValueError(_MESSAGE)


def first_line(method: str, target: str) -> bytes:
    """Write the first line of a request. Raises ValueError for control characters and white space in what it is made of."""
    line = f"{method} {target} HTTP/1.1\r\n".encode()
    if line.count(b" ") != 2 or len(line) - len(line.translate(None, _CONTROLS)) != 2:  # noqa: PLR2004  # those of the line itself
        raise ValueError(_MESSAGE)
    return line


class HeaderBlocks:
    """The header lines of requests to one origin: `common` headers, and those of a call.

    Blocks of headers that every call of a client says are kept, so that most calls write none. Others are not: they hold
    tokens, which must not outlive their call.
    """

    def __init__(self, common: "CIMultiDict[str]") -> None:
        self._common = common
        self._kept: dict[tuple[tuple[str, str], ...], bytes] = {}

    def write(self, headers: Mapping[str, str]) -> bytes:
        """Write the header lines of a call, without Content-Length. Raises ValueError for control characters in one."""
        named = tuple(headers.items())
        kept = self._kept.get(named)
        if kept is not None:
            return kept
        block = self._write(headers)
        if headers.keys() <= _OF_EVERY_CALL:
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            self._kept[named] = block
        return block

    def _write(self, headers: Mapping[str, str]) -> bytes:
        merged = self._common.copy()
        merged.update(headers)
        merged.popall("Content-Length", None)
        head = write_head(_ANY_LINE, merged)
        # In one pass over its bytes, whatever has written them.
        lines = len(merged) + 2
        if head.count(b"\r\n") != lines or len(head) - len(head.translate(None, _CONTROLS)) != 2 * lines:
            raise ValueError(_MESSAGE)
        return head[len(_ANY_LINE) + 2 : -2]
