"""RS256 signatures, verified by joserfc."""

import warnings
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import BadSignatureError

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

MIN_MODULUS = 2_048
"""Bits."""


def ensure_joserfc() -> None:
    """Import joserfc, which takes a sixth of a second: in a worker thread if there is an event loop.

    Raises ImportError if it is not installed.
    """
    try:
        _rs256()
    except ModuleNotFoundError as missing:
        raise ImportError("checking tokens needs joserfc, which is missing: pip install joserfc", name=missing.name) from None


def import_key(parameters: Mapping[str, Any]) -> "RSAKey | None":
    """Create a key from its public parameters `n` and `e`; None if they are invalid, or the key is too short."""
    ensure_joserfc()
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the key size, which is checked here
        try:
            key = RSAKey.import_key({"kty": "RSA", "n": parameters["n"], "e": parameters["e"]})
        except (JoseError, ValueError, TypeError, KeyError):
            return None
    return key if key.public_key.key_size >= MIN_MODULUS else None


def check_signature(signed: bytes, signature: bytes, key: "RSAKey") -> None:
    """Raise BadSignatureError unless the signature was made with this key."""
    padding, hash_algorithm, invalid = _rs256()
    try:
        key.public_key.verify(signature, signed, padding, hash_algorithm)
    except invalid:
        pass  # it would be chained, with the token in its frames
    else:
        return
    raise BadSignatureError("the signature does not match the token")


@cache
def _rs256() -> Any:
    """Return the parts of RS256 in joserfc, whose own method makes them anew for each signature."""
    from cryptography.exceptions import InvalidSignature
    from joserfc.jws import JWSRegistry

    algorithm: Any = JWSRegistry.algorithms["RS256"]
    return algorithm.padding, algorithm.hash_alg(), InvalidSignature
