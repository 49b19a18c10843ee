"""One-time codes by email, as a primary factor."""

from stytch_b2b_async.api._shared.responses import EmailLoginResponse, LoginEmailResponse
from stytch_b2b_async.api.otps.email import Authenticate, LoginOrSignup
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import email_factor
from stytch_b2b_async.emulator.rules.login.intermediate import intermediate_of
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.mail import check_locale, check_templates
from stytch_b2b_async.emulator.rules.login.passcodes import check_mailed_code, code_minutes, mail_code
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.login.signups import member_to_mail
from stytch_b2b_async.emulator.rules.members.email_updates import finish_update, member_changing_to
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.rules.validators import check_email
from stytch_b2b_async.emulator.state.store import evolve


@handles(LoginOrSignup)
def login_or_signup(project: Project, request: LoginOrSignup) -> LoginEmailResponse:
    """Mail a code to a member, or to somebody who may become one."""
    check_email(request.email_address)
    minutes = {True: code_minutes(request.login_expiration_minutes), False: code_minutes(request.signup_expiration_minutes)}
    check_locale(request.locale)
    check_templates(project, request.login_template_id, request.signup_template_id)
    organization = project.organizations.find(request.organization_id)
    member, created = member_to_mail(project, organization, request.email_address)
    require_method(organization, member, "email_otp")
    mail_code(project, member, minutes[member.status == "active"])
    return LoginEmailResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member_created=created,
        member=member,
        organization=organization,
    )


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> EmailLoginResponse:
    """Log a member in with a mailed code, which also verifies the address, or makes it theirs if they are changing to it."""
    check_email(request.email_address)
    check_locale(request.locale)
    wanted = session_request(project, request)
    organization = project.organizations.find(request.organization_id)
    member = project.members.with_address(organization, request.email_address)
    changing = member_changing_to(project, organization, request.email_address) if member is None else None
    member = member or changing
    if member is None:
        raise missing("member")
    require_method(organization, member, "email_otp")
    intermediate = intermediate_of(project, organization, member, request.intermediate_session_token)
    check_mailed_code(project, evolve(member, email_address=request.email_address), request.code)
    if changing:
        member = finish_update(project, organization, changing, request.email_address)
    member = project.members.save(evolve(member, email_address_verified=True))
    email_id = project.members.email_id(member)
    factor = email_factor(project, "email_otp", member.email_address, email_id)
    login = log_in(project, organization, member, factor, wanted, intermediate=intermediate)
    return EmailLoginResponse(**project.response_meta(), **login, organization_id=organization.organization_id, method_id=email_id)
