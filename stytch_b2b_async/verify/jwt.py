"""A token taken apart: the shape of a JWT (RFC 7519) signed with RS256, before anything in it is believed."""

import binascii
from contextlib import suppress
from typing import Any

import attrs
import msgspec

from .errors import MalformedTokenError

LONGEST_TOKEN = 32_768
"""Characters; custom claims are 4 KB at most."""
LONGEST_KEY_ID = 256

PARTS = 3
_FROM_URL, _TO_URL = bytes.maketrans(b"-_", b"+/"), bytes.maketrans(b"+/", b"-_")
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
    parts = token.split(".", PARTS)
    if len(parts) != PARTS or not token.isascii():
        raise MalformedTokenError("the token is not three parts of base64url, joined by dots")
    head, payload, signature = parts
    header = _object("header", head)
    if header.get("alg") != "RS256":
        raise MalformedTokenError("the token is not signed with RS256")
    if "crit" in header:
        raise MalformedTokenError("the token's header demands extensions that are not known here")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
        raise MalformedTokenError("the token's header names no key")
    return ParsedToken(key_id, _object("payload", payload), f"{head}.{payload}".encode(), _signature(signature))


def _object(part: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] | None = None
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # not chained: they may hold the text
        found = _decode_object(_bytes(part, text))
    if found is None:
        raise MalformedTokenError(f"the token's {part} is no JSON object")
    return found


def _bytes(part: str, text: str) -> bytes:
    """Decode base64url without padding."""
    decoded = b""
    with suppress(binascii.Error):
        decoded = binascii.a2b_base64(text.encode().translate(_FROM_URL) + b"==")
    if not decoded:
        raise MalformedTokenError(f"the token's {part} is no base64url")
    return decoded


def _signature(text: str) -> bytes:
    """Decode a signature: only the spelling that encoding would give, so that no two texts are one token.

    Header and payload are signed as text, so that they need no such care.
    """
    decoded = _bytes("signature", text)
    if binascii.b2a_base64(decoded, newline=False).rstrip(b"=").translate(_TO_URL) != text.encode():
        raise MalformedTokenError("the token's signature is no base64url")
    return decoded
