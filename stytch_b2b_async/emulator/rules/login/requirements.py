"""What an organization requires of a login: its methods, and a second factor."""

from collections.abc import Sequence

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.mfa import MemberOptions, MfaRequired, PrimaryRequired
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor

from .factors import VERIFYING_METHODS, auth_method, mfa_method
from .passcodes import text_code
from .registrations import proves_member


def allows_method(organization: Organization, member: Member | None, method: str) -> bool:
    """Return whether a member may log in by a method; `is_breakglass` members may by any."""
    if organization.auth_methods != "RESTRICTED" or (member is not None and member.is_breakglass):
        return True
    return method in organization.allowed_auth_methods


def require_method(organization: Organization, member: Member | None, method: str) -> None:
    """Reject a method that the organization does not allow."""
    if not allows_method(organization, member, method):
        raise EmulatedError("operation_restricted_by_organization_auth_methods", f"The organization does not allow {method}.")


def primary_required(
    organization: Organization, member: Member | None, factors: Sequence[AuthenticationFactor]
) -> PrimaryRequired | None:
    """Return the methods that the organization allows, if none of the factors is one of them."""
    allowed = [each for each in factors if mfa_method(each) is None and allows_method(organization, member, auth_method(each))]
    if any(proves_member(member, factor) for factor in allowed):
        return None
    if not allowed:
        return PrimaryRequired(allowed_auth_methods=organization.allowed_auth_methods)
    verifying = [method for method in VERIFYING_METHODS if allows_method(organization, member, method)]
    return PrimaryRequired(allowed_auth_methods=verifying)


def allows_mfa_method(organization: Organization, member: Member | None, method: str) -> bool:
    """Return whether a second factor counts in an organization; for `is_breakglass` members any does."""
    if organization.mfa_methods != "RESTRICTED" or (member is not None and member.is_breakglass):
        return True
    return method in organization.allowed_mfa_methods


def require_mfa_method(organization: Organization, member: Member, method: str) -> None:
    """Reject a second factor that the organization does not allow."""
    if not allows_mfa_method(organization, member, method):
        raise EmulatedError("operation_restricted_by_organization_mfa_methods", f"The organization does not allow {method}.")


def needs_second_factor(organization: Organization, member: Member | None, factors: Sequence[AuthenticationFactor]) -> bool:
    """Return whether a second factor is required and missing."""
    required = organization.mfa_policy == "REQUIRED_FOR_ALL" or (member is not None and member.mfa_enrolled)
    methods = {mfa_method(factor) for factor in factors} - {None}
    return required and not any(allows_mfa_method(organization, member, method) for method in methods if method)


def mfa_required(member: Member | None, *, initiated: str | None = None) -> MfaRequired:
    """Describe the second factors that a member has."""
    if member is None or not (member.mfa_phone_number or member.totp_registration_id):
        return MfaRequired()
    options = MemberOptions(mfa_phone_number=member.mfa_phone_number, totp_registration_id=member.totp_registration_id)
    return MfaRequired(member_options=options, secondary_auth_initiated=initiated)


def initiate_second_factor(project: Project, organization: Organization, member: Member) -> str | None:
    """Text a code to a member with a phone number, unless the app is their default; return the method, if any."""
    if not member.mfa_phone_number or member.default_mfa_method == "totp":
        return None
    if not allows_mfa_method(organization, member, "sms_otp"):
        return None
    text_code(project, member)
    return "sms_otp"
