"""PKCE: a login that is started here is of no use to whoever intercepts its link or redirect (RFC 7636)."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from stytch_b2b_async._tracebacks import clean_traceback
from stytch_b2b_async.schema import Model, Secret, frozen

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@frozen
class PKCE(Model):
    """A secret `verifier`, and the `challenge` that is made of it.

    ```python
    pair = PKCE.generate()
    await client.magic_links.email.login_or_signup(…, pkce_code_challenge=pair.challenge)
    await client.passwords.email.reset_start(…, code_challenge=pair.challenge)  # the same, by the API's other name
    ```

    Keep `pair.verifier` where only the same browser brings it back from, such as an encrypted cookie; the call that takes the token
    then takes it as `pkce_code_verifier`, or as `code_verifier` in `passwords.email.reset`.
    """

    verifier: Secret

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.verifier, str):
            raise TypeError(f"verifier must be a str, not {type(self.verifier).__name__}")
        if not _VERIFIER.fullmatch(self.verifier):
            raise ValueError("verifier must be 43 to 128 of A-Z a-z 0-9 - . _ ~")

    @classmethod
    def generate(cls) -> "PKCE":
        """Make a pair that nobody can guess: 256 random bits."""
        return cls(verifier=secrets.token_urlsafe(32))

    @classmethod
    @clean_traceback
    def of(cls, verifier: str) -> "PKCE":
        """Make the pair of a verifier that was kept. Raises ValueError for an invalid one."""
        return cls(verifier=verifier)

    @property
    def challenge(self) -> str:
        """The base64url SHA-256 of the verifier, which may be seen by anybody (method `S256`)."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    @clean_traceback
    def matches(self, challenge: str) -> bool:
        """Tell whether a challenge was made of this verifier, in a time that does not depend on it."""
        return hmac.compare_digest(self.challenge.encode(), challenge.encode(errors="replace"))
