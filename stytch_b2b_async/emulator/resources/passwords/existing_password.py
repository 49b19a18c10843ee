"""Password resets by a member who knows the old password."""

from stytch_b2b_async.api.passwords.existing_password import Reset
from stytch_b2b_async.api.responses import LoginResponse
from stytch_b2b_async.emulator.faults import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.fields import check_email
from stytch_b2b_async.emulator.rules.gates import require_method
from stytch_b2b_async.emulator.rules.login import log_in, password_factor
from stytch_b2b_async.emulator.rules.passwords import set_members_password, verify_members_password
from stytch_b2b_async.emulator.rules.sessions import terms_of


@handles(Reset)
def reset(project: Project, request: Reset) -> LoginResponse:
    """Set a password in place of one that is known; all sessions of the member end."""
    check_email(request.email_address)
    terms = terms_of(project, request)
    organization = project.organizations.find(request.organization_id)
    member = project.members.with_address(organization, request.email_address)
    if member is None:
        raise missing("member")
    require_method(organization, member, "password")
    # A password that leaked or is too weak may still be replaced by who knows it.
    verify_members_password(project, organization, member, request.existing_password)
    member = set_members_password(project, organization, member, request.new_password)
    login = log_in(project, organization, member, password_factor(project), terms, ends_sessions=True)
    return LoginResponse(**project.stamp(), **login)
