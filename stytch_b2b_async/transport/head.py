"""The head of a request: nothing that a value holds may begin a line of its own."""

import re

from stytch_b2b_async.wire import Call

_CONTROLS = bytes(range(32)) + b"\x7f"
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_FORBIDDEN_IN_LINE = re.compile(r"[\x00-\x20\x7f]")

_MESSAGE = "a control character in the head of a request"


def check_call(call: Call) -> None:
    """Refuse control characters in a method, an address and headers, and white space in the first two. Raises ValueError."""
    if _FORBIDDEN_IN_LINE.search(call.method) or _FORBIDDEN_IN_LINE.search(call.url):
        raise ValueError(_MESSAGE)
    for name, value in call.headers.items():
        if _FORBIDDEN.search(name) or _FORBIDDEN.search(value):
            raise ValueError(_MESSAGE)


def check_head(head: bytes, headers: int) -> None:
    """Refuse a written head with control characters beside those that end its first line, its headers, and itself.

    Whatever has written it, and in one pass over its bytes. Raises ValueError.
    """
    lines = headers + 2
    if (
        head.count(b"\r\n") != lines
        or len(head) - len(head.translate(None, _CONTROLS)) != 2 * lines
        or head.count(b" ", 0, head.find(b"\r\n")) != 2  # noqa: PLR2004  # method, target, version
    ):
        raise ValueError(_MESSAGE)
