"""Logging in: from an authenticated factor to a session, or to an intermediate session for the next factor."""

from datetime import UTC, datetime
from typing import TypedDict

import attrs

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import check_token
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sessions.jwts import mint
from stytch_b2b_async.emulator.rules.sessions.sessions import SessionRequest, refresh_session, start_session, with_factor
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSession
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.mfa import MfaRequired
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession

from .requirements import mfa_required, needs_second_factor, text_code


class Login(TypedDict):
    """The fields of every login response."""

    member_id: str
    member: Member
    organization: Organization
    session_token: str
    session_jwt: str
    member_session: MemberSession | None
    member_authenticated: bool
    intermediate_session_token: str
    intermediate_session_token_expires_at: datetime | None
    mfa_required: MfaRequired | None


def log_in(
    project: Project,
    organization: Organization,
    member: Member,
    factor: AuthenticationFactor,
    wanted: SessionRequest,
    *,
    intermediate: IntermediateSession | None = None,
    ends_sessions: bool = False,
) -> Login:
    """Start a session for a member who authenticated a factor, unless a second factor is required.

    An existing session of the member is extended, and no second factor is required; one of another member is ignored.
    With `ends_sessions`, all sessions of the member are revoked, and a new one gets the existing session's factors.
    """
    brought = wanted.session if wanted.session and wanted.session.member_id == member.member_id else None
    if ends_sessions:
        project.sessions.revoke_all(member.member_id)
    if member.status in {"pending", "invited"}:
        member = project.members.save(evolve(member, status="active"))
    carried = intermediate.factors if intermediate else []
    factors = with_factor([*(brought.authentication_factors if brought else []), *carried], factor)
    if brought is None and needs_second_factor(organization, member, factors):
        return _stopped(project, organization, member, factors, intermediate)
    if intermediate:
        project.intermediate_sessions.consume(intermediate)
    if brought and not ends_sessions:
        brought = evolve(brought, authentication_factors=factors)
        session, token = refresh_session(project, organization, member, brought, wanted), wanted.token
    else:
        session, token = start_session(project, organization, member, factors, wanted)
    return logged_in(project, organization, member, session, token)


def logged_in(project: Project, organization: Organization, member: Member, session: MemberSession, token: str) -> Login:
    """Answer with a session and a new JWT."""
    return {
        "member_id": member.member_id,
        "member": member,
        "organization": organization,
        "session_token": token,
        "session_jwt": mint(project, session, organization),
        "member_session": session,
        "member_authenticated": True,
        "intermediate_session_token": "",
        "intermediate_session_token_expires_at": None,
        "mfa_required": None,
    }


def password_factor(project: Project) -> AuthenticationFactor:
    """Say that a password was proven just now."""
    now = project.clock.now()
    return AuthenticationFactor(
        type="password", delivery_method="knowledge", last_authenticated_at=now, created_at=now, updated_at=now
    )


def intermediate_of(project: Project, organization: Organization, member: Member, token: str | None) -> IntermediateSession | None:
    """Fetch the intermediate session that a call brought along; refuse one of another organization or person."""
    if not token:
        return None
    check_token(token)
    found = project.intermediate_sessions.find(token)
    elsewhere = found.organization_id not in {None, organization.organization_id}
    if elsewhere or found.email.lower() != member.email_address.lower():
        message = "The intermediate session token was made for another organization."
        raise EmulatedError("invalid_intermediate_session_token_for_organization", message)
    return found


def expiry(intermediate: IntermediateSession) -> datetime:
    """Tell when an intermediate session ends."""
    return datetime.fromtimestamp(intermediate.expires_at, UTC)


def _stopped(
    project: Project,
    organization: Organization,
    member: Member,
    factors: list[AuthenticationFactor],
    intermediate: IntermediateSession | None,
) -> Login:
    if intermediate:
        intermediate = attrs.evolve(
            intermediate, factors=factors, member_id=member.member_id, organization_id=organization.organization_id
        )
        project.intermediate_sessions.save(intermediate)
    else:
        intermediate = project.intermediate_sessions.start(
            member.email_address, factors, member.member_id, organization.organization_id
        )
    return {
        "member_id": member.member_id,
        "member": member,
        "organization": organization,
        "session_token": "",
        "session_jwt": "",
        "member_session": None,
        "member_authenticated": False,
        "intermediate_session_token": intermediate.token,
        "intermediate_session_token_expires_at": expiry(intermediate),
        "mfa_required": mfa_required(member, initiated=text_code(project, organization, member)),
    }
