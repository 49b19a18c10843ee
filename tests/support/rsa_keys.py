"""RSA keys for the emulators and fakes of the tests: making one takes 50 ms, and hundreds of tests need one."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import KeyParameters, RSAKey

IN_TURN = 8
"""More than any test compares with each other."""
_generate = rsa.generate_private_key


@contextmanager
def reused_rsa_keys() -> Iterator[None]:
    """Hand out a few real keys of 2048 bits in turn, and make each of any other size."""
    keys: list[rsa.RSAPrivateKey] = []
    given = 0

    def in_turn(public_exponent: int, key_size: int) -> rsa.RSAPrivateKey:
        nonlocal given
        if key_size != 2048 or public_exponent != 65537:
            return _generate(public_exponent, key_size)
        if len(keys) < IN_TURN:
            keys.append(_generate(public_exponent, key_size))
            return keys[-1]
        given += 1
        return keys[given % IN_TURN]

    def for_joserfc(size: int = 2048, parameters: KeyParameters | None = None) -> RSAKey:
        if size != 2048:
            return generate(size, parameters)
        private = in_turn(65537, size)
        return RSAKey(private, private, parameters)

    generate = RSAKey.generate_key
    with patch.object(rsa, "generate_private_key", in_turn), patch.object(RSAKey, "generate_key", for_joserfc):
        yield


def new_rsa_key() -> RSAKey:
    """Make a key that nobody else has."""
    private = _generate(65537, 2048)
    return RSAKey(private, private)
