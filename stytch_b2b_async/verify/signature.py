"""Signatures: joserfc's RS256 over cryptography's RSA. Nothing here does cryptography itself."""

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
    """Import what checks signatures, which takes a sixth of a second: off the event loop, where there is one.

    Raises ImportError when it is not there.
    """
    try:
        _rs256()
    except ModuleNotFoundError as missing:
        raise ImportError("checking tokens needs joserfc, which is missing: pip install joserfc", name=missing.name) from None


def import_key(parameters: Mapping[str, Any]) -> "RSAKey | None":
    """Make a key of its public parameters `n` and `e`; None when they are none, or too small to trust."""
    ensure_joserfc()
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the size, which is judged here
        try:
            key = RSAKey.import_key({"kty": "RSA", "n": parameters["n"], "e": parameters["e"]})
        except (JoseError, ValueError, TypeError, KeyError):
            return None
    return key if key.public_key.key_size >= MIN_MODULUS else None


def check_signature(signed: bytes, signature: bytes, key: "RSAKey") -> None:
    """Raise BadSignatureError unless the key's owner signed these bytes."""
    if not _rs256().verify(signed, signature, key):
        raise BadSignatureError("the signature does not match the token")


@cache
def _rs256() -> Any:
    from joserfc.jws import JWSRegistry

    return JWSRegistry.algorithms["RS256"]
