"""Migrated hashes: rejected unless passwords can be checked against them in bounded time and memory."""

import base64
import binascii
import importlib.util
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import argon2

from stytch_b2b_async.api.passwords import Migrate
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.passwords import Argon2Config, PBKDF2Config, SaltConfig, ScryptConfig
from stytch_b2b_async.schema import JSONObject

from .hashing import MAX_MEMORY, CanBeVerified, write

C = TypeVar("C")

# Stytch's limits are undocumented. Within these, a laptop takes about a second.
_MAX_BCRYPT_COST = 14
_MAX_PBKDF2_ROUNDS = 2_000_000  # iterations for each block of the key
_MAX_ARGON2_PASSES = 2**20  # iterations by KiB of memory
_MAX_ARGON2_ITERATIONS = 1024
_MAX_THREADS = 64
_MAX_ARGON2_SLICES = 4096  # iterations by threads: each starts some
_MAX_SCRYPT_COST = 2**21  # N * r * p
_MAX_SCRYPT_P = 1024
_MAX_KEY = 1024
_MAX_SCRYPT_N = 262_144  # documented
_SCRYPT_PHC = re.compile(r"\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,4}),p=([0-9]{1,4})\$([^$]+)\$([^$]+)")


def stored_form(project: Project, request: Migrate) -> str:
    """Convert the hash of a request to its stored form; reject one that is invalid or too expensive to check."""
    read = _READERS.get(request.hash_type)
    if read is None:
        raise EmulatedError("invalid_hash_type", f"hash_type must be one of {', '.join(_READERS)}.")
    stored = read(request)
    # The libraries have their own limits: what they cannot check is rejected now, not at a login.
    _check(project.computations.result(CanBeVerified(stored)), _UNVERIFIABLE.get(request.hash_type, "invalid_hash"))
    return stored


def _bcrypt(request: Migrate) -> str:
    if importlib.util.find_spec("bcrypt") is None:
        raise EmulatedError("invalid_hash_type", "To emulate bcrypt, install the package bcrypt next to the emulator.")
    found = re.fullmatch(r"\$2[abxy]\$([0-9]{2})\$[./A-Za-z0-9]{53}", request.hash)
    if found is None:
        raise EmulatedError("invalid_bcrypt_hash", "The hash is not a bcrypt hash.")
    if not 4 <= int(found[1]) <= _MAX_BCRYPT_COST:  # noqa: PLR2004  # bcrypt's own bound
        raise EmulatedError("invalid_bcrypt_cost", f"The cost of a bcrypt hash must lie between 4 and {_MAX_BCRYPT_COST}.")
    return write("bcrypt", hash=request.hash)


def _argon2(request: Migrate) -> str:
    config = _config(Argon2Config, request.argon_2_config)
    if config is None:
        return _argon2_encoded(request)
    key = _hex(request.hash, "invalid_hash")
    salt = _base64(config.salt, "invalid_argon_2_salt")
    _check(len(salt) >= 8, "invalid_argon_2_salt")  # noqa: PLR2004  # argon2's own bound
    _check_argon2(config.iteration_amount, config.memory, config.threads)
    _check(4 <= config.key_length <= _MAX_KEY, "invalid_argon_2_key_length")  # noqa: PLR2004  # argon2's own bound
    _check(config.key_length == len(key), "argon_2_key_length_mismatch")
    return write(
        "argon2_raw",
        variant=request.hash_type,
        hash=key.hex(),
        salt=salt.hex(),
        iterations=config.iteration_amount,
        memory=config.memory,
        threads=config.threads,
        length=config.key_length,
    )


def _argon2_encoded(request: Migrate) -> str:
    wanted = f"${request.hash_type.replace('argon_2', 'argon2')}$"
    try:
        parameters = argon2.extract_parameters(request.hash)
    except argon2.exceptions.InvalidHashError:
        raise EmulatedError("invalid_hash", "The hash is not an encoded argon2 hash; the hex form needs argon_2_config.") from None
    _check(request.hash.startswith(wanted), "invalid_hash")
    _check_argon2(parameters.time_cost, parameters.memory_cost, parameters.parallelism)
    _check(parameters.hash_len <= _MAX_KEY, "invalid_argon_2_key_length")
    return write("argon2", hash=request.hash)


