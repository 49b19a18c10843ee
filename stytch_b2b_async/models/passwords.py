"""Password strength, and parameters of migrated hashes."""

from typing import Literal, TypeAlias

from stytch_b2b_async.schema import Model, OpenEnum, Secret, frozen


@frozen
class LudsFeedback(Model):
    """What a password lacks under the LUDS policy (lower case, upper case, digits, symbols)."""

    has_lower_case: bool
    has_upper_case: bool
    has_digit: bool
    has_symbol: bool
    missing_complexity: int
    """Number of character types that are missing."""
    missing_characters: int
    """Number of characters that are missing."""


@frozen
class ZxcvbnFeedback(Model):
    """What makes a password easy to guess, under the zxcvbn policy."""

    warning: str
    suggestions: list[str]


@frozen
class SaltConfig(Model):
    """Salts that were added before and after a password before hashing."""

    prepend_salt: Secret
    """Before the password; empty if there was none."""
    append_salt: Secret
    """After the password; empty if there was none."""


MD5Config: TypeAlias = SaltConfig
SHA1Config: TypeAlias = SaltConfig
SHA512Config: TypeAlias = SaltConfig


@frozen
class Argon2Config(Model):
    """Parameters of an argon2 hash."""

    salt: Secret
    """In base64."""
    iteration_amount: int
    """Number of passes over the memory."""
    memory: int
    """In KiB."""
    threads: int
    """Degree of parallelism."""
    key_length: int
    """In bytes."""


@frozen
class ScryptConfig(Model):
    """Parameters of a scrypt hash."""

    salt: Secret
    """In base64."""
    n_parameter: int
    """A power of two, 2 to 262144."""
    r_parameter: int
    """Block size."""
    p_parameter: int
    """Degree of parallelism."""
    key_length: int
    """In bytes."""


@frozen
class PBKDF2Config(Model):
    """Parameters of a PBKDF2 hash."""

    salt: Secret
    """In base64."""
    iteration_amount: int
    """Number of iterations."""
    key_length: int
    """In bytes."""
    algorithm: OpenEnum[Literal["sha256", "sha512"]]
    """The hash function."""
