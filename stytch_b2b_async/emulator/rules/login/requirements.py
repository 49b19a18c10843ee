"""What an organization asks for beyond the factor that was proven."""

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import digest, new_code
from stytch_b2b_async.emulator.outbox import Message
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.mfa import MemberOptions, MfaRequired, PrimaryRequired
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor

_SECOND_FACTORS = {("otp", "sms"), ("totp", "authenticator_app"), ("recovery_codes", "recovery_code")}
_SMS_MINUTES = 2


def allows_method(organization: Organization, member: Member | None, method: str) -> bool:
    """Tell whether a member may log in by a method; those for emergencies always may."""
    if organization.auth_methods != "RESTRICTED" or (member is not None and member.is_breakglass):
        return True
    return method in organization.allowed_auth_methods


def require_method(organization: Organization, member: Member, method: str) -> None:
    """Refuse a method that the organization does not take."""
    if not allows_method(organization, member, method):
        raise EmulatedError("operation_restricted_by_organization_auth_methods", f"The organization does not allow {method}.")


def primary_required(organization: Organization, member: Member | None, method: str) -> PrimaryRequired | None:
    """Say which methods the organization takes instead."""
    if allows_method(organization, member, method):
        return None
    return PrimaryRequired(allowed_auth_methods=organization.allowed_auth_methods)


def needs_second_factor(organization: Organization, member: Member | None, factors: list[AuthenticationFactor]) -> bool:
    """Tell whether a second factor is due and missing."""
    due = organization.mfa_policy == "REQUIRED_FOR_ALL" or (member is not None and member.mfa_enrolled)
    return due and not any((factor.type, factor.delivery_method) in _SECOND_FACTORS for factor in factors)


def mfa_required(member: Member | None, *, initiated: str | None = None) -> MfaRequired:
    """Say with what a member can prove themselves once more."""
    if member is None or not (member.mfa_phone_number or member.totp_registration_id):
        return MfaRequired()
    options = MemberOptions(mfa_phone_number=member.mfa_phone_number, totp_registration_id=member.totp_registration_id)
    return MfaRequired(member_options=options, secondary_auth_initiated=initiated)


def text_code(project: Project, organization: Organization, member: Member) -> str | None:
    """Text the member a passcode, as a login does that stops at the second factor; tell by which method, if any."""
    refused = organization.mfa_methods == "RESTRICTED" and "sms_otp" not in organization.allowed_mfa_methods
    if not member.mfa_phone_number or member.default_mfa_method == "totp" or (refused and not member.is_breakglass):
        return None
    code = new_code()
    project.mailed_tokens.issue(
        "sms_otp", member.email_address, _SMS_MINUTES, member=member, token=digest(f"{member.member_id} {code}")
    )
    project.send(Message(to=member.mfa_phone_number, kind="sms_otp", code=code))
    return "sms_otp"
