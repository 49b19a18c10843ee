"""PKCE: a login is completed by whom it was started by."""

import base64
import hashlib
import hmac
import re
from typing import Final

from stytch_b2b_async.emulator.errors import EmulatedError

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}=?")  # a SHA-256 in base64url


def check_challenge(challenge: str | None) -> None:
    """Reject what cannot be a code challenge."""
    if challenge and not _CHALLENGE.fullmatch(challenge):
        raise EmulatedError("invalid_pkce_code_challenge", "A code challenge is the base64url SHA-256 of its verifier.")


def check_verifier(challenge: str | None, verifier: str | None) -> None:
    """Reject a verifier that is missing, unexpected or wrong."""
    if challenge and not verifier:
        raise EmulatedError("pkce_expected_code_verifier", "The flow began with a code challenge: bring its verifier.")
    if verifier and not challenge:
        raise EmulatedError("pkce_did_not_expect_code_verifier", "The flow began without a code challenge.")
    if challenge and verifier and not hmac.compare_digest(challenge_of(verifier).encode(), challenge.rstrip("=").encode()):
        raise EmulatedError("pkce_mismatch", "The code verifier does not match the code challenge.")


def challenge_of(verifier: str) -> str:
    """Return the challenge of a verifier: the base64url of its SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
