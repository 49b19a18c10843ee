"""Logging in through OAuth providers."""

from stytch_b2b_async.api.oauth import Authenticate, AuthenticateResponse
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.identity_tokens import redeem
from stytch_b2b_async.emulator.rules.login.intermediate import intermediate_of
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.login.oauth import oauth_factor, oauth_member, provider_values
from stytch_b2b_async.emulator.rules.login.registrations import PROVIDERS, registration_of
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request

from . import discovery

__all__ = ["discovery"]


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> AuthenticateResponse:
    """Log a member in with the token of a redirect; who is new may join, if the organization allows it."""
    check_locale(request.locale)
    wanted = session_request(project, request)
    token = redeem(project, "oauth", request.oauth_token, request.pkce_code_verifier)
    if token.organization_id is None:  # tokens of these logins have one
        raise missing("organization")
    organization = project.organizations.find(token.organization_id)
    identity = token.identity
    fresh_id = project.new_id("oauth-member")
    member = oauth_member(project, organization, identity, oauth_factor(project, identity, fresh_id))
    require_method(organization, member, f"{identity.source}_oauth")
    known = registration_of(member, identity.source, identity.subject)
    registration_id = known.member_oauth_registration_id if known else fresh_id
    factor = oauth_factor(project, identity, registration_id)
    intermediate = intermediate_of(project, organization, member, request.intermediate_session_token)
    login = log_in(project, organization, member, factor, wanted, intermediate=intermediate)
    return AuthenticateResponse(
        **project.response_meta(),
        **login,
        organization_id=organization.organization_id,
        provider_subject=identity.subject,
        provider_type=PROVIDERS[identity.source],
        reset_sessions=False,
        provider_values=provider_values(project, registration_id),
    )
