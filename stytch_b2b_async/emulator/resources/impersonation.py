"""Acting as a member, for support."""

from http import HTTPStatus

from stytch_b2b_async.api.impersonation import Authenticate, AuthenticateResponse
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import check_token
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sessions.sessions import SessionRequest
from stytch_b2b_async.emulator.rules.sessions.starting import start
from stytch_b2b_async.models.factors import ImpersonatedFactor
from stytch_b2b_async.models.session import AuthenticationFactor

_MINUTES = 60


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> AuthenticateResponse:
    """Start a session of an hour as a member, with a token that works once."""
    check_token(request.impersonation_token, "invalid_token")
    found = project.impersonation_tokens.find(request.impersonation_token)
    if found is None or not found.usable:
        message = "The impersonation token is unknown, was already used, or has expired."
        raise EmulatedError("unable_to_auth_impersonation_token", message, HTTPStatus.UNAUTHORIZED)
    member = project.members.with_id(found.member_id)
    if member.status != "active":
        raise EmulatedError("member_impersonation_not_allowed", "The member is not active.")
    project.impersonation_tokens.use_up(request.impersonation_token)
    organization = project.organizations.find(member.organization_id)
    now = project.clock.now()
    factor = AuthenticationFactor(
        type="impersonated",
        delivery_method="impersonation",
        last_authenticated_at=now,
        created_at=now,
        updated_at=now,
        impersonated_factor=ImpersonatedFactor(
            impersonator_id=found.impersonator_id, impersonator_email_address=found.impersonator_email
        ),
    )
    wanted = SessionRequest(minutes=_MINUTES, claims={}, session=None, token="")
    return AuthenticateResponse(
        **project.response_meta(),
        **start(project, organization, member, factor, wanted),
        organization_id=organization.organization_id,
        member_authenticated=True,
        intermediate_session_token="",
    )
