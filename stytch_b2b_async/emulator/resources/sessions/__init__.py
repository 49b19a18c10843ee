"""Sessions: authenticate, list and revoke."""

from collections.abc import Sequence

from stytch_b2b_async.api.sessions import (
    Authenticate,
    AuthenticateResponse,
    Get,
    GetJWKS,
    GetJWKSResponse,
    GetResponse,
    Revoke,
    RevokeResponse,
)
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sessions.authorization import authorize, granting_roles, not_granted, wrong_tenant
from stytch_b2b_async.emulator.rules.sessions.jwts import mint
from stytch_b2b_async.emulator.rules.sessions.sessions import (
    find_session,
    owner_of,
    refresh_session,
    session_request,
    with_current_roles,
)
from stytch_b2b_async.emulator.state.roles import session_roles
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.rbac import AuthorizationCheck, AuthorizationVerdict


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> AuthenticateResponse:
    """Authenticate a session, and extend it if a duration is given."""
    wanted = session_request(project, request)
    session = wanted.session or find_session(project, None, None)
    member, organization = owner_of(project, session)
    check = request.authorization_check
    held = session_roles(member, session.authentication_factors)
    verdict = _verdict(project, organization, held, check) if isinstance(check, AuthorizationCheck) else None
    session = refresh_session(project, organization, member, session, wanted)
    return AuthenticateResponse(
        **project.response_meta(),
        member_session=session,
        session_token=wanted.token,
        session_jwt=mint(project, session, organization),
        member=member,
        organization=organization,
        verdict=verdict,
    )


@handles(Get)
def get(project: Project, request: Get) -> GetResponse:
    """List a member's active sessions."""
    organization = project.organizations.find(request.organization_id)
    member = project.members.find(organization, request.member_id)
    sessions = project.sessions.of_member(member.member_id)
    return GetResponse(
        **project.response_meta(), member_sessions=[with_current_roles(session, organization, member) for session in sessions]
    )


@handles(Revoke)
def revoke(project: Project, request: Revoke) -> RevokeResponse:
    """Revoke a session, or all sessions of a member."""
    selectors = [request.member_session_id, request.session_token, request.session_jwt, request.member_id]
    given = [selector for selector in selectors if selector]
    if not given:
        raise EmulatedError("no_session_revoke_arguments", "Give member_session_id, session_token, session_jwt or member_id.")
    if len(given) > 1:
        raise EmulatedError(
            "too_many_session_revoke_arguments", "Give one of member_session_id, session_token, session_jwt, member_id."
        )
    session = None
    if request.member_id:
        member = project.members.with_id(request.member_id)
    else:
        if request.member_session_id:
            session = project.sessions.with_id(request.member_session_id)
        else:
            session = find_session(project, request.session_token, request.session_jwt)
        member, _ = owner_of(project, session)
    organization = project.organizations.find(member.organization_id)
    authorize(project, request.authorization, organization, "stytch.member", "revoke-sessions", about=member)
    if session is None:
        project.sessions.revoke_all(member.member_id)
    else:
        project.sessions.revoke(session.member_session_id)
    return RevokeResponse(**project.response_meta())


@handles(GetJWKS)
def get_jwks(project: Project, request: GetJWKS) -> GetJWKSResponse:
    """Return the public keys of session JWTs."""
    if request.project_id != project.project_id:
        raise missing("project")
    return GetJWKSResponse(**project.response_meta(), keys=[key.public for key in project.signing_keys.all])


def _verdict(project: Project, organization: Organization, held: Sequence[str], check: AuthorizationCheck) -> AuthorizationVerdict:
    names = {organization.organization_id, organization.organization_slug, organization.organization_external_id}
    if check.organization_id not in names:
        raise wrong_tenant()
    roles = granting_roles(project, organization, held, check.resource_id, check.action)
    if not roles:
        raise not_granted()
    return AuthorizationVerdict(authorized=True, granting_roles=roles)
