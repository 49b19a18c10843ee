"""A token taken apart: the shape of a JWT (RFC 7519) signed with RS256, before anything in it is believed."""

import base64
import re
from contextlib import suppress
from typing import Any

import attrs
import msgspec

from .errors import MalformedTokenError

LONGEST_TOKEN = 32_768
"""Characters; custom claims are 4 KB at most."""
LONGEST_KEY_ID = 256

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


@attrs.frozen
class ParsedToken:
    """The parts of a token."""

    key_id: str
    claims: dict[str, Any] = attrs.field(repr=False)
    signed: bytes = attrs.field(repr=False)
    signature: bytes = attrs.field(repr=False)


def parse(token: object) -> ParsedToken:
    """Take a token apart. Raises MalformedTokenError for what RS256 tokens of this API never are."""
    if token is None:
        raise MalformedTokenError("there is no token")
    if not isinstance(token, str):
        raise MalformedTokenError(f"a token is a str, not {type(token).__name__}")
    if len(token) > LONGEST_TOKEN:
        raise MalformedTokenError(f"the token is longer than {LONGEST_TOKEN} characters")
    if token[:7].lower() == "bearer ":
        raise MalformedTokenError("the token still has `Bearer ` in front: pass what follows it")
    if not _SHAPE.fullmatch(token):
        raise MalformedTokenError("the token is not three parts of base64url, joined by dots")
    head, payload, signature = token.split(".")
    header = _object("header", head)
    if header.get("alg") != "RS256":
        raise MalformedTokenError("the token is not signed with RS256")
    if "crit" in header:
        raise MalformedTokenError("the token's header demands extensions that are not known here")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
        raise MalformedTokenError("the token's header names no key")
    return ParsedToken(key_id, _object("payload", payload), f"{head}.{payload}".encode(), _bytes("signature", signature))


def _object(part: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] | None = None
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # not chained: they may hold the text
        found = _decode_object(_bytes(part, text))
    if found is None:
        raise MalformedTokenError(f"the token's {part} is no JSON object")
    return found


def _bytes(part: str, text: str) -> bytes:
    """Decode base64url without padding; only the one spelling that encoding would give, so that no two texts are one token."""
    decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != text.encode():
        raise MalformedTokenError(f"the token's {part} is no base64url")
    return decoded
