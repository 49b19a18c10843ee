"""Password strength, and parameters of migrated hashes."""

from typing import TypeAlias

from stytch_b2b_async.schema import Model, Secret, frozen


@frozen
class LudsFeedback(Model):
    """What a password lacks under a policy of lower case, upper case, digits and symbols."""

    has_lower_case: bool
    has_upper_case: bool
    has_digit: bool
    has_symbol: bool
    missing_complexity: int
    """Kinds of characters that are missing."""
    missing_characters: int
    """Characters that are missing."""


@frozen
class ZxcvbnFeedback(Model):
    """What makes a password easy to guess."""

    warning: str
    suggestions: list[str]


@frozen
class SaltConfig(Model):
    """What was put before and after a password before it was hashed."""

    prepend_salt: Secret
    append_salt: Secret


MD5Config: TypeAlias = SaltConfig
SHA1Config: TypeAlias = SaltConfig
SHA512Config: TypeAlias = SaltConfig


@frozen
class Argon2Config(Model):
    """How an argon2 hash was made."""

    salt: Secret
    """In base64."""
    iteration_amount: int
    memory: int
    """In KiB."""
    threads: int
    key_length: int
    """In bytes."""


@frozen
class ScryptConfig(Model):
    """How a scrypt hash was made."""

    salt: Secret
    """In base64."""
    n_parameter: int
    """A power of two, 2 to 262144."""
    r_parameter: int
    p_parameter: int
    key_length: int
    """In bytes."""


@frozen
class PBKDF2Config(Model):
    """How a PBKDF2 hash was made."""

    salt: Secret
    """In base64."""
    iteration_amount: int
    key_length: int
    """In bytes."""
    algorithm: str
    """`sha256` or `sha512`."""
