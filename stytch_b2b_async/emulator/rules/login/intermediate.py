"""Intermediate session tokens that a call is made with: whose they are, and where they may be used."""

from datetime import UTC, datetime

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import check_token
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSession
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization


def intermediate_of(project: Project, organization: Organization, member: Member, token: str | None) -> IntermediateSession | None:
    """Return the intermediate session of a call, if any; reject one of another organization or person."""
    if not token:
        return None
    check_token(token)
    found = project.intermediate_sessions.find(token)
    elsewhere = found.organization_id not in {None, organization.organization_id}
    if elsewhere or found.email.lower() != member.email_address.lower():
        raise _wrong_organization()
    return found


def discovery_intermediate(project: Project, token: str) -> IntermediateSession:
    """Return the intermediate session of a discovery call; reject one that holds a password of a single organization."""
    check_token(token)
    found = project.intermediate_sessions.find(token)
    if found.organization_id is not None and any(factor.type == "password" for factor in found.factors):
        raise _wrong_organization()
    return found


def expiry(intermediate: IntermediateSession) -> datetime:
    """Return when an intermediate session expires."""
    return datetime.fromtimestamp(intermediate.expires_at, UTC)


def _wrong_organization() -> EmulatedError:
    message = "The intermediate session token was made for another organization."
    return EmulatedError("invalid_intermediate_session_token_for_organization", message)
