"""Sessions from access tokens of connected apps."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from stytch_b2b_async.api.sessions import ExchangeAccessToken, ExchangeAccessTokenResponse
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.oauth.app_tokens import is_active
from stytch_b2b_async.emulator.rules.sessions.jwts import verified_claims
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.rules.sessions.starting import start
from stytch_b2b_async.models.factors import OAuthAccessTokenExchangeFactor
from stytch_b2b_async.models.session import AuthenticationFactor

_FRESH: Final = timedelta(minutes=5)


@handles(ExchangeAccessToken)
def exchange_access_token(project: Project, request: ExchangeAccessToken) -> ExchangeAccessTokenResponse:
    """Start a session with an access token that has the scope full_access, once."""
    wanted = session_request(project, request)
    jti = str((verified_claims(project, request.access_token) or {}).get("jti"))
    token = project.app_grants.find("access", jti)
    if token is None:
        raise missing("idp_access_token", "access token")
    if not is_active(project, token):
        message = "The access token was exchanged before, or has expired."
        raise EmulatedError("idp_access_token_could_not_be_exchanged", message, HTTPStatus.NOT_FOUND)
    if "full_access" not in token.scopes:
        raise EmulatedError("oauth_access_token_exchange_missing_full_access", "The token lacks the scope full_access.")
    if token.issued_at + _FRESH.total_seconds() < project.clock.now().timestamp():
        raise EmulatedError("oauth_access_token_exchange_token_too_old", "The token is older than five minutes.")
    member = project.members.with_id(token.member_id)
    organization = project.organizations.find(member.organization_id)
    project.app_grants.use_up(jti)
    now = project.clock.now()
    factor = AuthenticationFactor(
        type="oauth",
        delivery_method="oauth_access_token_exchange",
        last_authenticated_at=now,
        created_at=now,
        updated_at=now,
        oauth_access_token_exchange_factor=OAuthAccessTokenExchangeFactor(client_id=token.client_id),
    )
    return ExchangeAccessTokenResponse(**project.response_meta(), **start(project, organization, member, factor, wanted))
