"""Password hashes: JSON documents with the scheme and its parameters.

Hashing is expensive by design: handlers request it as a computation (see `computation`).
"""

import hashlib
import hmac
import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import argon2
import attrs
from argon2.low_level import Type, hash_secret_raw

from stytch_b2b_async.emulator.computation import Work

Parts: TypeAlias = Mapping[str, Any]
"""A hash and its parameters; bytes are in hex."""

MAX_MEMORY: Final = 2**28  # bytes that checking one password may take
_MAX_PHPASS_PASSWORD: Final = 4096  # bytes; phpass itself takes no more

_ITOA64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)  # argon2id, cheap: for tests


@attrs.frozen
class HashPassword(Work[str]):
    """Hash a new password."""

    password: str = attrs.field(repr=False)

    def run(self) -> str:
        """Create the document."""
        return hash_password(self.password)


@attrs.frozen
class VerifyPassword(Work[bool]):
    """Check a password against a stored hash."""

    stored: str = attrs.field(repr=False)
    password: str = attrs.field(repr=False)

    def run(self) -> bool:
        """Return whether the password matches."""
        return verify(self.stored, self.password)


@attrs.frozen
class CanBeVerified(Work[bool]):
    """Try to check a password against a hash, with the installed libraries."""

    stored: str = attrs.field(repr=False)

    def run(self) -> bool:
        """Check a wrong password; return whether the check itself works."""
        try:
            _check(self.stored, "a trial")
        except Exception:  # noqa: BLE001  # each library has its own errors; the hash cannot be used
            return False
        return True


def hash_password(password: str) -> str:
    """Hash a password."""
    return write("argon2", hash=_hasher.hash(password))


def write(scheme: str, **parts: Any) -> str:
    """Return the document of a migrated hash."""
    return json.dumps({"scheme": scheme, **parts})


def verify(stored: str, password: str) -> bool:
    """Check a password; a hash that cannot be checked matches none."""
    try:
        return _check(stored, password)
    except (ValueError, argon2.exceptions.Argon2Error, argon2.exceptions.InvalidHashError):
        return False


def _check(stored: str, password: str) -> bool:
    parts: Parts = json.loads(stored)
    return _SCHEMES[parts["scheme"]](parts, password)


def _argon2(parts: Parts, password: str) -> bool:
    try:
        return _hasher.verify(parts["hash"], password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def _argon2_raw(parts: Parts, password: str) -> bool:
    made = hash_secret_raw(
        password.encode(),
        bytes.fromhex(parts["salt"]),
        time_cost=parts["iterations"],
        memory_cost=parts["memory"],
        parallelism=parts["threads"],
        hash_len=parts["length"],
        type=Type.I if parts["variant"] == "argon_2i" else Type.ID,
    )
    return _same(made, parts)


def _bcrypt(parts: Parts, password: str) -> bool:
    bcrypt: Any = importlib.import_module("bcrypt")  # optional
    return bool(bcrypt.checkpw(password.encode()[:72], parts["hash"].encode()))


def _salted(parts: Parts, password: str) -> bool:
    salted = parts["prepend"] + password + parts["append"]
    return _same(hashlib.new(parts["digest"], salted.encode(), usedforsecurity=False).digest(), parts)


def _scrypt(parts: Parts, password: str) -> bool:
    made = hashlib.scrypt(
        password.encode(),
        salt=bytes.fromhex(parts["salt"]),
        n=parts["n"],
        r=parts["r"],
        p=parts["p"],
        dklen=parts["length"],
        maxmem=2**31 - 2,
    )
    return _same(made, parts)


def _pbkdf2(parts: Parts, password: str) -> bool:
    made = hashlib.pbkdf2_hmac(
        parts["digest"], password.encode(), bytes.fromhex(parts["salt"]), parts["iterations"], parts["length"]
    )
    return _same(made, parts)


def _phpass(parts: Parts, password: str) -> bool:
    """Check a portable hash of phpass: `$P$`, the count of rounds as a power of two, eight characters of salt, the digest."""
    stored: str = parts["hash"]
    word = password.encode()
    if len(word) > _MAX_PHPASS_PASSWORD:
        return False
    made = hashlib.md5(stored[4:12].encode() + word, usedforsecurity=False).digest()
    for _ in range(1 << _ITOA64.index(stored[3])):
        made = hashlib.md5(made + word, usedforsecurity=False).digest()
    return hmac.compare_digest(_itoa64(made), stored[12:])


def _itoa64(value: bytes) -> str:
    text = ""
    for start in range(0, len(value), 3):
        group = value[start : start + 3]
        bits = int.from_bytes(group, "little")
        text += "".join(_ITOA64[bits >> 6 * index & 63] for index in range(len(group) + 1))
    return text


def _same(made: bytes, parts: Parts) -> bool:
    return hmac.compare_digest(made, bytes.fromhex(parts["hash"]))


_SCHEMES: Final[Mapping[str, Callable[[Parts, str], bool]]] = {
    "argon2": _argon2,
    "argon2_raw": _argon2_raw,
    "bcrypt": _bcrypt,
    "salted": _salted,
    "scrypt": _scrypt,
    "pbkdf2": _pbkdf2,
    "phpass": _phpass,
}
