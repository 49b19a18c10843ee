"""Limits on the structure of a response: decoding cannot be interrupted, and a few bytes of gzip can expand to a great deal."""

import re
from itertools import accumulate, count
from operator import sub

MAX_LEVELS = 500
"""Levels of objects and arrays: copying or printing a response must not exhaust the stack."""
MAX_VALUES = 1_000_000
"""Values in a response: at most some tenths of a second, and 100 MB. A search that finds 1 000 members has far fewer."""

_TO_BRACKETS = bytes.maketrans(b"{}", b"[]")
_TO_STEPS = bytes.maketrans(b"[]", b"\x02\x00")  # minus one for each bracket: a level up or down
_PASSES = 16
_NO_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))


def excess(body: bytes) -> str | None:
    """Return which limit a JSON text exceeds, or None. Takes a small part of the time of decoding."""
    opened = body.count(b"[") + body.count(b"{")
    if opened <= MAX_LEVELS and len(body) <= MAX_VALUES:
        return None
    if opened + body.count(b",") > MAX_VALUES:
        return f"holds more than {MAX_VALUES} values"
    return f"is nested more than {MAX_LEVELS} levels deep" if _is_deeper(body, MAX_LEVELS) else None


def _is_deeper(body: bytes, levels: int) -> bool:
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Every string without brackets is empty by now. If no quote is left, no bracket is part of a string.
    brackets = body.translate(_TO_BRACKETS, _NO_STRUCTURE).replace(b'""', b"")
    if b'"' in brackets:
        brackets = re.sub(rb'"[^"]*"?', b"", brackets)
    for _ in range(min(levels, _PASSES)):  # each removes the innermost level; nearly always, nothing is left
        brackets = brackets.replace(b"[]", b"")
        levels -= 1
    opened = accumulate(brackets.translate(_TO_STEPS))
    return max(map(sub, opened, count(1)), default=0) > levels