def _check_argon2(iterations: int, memory: int, threads: int) -> None:
    _check(1 <= threads <= _MAX_THREADS, "invalid_argon_2_threads")
    _check(8 * threads <= memory <= MAX_MEMORY // 1024, "invalid_argon_2_memory")
    most = min(_MAX_ARGON2_ITERATIONS, _MAX_ARGON2_PASSES // memory, _MAX_ARGON2_SLICES // threads)
    _check(1 <= iterations <= most, "invalid_argon_2_iteration_amount")


def _salted(digest: str, length: int, error_type: str) -> Callable[[Migrate], str]:
    def read(request: Migrate) -> str:
        key = _hex(request.hash, error_type)
        _check(len(key) == length, error_type)
        given = {"md5": request.md_5_config, "sha1": request.sha_1_config, "sha512": request.sha_512_config}[digest]
        config = _config(SaltConfig, given) or SaltConfig(prepend_salt="", append_salt="")
        return write("salted", digest=digest, hash=key.hex(), prepend=config.prepend_salt, append=config.append_salt)

    return read


def _scrypt(request: Migrate) -> str:
    config = _config(ScryptConfig, request.scrypt_config)
    if config is None:
        return _scrypt_phc(request)
    key = _base64(request.hash, "invalid_base64_scrypt_hash")
    _check(config.key_length == len(key), "scrypt_key_length_mismatch")
    return _scrypt_form(key, config.salt, config.n_parameter, config.r_parameter, config.p_parameter)


def _scrypt_phc(request: Migrate) -> str:
    found = _SCRYPT_PHC.fullmatch(request.hash)
    if found is None:
        raise EmulatedError("invalid_hash", "The hash is not a scrypt hash in PHC form; another form needs scrypt_config.")
    log_n, r, p, salt, key = found.groups()
    return _scrypt_form(_base64(key, "invalid_base64_scrypt_hash"), salt, 1 << int(log_n), int(r), int(p))


def _scrypt_form(key: bytes, salt: str, n: int, r: int, p: int) -> str:
    _check(2 <= n <= _MAX_SCRYPT_N and n & (n - 1) == 0, "invalid_scrypt_n_parameter")  # noqa: PLR2004
    affordable = 128 * n * r <= MAX_MEMORY and n * r * p <= _MAX_SCRYPT_COST
    _check(r >= 1 and 1 <= p <= _MAX_SCRYPT_P and affordable, "invalid_scrypt_parameters")
    _check(1 <= len(key) <= _MAX_KEY, "invalid_base64_scrypt_hash")
    salted = _base64(salt, "invalid_base64_scrypt_salt")
    _check(1 <= len(salted) <= _MAX_KEY, "invalid_scrypt_salt_length")
    return write("scrypt", hash=key.hex(), salt=salted.hex(), n=n, r=r, p=p, length=len(key))


def _pbkdf2(request: Migrate) -> str:
    config = _config(PBKDF2Config, request.pbkdf_2_config)
    if config is None:
        raise EmulatedError("invalid_pbkdf_2_hash", "A PBKDF2 hash needs pbkdf_2_config.")
    key = _base64(request.hash, "invalid_pbkdf_2_hash")
    salt = _base64(config.salt, "invalid_pbkdf_2_salt")
    digest = config.algorithm.lower() or "sha256"
    _check(digest in {"sha256", "sha512"}, "invalid_pbkdf_2_algorithm")
    _check(1 <= len(key) <= _MAX_KEY, "invalid_pbkdf_2_hash")
    blocks = -(-len(key) // (32 if digest == "sha256" else 64))
    _check(1 <= config.iteration_amount <= _MAX_PBKDF2_ROUNDS // blocks, "invalid_pbkdf_2_iteration_amount")
    _check(config.key_length == len(key), "pbkdf_2_key_length_mismatch")
    return write("pbkdf2", digest=digest, hash=key.hex(), salt=salt.hex(), iterations=config.iteration_amount, length=len(key))


def _phpass(request: Migrate) -> str:
    _check(request.hash[:3] in {"$P$", "$H$"}, "invalid_phpass_hash_prefix")
    _check(
        re.fullmatch(r"\$[PH]\$[5-9A-G][./0-9A-Za-z]{30}", request.hash) is not None, "invalid_phpass_hash_format"
    )  # up to 2**18 rounds
    return write("phpass", hash=request.hash)


def _config(kind: type[C], given: C | JSONObject | None) -> C | None:
    return given if isinstance(given, kind) else None  # the request has turned mappings into models


def _check(holds: bool, error_type: str) -> None:  # noqa: FBT001  # reads as `check that`
    if not holds:
        raise EmulatedError(error_type, f"The hash was refused: {error_type.replace('_', ' ')}.")


def _hex(value: str, error_type: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise EmulatedError(error_type, "The hash is not written in hex.") from None


def _base64(value: str, error_type: str) -> bytes:
    """Decode base64 of either alphabet, padded or not."""
    text = value.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise EmulatedError(error_type, "The hash or its salt is not written in base64.") from None


_READERS: Final[Mapping[str, Callable[[Migrate], str]]] = {
    "bcrypt": _bcrypt,
    "md_5": _salted("md5", 16, "invalid_md_5_hash"),
    "argon_2i": _argon2,
    "argon_2id": _argon2,
    "sha_1": _salted("sha1", 20, "invalid_sha_1_hash"),
    "sha_512": _salted("sha512", 64, "invalid_sha_512_hash"),
    "scrypt": _scrypt,
    "phpass": _phpass,
    "pbkdf_2": _pbkdf2,
}

_UNVERIFIABLE: Final[Mapping[str, str]] = {
    "bcrypt": "invalid_bcrypt_hash",
    "scrypt": "invalid_scrypt_parameters",
    "pbkdf_2": "invalid_pbkdf_2_hash",
    "phpass": "invalid_phpass_hash_format",
}
