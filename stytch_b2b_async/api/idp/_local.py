"""Tokens of connected apps, which act for a member: checked on this machine, or by the API."""

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.models.rbac import AuthorizationCheck
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema import OrMapping, Token, frozen
from stytch_b2b_async.verify import scopes
from stytch_b2b_async.verify.access_token import AccessTokenClaims
from stytch_b2b_async.verify.verifier import Verifier


@frozen
class IntrospectAccessTokenLocal(LocalRequest[AccessTokenClaims]):
    """Check a connected app's access token on this machine, and read what it says.

    A token that was revoked passes until it ends.

    - `authorization_check`: what one of the token's scopes must allow, in its own organization, by the project's policy (kept for
      ten minutes).
    - `max_token_age_seconds`: refuse a token that was made longer ago.
    - `leeway`: seconds by which the clocks may differ, 0 by default.

    Raises a TokenError that says why; a session's or a machine's token is a WrongTokenKindError.
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/methods/introspect-token.
    """

    access_token: Token
    authorization_check: OrMapping[AuthorizationCheck] | None = None
    max_token_age_seconds: float | None = None
    leeway: float = 0.0

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[AccessTokenClaims]:
        """Check the token, then what it allows."""
        claims = yield from verifier.verify_access_token(self.access_token, leeway=self.leeway, max_age=self.max_token_age_seconds)
        check = self.authorization_check
        if isinstance(check, AuthorizationCheck):
            yield from verifier.policies.authorize_scopes(scopes.split(claims.scope), claims.organization_id, check)
        return claims
