"""How much structure an answer may have: decoding cannot be interrupted, and a few bytes of gzip can say a great deal."""

import re
from itertools import accumulate, count
from operator import sub

MAX_LEVELS = 500
"""Levels of objects and arrays: whoever copies or prints an answer must not run out of stack."""
MAX_VALUES = 1_000_000
"""Values in an answer: some tenths of a second, and 100 MB, at the most. A search that finds 1 000 members has far fewer."""

_TO_BRACKETS = bytes.maketrans(b"{}", b"[]")
_TO_STEPS = bytes.maketrans(b"[]", b"\x02\x00")  # less one for each bracket: a level up or down
_PASSES = 16
_NO_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))


def excess(body: bytes) -> str | None:
    """Tell in what a JSON text exceeds the bounds; None when it does not. Takes a small part of the time that decoding would."""
    opened = body.count(b"[") + body.count(b"{")
    if opened <= MAX_LEVELS and len(body) <= MAX_VALUES:
        return None
    if opened + body.count(b",") > MAX_VALUES:
        return f"holds more than {MAX_VALUES} values"
    return f"is nested more than {MAX_LEVELS} levels deep" if _is_deeper(body, MAX_LEVELS) else None


def _is_deeper(body: bytes, levels: int) -> bool:
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Every string that holds no bracket is an empty one by now. Where no quote is left, no bracket is part of a string.
    brackets = body.translate(_TO_BRACKETS, _NO_STRUCTURE).replace(b'""', b"")
    if b'"' in brackets:
        brackets = re.sub(rb'"[^"]*"?', b"", brackets)
    for _ in range(min(levels, _PASSES)):  # each takes the innermost level away: nearly always, nothing is left
        brackets = brackets.replace(b"[]", b"")
        levels -= 1
    opened = accumulate(brackets.translate(_TO_STEPS))
    return max(map(sub, opened, count(1)), default=0) > levels
