"""Sessions that start without a login: by another system's word, or for support."""

from typing import TypedDict

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession

from .jwts import mint
from .sessions import SessionRequest, refresh_session, start_session, with_factor


class Started(TypedDict):
    """The fields of a response that starts a session."""

    member_id: str
    member: Member
    organization: Organization
    member_session: MemberSession
    session_token: str
    session_jwt: str


def start(
    project: Project, organization: Organization, member: Member, factor: AuthenticationFactor, wanted: SessionRequest
) -> Started:
    """Start a session with a factor, or add the factor to the member's session that the call was made with."""
    if member.status != "active":
        raise EmulatedError("action_available_only_for_active_members", "The member is not active.")
    existing = wanted.session if wanted.session and wanted.session.member_id == member.member_id else None
    if existing is None:
        session, token = start_session(project, organization, member, [factor], wanted)
    else:
        factors = with_factor(existing.authentication_factors, factor)
        session, token = refresh_session(project, organization, member, existing, wanted, factors=factors), wanted.token
    return {
        "member_id": member.member_id,
        "member": member,
        "organization": organization,
        "member_session": session,
        "session_token": token,
        "session_jwt": mint(project, session, organization),
    }
