"""Password resets by a member who knows the old password."""

from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.api.passwords.existing_password import Reset
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import password_factor
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.passwords.checking import set_members_password, verify_members_password
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.rules.validators import check_email


@handles(Reset)
def reset(project: Project, request: Reset) -> LoginResponse:
    """Set a new password by the existing one; all sessions of the member are revoked."""
    check_email(request.email_address)
    check_locale(request.locale)
    wanted = session_request(project, request)
    organization = project.organizations.find(request.organization_id)
    member = project.members.with_address(organization, request.email_address)
    if member is None:
        raise missing("member")
    require_method(organization, member, "password")
    # A breached or weak password may still be used to replace it.
    verify_members_password(project, organization, member, request.existing_password)
    member = set_members_password(project, organization, member, request.new_password)
    login = log_in(project, organization, member, password_factor(project), wanted, ends_sessions=True)
    return LoginResponse(**project.response_meta(), **login)
