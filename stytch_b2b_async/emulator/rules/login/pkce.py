"""PKCE: who ends a login must be who began it."""

import base64
import hashlib
import hmac

from stytch_b2b_async.emulator.errors import EmulatedError


def check_verifier(challenge: str | None, verifier: str | None) -> None:
    """Refuse a verifier that is missing, unasked for or wrong."""
    if challenge and not verifier:
        raise EmulatedError("pkce_expected_code_verifier", "The flow began with a code challenge: bring its verifier.")
    if verifier and not challenge:
        raise EmulatedError("pkce_did_not_expect_code_verifier", "The flow began without a code challenge.")
    if challenge and verifier and not hmac.compare_digest(challenge_of(verifier).encode(), challenge.rstrip("=").encode()):
        raise EmulatedError("pkce_mismatch", "The code verifier does not match the code challenge.")


def challenge_of(verifier: str) -> str:
    """Make the challenge of a verifier: the base64url of its SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
