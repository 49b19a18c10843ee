"""OAuth logins of people who have not chosen an organization yet."""

from stytch_b2b_async.api.oauth.discovery import Authenticate, AuthenticateResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.discovery import discover
from stytch_b2b_async.emulator.rules.login.identity_tokens import redeem
from stytch_b2b_async.emulator.rules.login.oauth import oauth_factor, oauth_tenants
from stytch_b2b_async.emulator.rules.login.registrations import PROVIDERS
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> AuthenticateResponse:
    """Authenticate the token of a redirect, and list the organizations."""
    session_request(project, request)
    identity = redeem(project, "discovery_oauth", request.discovery_oauth_token, request.pkce_code_verifier).identity
    factor = oauth_factor(project, identity, project.new_id("oauth-member"))
    return AuthenticateResponse(
        **project.response_meta(),
        **discover(project, identity.email, factor, oauth_tenants=oauth_tenants(identity)),
        provider_type=PROVIDERS[identity.source],
        provider_tenant_id=identity.tenants[0] if len(identity.tenants) == 1 else "",
        provider_tenant_ids=identity.tenants,
        full_name=identity.name,
    )
