"""One-time codes by text message: a second factor."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.factor_params import FactorProofParams, MFAEnrollmentParams
from stytch_b2b_async.api._shared.responses import MemberResponse, SecondFactorResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post
from stytch_b2b_async.models.enums import Locale
from stytch_b2b_async.schema import Secret


@post("/v1/b2b/otps/sms/send", Effect.ACTS_ONCE)
class Send(FactorProofParams[MemberResponse]):
    """Text a member a code, which lives two minutes and ends the one before.

    A login that lacks a second factor sends one by itself, to a member who has a number: its answer says so. A member who has a
    second factor already must show an intermediate session, or a session, that holds it.

    - `organization_id`: or the organization's slug or external id.
    - `member_id`: or the member's external id.
    - `mfa_phone_number`: in E.164 form, such as `+12025550162`: becomes the number of a member who has none; never replaces one.

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

    Takes exactly one of `intermediate_session_token`, which is used up, `session_token` and `session_jwt`. A session of 60 minutes
    starts, or the one at hand is extended. Where the organization requires a second factor of all, the member is enrolled from now
    on.

    - `set_mfa_enrollment`: whether later logins need a second factor; ignored where the organization requires it of all members.
    - `set_default_mfa`: make text messages the member's default method.

    Raises NotFoundError (`otp_code_not_found`) for a wrong code, TokenUsedOrExpiredError, IntermediateSessionNotFoundError,
    MemberLockedError after too many failures.
    See https://stytch.com/docs/api-reference/b2b/api/mfa/otp/authenticate-sms-otp.
    """

    code: Secret


class OTPsSms(Namespace[Mode]):
    """One-time codes by text message: a second factor."""

    send: Final = Endpoint(Send)
    authenticate: Final = Endpoint(Authenticate)
