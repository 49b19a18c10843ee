"""Show what an unreadable response looks like without its values, which may include a valid token."""

import re

from stytch_b2b_async.endpoint import Request, response_type
from stytch_b2b_async.schema import cached, fields_of, models_of

from .redaction import Redaction

_LENGTH = 200  # bytes to show
_READ = 20_000  # characters to search for secrets of the request: one may begin in the part that is shown

_JSON = r'"(?:[^"\\]|\\.)*"?|[\[\]{}:,]|\s+|[^\s"\[\]{}:,]+'
_PLAIN = frozenset("[]{}:,") | {"true", "false", "null"}
_WORDS = r"[^\s<>/=\"'&;:,.!?()]+"
_PLAIN_WORD = r"[A-Za-z]{1,20}|\d{1,3}"


def body_start(body: bytes, request: Request[object], redaction: Redaction) -> bytes:
    """Return the start of a body: JSON structure and declared names, or a page's plain words; `…` for everything else."""
    text = body[:_READ].decode("utf-8", "replace")
    if not text.lstrip().startswith("<"):
        shape = _shape(text[: 10 * _LENGTH], _names(response_type(type(request))))
    elif redaction.repeats(text):
        return b""
    else:
        shape = re.sub(_WORDS, lambda word: word[0] if re.fullmatch(_PLAIN_WORD, word[0]) else "…", text[:_LENGTH])
    return shape.encode()[:_LENGTH].decode("utf-8", "ignore").encode()


def _shape(text: str, names: frozenset[str]) -> str:
    return "".join(_shown(part, names) for part in re.findall(_JSON, text, re.DOTALL))


def _shown(part: str, names: frozenset[str]) -> str:
    if part in _PLAIN or part.isspace() or (part[:1] == part[-1:] == '"' and part[1:-1] in names):
        return part
    return '"…"' if part.startswith('"') else "…"


@cached
def _names(cls: type[object]) -> frozenset[str]:
    """Return the field names that a response declares, at any depth."""
    return frozenset(field.wire_name for model in models_of(cls) for field in fields_of(model))
