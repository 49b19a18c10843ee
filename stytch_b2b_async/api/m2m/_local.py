"""Tokens of machine-to-machine clients, checked on this machine."""

from collections.abc import Sequence

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema import Token, frozen
from stytch_b2b_async.verify import scopes
from stytch_b2b_async.verify.m2m import MachineClaims
from stytch_b2b_async.verify.verifier import Verifier


@frozen
class AuthenticateToken(LocalRequest[MachineClaims]):
    """Check the token of a machine-to-machine client on this machine.

    - `required_scopes`: scopes `action:resource` that it must all have; one for the resource `*` stands for all resources.
    - `max_token_age`: refuse a token that was made longer ago, in seconds.
    - `leeway`: seconds by which the clocks may differ, 0 by default.

    Raises a TokenError that says why, MissingScopeError among them; another kind of token is a WrongTokenKindError.
    See https://stytch.com/docs/b2b/api/authenticate-m2m-token.
    """

    access_token: Token
    required_scopes: Sequence[str] | None = None
    max_token_age: float | None = None
    leeway: float = 0.0

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[MachineClaims]:
        """Check the token, then what it allows."""
        claims = yield from verifier.verify_m2m_token(self.access_token, leeway=self.leeway, max_age=self.max_token_age)
        scopes.require(claims.scopes, self.required_scopes or ())
        return claims
