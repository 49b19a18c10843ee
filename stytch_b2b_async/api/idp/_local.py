"""Tokens of connected apps, which act for a member: checked on this machine, or by the API."""

from typing import Any, cast

from stytch_b2b_async.endpoint import LocalRequest
from stytch_b2b_async.models.rbac import AuthorizationCheck
from stytch_b2b_async.schema import Model, OrMapping, Token, frozen
from stytch_b2b_async.verify import scopes
from stytch_b2b_async.verify.errors import MalformedTokenError
from stytch_b2b_async.verify.flow import Flow
from stytch_b2b_async.verify.session_claims import (
    RESERVED_WITH_SCOPES,
    ClaimsFactory,
    custom_claims,
    organization_id,
    organization_slug,
)
from stytch_b2b_async.verify.token_cache import VerifiedToken
from stytch_b2b_async.verify.verifier import Exchange, Verifier


@frozen
class AccessTokenClaims(Model):
    """What a connected app's token says."""

    subject: str
    """The member's id."""
    client_id: str
    """The connected app's id."""
    scope: str
    """Scopes, separated by spaces."""
    organization_id: str
    organization_slug: str
    issuer: str
    audience: list[str]
    expires_at: int
    """Seconds since 1970, as are the next two."""
    issued_at: int
    not_before: int
    custom_claims: dict[str, Any]


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

    def steps(self, verifier: Verifier, exchange: Exchange) -> Flow[AccessTokenClaims]:  # a step like any other
        """Check the token, then what it allows."""
        claims = yield from verifier.tokens.verify(
            self.access_token, "connected app", _read, leeway=self.leeway, max_age=self.max_token_age_seconds
        )
        check = self.authorization_check
        if isinstance(check, AuthorizationCheck):
            yield from verifier.policies.authorize_scopes(scopes.split(claims.scope), claims.organization_id, check)
        return claims


def _read(token: VerifiedToken) -> ClaimsFactory[AccessTokenClaims]:
    claims = token.claims
    fields = {
        "subject": token.subject,
        "client_id": _text(claims, "client_id"),
        "scope": " ".join(scopes.split(claims.get("scope"))),
        "organization_id": organization_id(claims),
        "organization_slug": organization_slug(claims),
        "issuer": claims["iss"],
        "audience": [str(one) for one in _list(claims["aud"])],
        "expires_at": int(token.times.expires_at),
        "issued_at": int(token.times.issued_at),
        "not_before": int(token.times.not_before),
    }
    return ClaimsFactory(AccessTokenClaims, fields, custom_claims(claims, RESERVED_WITH_SCOPES))


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedTokenError(f"the token's {name} is missing")
    return value
