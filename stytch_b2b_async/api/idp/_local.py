"""Local checks of connected-app access tokens."""

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.models.rbac import AuthorizationCheck
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema import OrMapping, Token, frozen
from stytch_b2b_async.verify import scopes
from stytch_b2b_async.verify.access_token import AccessTokenClaims
from stytch_b2b_async.verify.verifier import Verifier


@frozen
class IntrospectAccessTokenLocal(LocalRequest[AccessTokenClaims]):
    """Verify a connected app's access token locally, and return its claims.

    A revoked token is accepted until it expires.

    - `authorization_check`: an action that one of the token's scopes must grant, in its own organization, by the project's policy
      (cached for ten minutes).
    - `max_token_age_seconds`: reject a token that was issued longer ago.
    - `leeway`: seconds by which the clocks may differ, 0 by default.

    Raises the TokenError of the reason; WrongTokenKindError for a session JWT or an M2M token.
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/methods/introspect-token.
    """

    access_token: Token
    authorization_check: OrMapping[AuthorizationCheck] | None = None
    max_token_age_seconds: float | None = None
    leeway: float = 0.0

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[AccessTokenClaims]:
        """Verify the token, then check its scopes."""
        claims = yield from verifier.verify_access_token(self.access_token, leeway=self.leeway, max_age=self.max_token_age_seconds)
        check = self.authorization_check
        if isinstance(check, AuthorizationCheck):
            yield from verifier.policies.authorize_scopes(scopes.split(claims.scope), claims.organization_id, check)
        return claims
