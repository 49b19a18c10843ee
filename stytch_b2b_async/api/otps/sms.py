"""One-time codes by text message, as a second factor."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.factor_params import FactorProofParams, MFAEnrollmentParams
from stytch_b2b_async.api._shared.responses import MemberResponse, SecondFactorResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post
from stytch_b2b_async.models.enums import Locale
from stytch_b2b_async.schema import Secret


@post("/v1/b2b/otps/sms/send", Effect.ACTS_ONCE)
class Send(FactorProofParams[MemberResponse]):
    """Send a code by text message; it is valid for two minutes, and earlier codes become invalid.

    A login that requires a second factor sends one automatically if the member has a number, as its response says. A member who
    already has a second factor must be identified by an intermediate session or a session.

    - `organization_id`: or the organization's slug or external id.
    - `member_id`: or the member's external id.
    - `mfa_phone_number`: in E.164 format, such as `+12025550162`: set if the member has no number; does not replace one.

    Raises MemberNotFoundError, BadRequestError (`invalid_phone_number`, `invalid_phone_number_country_code`,
    `duplicate_member_phone_number`, `unsubscribed_phone_number`, `no_associated_session_passed_in`).
    See https://stytch.com/docs/b2b/api/otp-sms-send.
    """

    organization_id: str
    member_id: str
    mfa_phone_number: str | None = None
    locale: Locale | None = None


@post("/v1/b2b/otps/sms/authenticate", Effect.ACTS_ONCE)
class Authenticate(MFAEnrollmentParams[SecondFactorResponse]):
    """Authenticate a second factor with a code from a text message: complete a login, or strengthen a session.

    Takes exactly one of `intermediate_session_token`, which is used up, `session_token` and `session_jwt`. Starts a session of 60
    minutes, or extends the given one. If the organization requires MFA for all members, the member becomes enrolled.

    - `set_mfa_enrollment`: whether later logins require MFA; ignored if the organization requires it for all members.
    - `set_default_mfa`: make text messages the member's default method.

    Raises NotFoundError (`otp_code_not_found`) for a wrong code, TokenUsedOrExpiredError, IntermediateSessionNotFoundError,
    MemberLockedError after too many failures.
    See https://stytch.com/docs/api-reference/b2b/api/mfa/otp/authenticate-sms-otp.
    """

    code: Secret


class OTPsSms(Namespace[Mode]):
    """One-time codes by text message, as a second factor."""

    send: Final = Endpoint(Send)
    authenticate: Final = Endpoint(Authenticate)
