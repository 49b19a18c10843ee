"""Parse a JWT (RFC 7519) signed with RS256. Nothing in it is trusted yet."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import attrs
import msgspec

from .errors import MalformedTokenError

MAX_TOKEN = 32_768
"""Characters; custom claims are 4 KB at most."""
MAX_KEY_ID = 256
MAX_DEPTH = 500
"""Levels of objects and arrays, so that copying the claims cannot exhaust the stack."""

PARTS = 3
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LAST = (frozenset(_ALPHABET), frozenset[str](), frozenset(_ALPHABET[::16]), frozenset(_ALPHABET[::4]))
"""The characters at the end of a canonical encoding, by its length modulo 4."""
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


@attrs.define
class ParsedToken:
    """The parts of a token."""

    key_id: str
    claims: dict[str, Any] = attrs.field(repr=False)
    signed: bytes = attrs.field(repr=False)
    signature: bytes = attrs.field(repr=False)


def parse(token: object) -> ParsedToken:
    """Parse a token. Raises MalformedTokenError."""
    if token is None or token == "":
        raise MalformedTokenError("the token is missing")
    if not isinstance(token, str):
        raise MalformedTokenError(f"a token is a str, not {type(token).__name__}")
    if len(token) > MAX_TOKEN:
        raise MalformedTokenError(f"the token is longer than {MAX_TOKEN} characters")
    if " " in token and token[:7].lower() == "bearer ":
        raise MalformedTokenError("the token still has `Bearer ` in front: pass what follows it")
    parts = token.split(".", PARTS)
    if len(parts) != PARTS or not token.isascii():
        raise MalformedTokenError("the token is not three parts of base64url, joined by dots")
    head, payload, signature = parts
    return ParsedToken(_key_id(head), _object("payload", payload), f"{head}.{payload}".encode(), _signature(signature))


@lru_cache(maxsize=16)  # all tokens signed with a key have the same header
def _key_id(head: str) -> str:
    header = _object("header", head)
    if header.get("alg") != "RS256":
        raise MalformedTokenError("the token is not signed with RS256")
    if "crit" in header:
        raise MalformedTokenError("header `crit` names extensions that are not supported")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not key_id.isascii() or not 0 < len(key_id) <= MAX_KEY_ID:
        raise MalformedTokenError("header `kid` is missing or invalid")
    return key_id


def _object(part: str, text: str) -> dict[str, Any]:
    decoded = _bytes(part, text)
    try:
        found = _decode_object(decoded)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if found is None:  # raised outside the handler: a chained exception may contain the text
        raise MalformedTokenError(f"{part} is not a JSON object")
    if len(decoded) > 2 * MAX_DEPTH and decoded.count(b"{") + decoded.count(b"[") > MAX_DEPTH and _too_deep(found):
        raise MalformedTokenError(f"{part} is nested more than {MAX_DEPTH} levels deep")
    return found


def _too_deep(value: dict[str, Any]) -> bool:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _items(outer) if isinstance(inner, dict | list)]
    return bool(level)


def _items(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _bytes(part: str, text: str) -> bytes:
    """Decode base64url without padding. msgspec is strict, and four times as fast as binascii."""
    try:
        decoded = msgspec.convert(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), bytes)
    except msgspec.ValidationError:
        decoded = b""
    if not decoded:
        raise MalformedTokenError(f"{part} is not valid base64url")
    return decoded


def _signature(text: str) -> bytes:
    """Decode a signature. Only the canonical encoding is accepted, so that a token has one spelling.

    Header and payload need no such check: their text is what is signed.
    """
    decoded = _bytes("signature", text)
    # The bits that are left over in the last character must be zero, and the alphabet must be that of base64url.
    if "+" in text or "/" in text or "=" in text or text[-1] not in _LAST[len(text) % 4]:
        raise MalformedTokenError("signature is not valid base64url")
    return decoded
