"""Password resets by a member who is logged in."""

from datetime import timedelta

from stytch_b2b_async.api.passwords.sessions import Reset, ResetResponse
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import password_factor
from stytch_b2b_async.emulator.rules.login.login import log_in, without_primary
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.passwords.checking import set_members_password
from stytch_b2b_async.emulator.rules.sessions.sessions import find_session, owner_of, session_request
from stytch_b2b_async.models.session import MemberSession

_FRESH = timedelta(minutes=5)


@handles(Reset)
def reset(project: Project, request: Reset) -> ResetResponse:
    """Set a password for a member with a session; their other sessions are revoked."""
    check_locale(request.locale)
    wanted = session_request(project, request)
    session = wanted.session or find_session(project, None, None)
    organization = project.organizations.find(request.organization_id)
    if session.organization_id != organization.organization_id:
        raise missing("session")
    member, _ = owner_of(project, session)
    require_method(organization, member, "password")
    if not _is_fresh(project, session):
        message = "No factor of the session was proven within the last five minutes."
        raise EmulatedError("session_too_old_to_reset_password", message)
    member = set_members_password(project, organization, member, request.password)
    project.sessions.revoke_all(member.member_id, but=session.member_session_id)
    login = log_in(project, organization, member, password_factor(project), wanted)
    return ResetResponse(**project.response_meta(), **without_primary(login))


def _is_fresh(project: Project, session: MemberSession) -> bool:
    oldest = project.clock.now() - _FRESH
    proven = [factor.last_authenticated_at for factor in session.authentication_factors]
    return any(at is not None and at >= oldest for at in proven)
