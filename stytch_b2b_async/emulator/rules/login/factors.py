"""Authentication factors: how they are described, and which login methods they are."""

import hashlib
import uuid
from typing import Any, Final

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.factors import AuthenticatorAppFactor, EmailFactor, PhoneNumberFactor, RecoveryCodeFactor
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.session import AuthenticationFactor

_SECOND: Final = {("otp", "sms"): "sms_otp", ("totp", "authenticator_app"): "totp", ("recovery_codes", "recovery_code"): "totp"}
VERIFYING_METHODS: Final = ("magic_link", "email_otp", "google_oauth", "microsoft_oauth")
"""Methods that show that the mailbox is the person's, now."""


def auth_method(factor: AuthenticationFactor) -> str:
    """Return a primary factor's name in `allowed_auth_methods`, such as `google_oauth`."""
    if factor.type == "oauth":
        return f"{factor.delivery_method.rpartition('_')[2]}_oauth"
    return factor.type


def mfa_method(factor: AuthenticationFactor) -> str | None:
    """Return a second factor's name in `allowed_mfa_methods`; None for a primary factor. Recovery codes stand for the app."""
    return _SECOND.get((factor.type, factor.delivery_method))


def verifies_email(factor: AuthenticationFactor) -> bool:
    """Return whether a factor shows that the mailbox is the person's, now."""
    return auth_method(factor) in VERIFYING_METHODS


def password_factor(project: Project) -> AuthenticationFactor:
    """Create the factor of a password that was authenticated just now."""
    return _factor(project, "password", "knowledge")


def email_factor(project: Project, kind: str, email: str, email_id: str) -> AuthenticationFactor:
    """Create the factor of a mailed link (`magic_link`) or code (`email_otp`)."""
    return _factor(project, kind, "email", email_factor=EmailFactor(email_id=email_id, email_address=email))


def sms_factor(project: Project, member: Member) -> AuthenticationFactor:
    """Create the factor of a texted code."""
    number = member.mfa_phone_number
    phone = PhoneNumberFactor(phone_id=_derived_id(project, "phone-number", member.member_id, number), phone_number=number)
    return _factor(project, "otp", "sms", phone_number_factor=phone)


def totp_factor(project: Project, registration_id: str) -> AuthenticationFactor:
    """Create the factor of a code from an authenticator app."""
    app = AuthenticatorAppFactor(totp_id=registration_id)
    return _factor(project, "totp", "authenticator_app", authenticator_app_factor=app)


def recovery_factor(project: Project, registration_id: str) -> AuthenticationFactor:
    """Create the factor of a recovery code."""
    code_id = _derived_id(project, "totp-recovery-code", registration_id)
    return _factor(
        project, "recovery_codes", "recovery_code", recovery_code_factor=RecoveryCodeFactor(totp_recovery_code_id=code_id)
    )


def person_email_id(project: Project, email: str) -> str:
    """Return the id of the email address of somebody who has not chosen an organization."""
    members = project.members.sharing(email)
    return project.members.email_id(members[0]) if members else _derived_id(project, "email", email.lower())


def _factor(project: Project, kind: str, delivery: str, **details: Any) -> AuthenticationFactor:
    now = project.clock.now()
    return AuthenticationFactor(
        type=kind, delivery_method=delivery, last_authenticated_at=now, created_at=now, updated_at=now, **details
    )


def _derived_id(project: Project, kind: str, *parts: str) -> str:
    """Return an id that stays the same without being stored."""
    seed = hashlib.sha256("\0".join(parts).encode()).digest()[:16]
    return f"{kind}-{project.environment}-{uuid.UUID(bytes=seed, version=4)}"
