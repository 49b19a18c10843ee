"""PKCE (RFC 7636): an intercepted link or redirect is useless without the code verifier."""

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
    """A secret `verifier`, and the `challenge` that is derived from it.

    ```python
    pair = PKCE.generate()
    await client.magic_links.email.login_or_signup(…, pkce_code_challenge=pair.challenge)
    await client.passwords.email.reset_start(…, code_challenge=pair.challenge)  # the same, by the API's other name
    ```

    Store `pair.verifier` where only the same browser can return it, such as in an encrypted cookie. The call that takes the token
    also takes `pkce_code_verifier=pair.verifier`, which is `code_verifier` in `passwords.email.reset`.
    """

    verifier: Secret

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.verifier, str):
            raise TypeError(f"verifier must be a str, not {type(self.verifier).__name__}")
        if not _VERIFIER.fullmatch(self.verifier):
            raise ValueError("verifier must be 43 to 128 of A-Z a-z 0-9 - . _ ~")

    @classmethod
    def generate(cls) -> "PKCE":
        """Generate a pair from 256 random bits."""
        return cls(verifier=secrets.token_urlsafe(32))

    @classmethod
    @clean_traceback
    def of(cls, verifier: str) -> "PKCE":
        """Create the pair of a stored verifier. Raises ValueError if it is invalid."""
        return cls(verifier=verifier)

    @property
    def challenge(self) -> str:
        """The base64url SHA-256 of the verifier (method `S256`); it is not a secret."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    @clean_traceback
    def matches(self, challenge: str) -> bool:
        """Return whether a challenge belongs to this verifier, compared in constant time."""
        return hmac.compare_digest(self.challenge.encode(), challenge.encode(errors="replace"))
