"""One-time codes by text message, as a second factor."""

from stytch_b2b_async.api._shared.responses import MemberResponse, SecondFactorResponse
from stytch_b2b_async.api.otps.sms import Authenticate, Send
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import sms_factor
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.login.passcodes import check_texted_code, text_code
from stytch_b2b_async.emulator.rules.login.second_factors import attempt_of, check_may_register, complete, enrolled
from stytch_b2b_async.emulator.rules.members.updates import free_phone_number
from stytch_b2b_async.emulator.rules.validators import check_phone_number
from stytch_b2b_async.emulator.state.store import evolve


@handles(Send)
def send(project: Project, request: Send) -> MemberResponse:
    """Text a member a code; a number that is given becomes theirs."""
    check_locale(request.locale)
    check_phone_number(request.mfa_phone_number)
    organization = project.organizations.find(request.organization_id)
    member = project.members.find(organization, request.member_id)
    check_may_register(project, organization, member, request, "sms_otp", new=not member.mfa_phone_number_verified)
    number = request.mfa_phone_number
    if number and number != member.mfa_phone_number:
        number = free_phone_number(project, organization, member, number)
        member = project.members.save(evolve(member, mfa_phone_number=number, mfa_phone_number_verified=False))
    if not member.mfa_phone_number:
        raise missing("member_phone_number", "phone number of this member")
    text_code(project, member)
    return MemberResponse(**project.response_meta(), member_id=member.member_id, member=member, organization=organization)


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> SecondFactorResponse:
    """Complete a login, or strengthen a session, with a code from a text message."""
    attempt = attempt_of(project, request, "sms_otp")
    check_texted_code(project, attempt.member, request.code)
    member = enrolled(request, evolve(attempt.member, mfa_phone_number_verified=True), "sms_otp")
    return SecondFactorResponse(**project.response_meta(), **complete(project, attempt, member, sms_factor(project, member)))
