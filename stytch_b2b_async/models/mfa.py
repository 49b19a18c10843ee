"""The factor that is missing if a login returns no session."""

from stytch_b2b_async.schema import Model, frozen

from .enums import MfaMethod


@frozen
class MemberOptions(Model):
    """The second factors that the member has."""

    mfa_phone_number: str
    """`""` if the member has none."""
    totp_registration_id: str
    """`""` if the member has none."""


@frozen
class MfaRequired(Model):
    """A second factor is required: continue with the intermediate session token."""

    member_options: MemberOptions | None = None
    """None if the member has no second factor yet and must enroll one."""
    secondary_auth_initiated: MfaMethod | None = None
    """`sms_otp` if a code was already sent."""


@frozen
class PrimaryRequired(Model):
    """Another primary factor is required: the organization does not accept the one that was used."""

    allowed_auth_methods: list[str]
