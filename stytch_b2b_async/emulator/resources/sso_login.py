"""Logging in through an SSO connection."""

from stytch_b2b_async.api.sso import Authenticate, AuthenticateResponse
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.identity_tokens import redeem
from stytch_b2b_async.emulator.rules.login.intermediate import intermediate_of
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.login.sso import active_connection, sso_factor, sso_member
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> AuthenticateResponse:
    """Log a member in with the token of a redirect; who is new may join, if the organization allows it."""
    check_locale(request.locale)
    wanted = session_request(project, request)
    token = redeem(project, "sso", request.sso_token, request.pkce_code_verifier)
    if token.organization_id is None:  # tokens of SSO logins have one
        raise missing("organization")
    organization = project.organizations.find(token.organization_id)
    connection = active_connection(project, organization, token.identity.source)
    member, registration = sso_member(project, organization, connection, token.identity)
    require_method(organization, member, "sso")
    intermediate = intermediate_of(project, organization, member, request.intermediate_session_token)
    factor = sso_factor(project, connection, registration)
    login = log_in(project, organization, member, factor, wanted, intermediate=intermediate)
    return AuthenticateResponse(
        **project.response_meta(), **login, organization_id=organization.organization_id, reset_session=False
    )
