"""Local checks of M2M tokens."""

from collections.abc import Sequence

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema import Token, frozen
from stytch_b2b_async.verify import scopes
from stytch_b2b_async.verify.m2m import MachineClaims
from stytch_b2b_async.verify.verifier import Verifier


@frozen
class AuthenticateToken(LocalRequest[MachineClaims]):
    """Verify the access token of a machine-to-machine client locally, and return its claims.

    - `required_scopes`: scopes `action:resource`, all of which the token must have; the resource `*` covers all resources.
    - `max_token_age`: reject a token that was issued longer ago, in seconds.
    - `leeway`: seconds by which the clocks may differ, 0 by default.

    Raises the TokenError of the reason, such as MissingScopeError; WrongTokenKindError for another type of token.
    See https://stytch.com/docs/b2b/api/authenticate-m2m-token.
    """

    access_token: Token
    required_scopes: Sequence[str] | None = None
    max_token_age: float | None = None
    leeway: float = 0.0

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[MachineClaims]:
        """Verify the token, then check its scopes."""
        claims = yield from verifier.verify_m2m_token(self.access_token, leeway=self.leeway, max_age=self.max_token_age)
        scopes.require(claims.scopes, self.required_scopes or ())
        return claims
