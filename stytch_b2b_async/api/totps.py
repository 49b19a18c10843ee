"""One-time codes from an authenticator app (TOTP), as a second factor."""

from typing import Annotated, Final

from msgspec import Meta

from stytch_b2b_async.api._shared.factor_params import FactorProofParams, MFAEnrollmentParams
from stytch_b2b_async.api._shared.responses import MemberResponse, SecondFactorResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, post
from stytch_b2b_async.schema import Secret, Secrets, frozen


@frozen
class RegistrationResponse(MemberResponse):
    """A member's authenticator app and recovery codes."""

    totp_registration_id: str
    recovery_codes: Secrets


@frozen
class CreateResponse(RegistrationResponse):
    """The secret for the member's authenticator app, and recovery codes."""

    secret: Secret
    """In base32, to be typed in."""
    qr_code: Secret
    """The same as an image to scan, in a `data:` URL."""


@post("/v1/b2b/totp", Effect.ACTS_ONCE)
class Create(FactorProofParams[CreateResponse]):
    """Create a secret for a member's authenticator app, which `authenticate` must then confirm with a first code.

    A member who already has a second factor must be identified by an intermediate session or a session.

    - `organization_id`: or the organization's slug or external id.
    - `member_id`: or the member's external id.
    - `expiration_minutes`: time limit for the first code, 5 to 1440 (a day); default 60.

    Raises MemberNotFoundError, BadRequestError (`active_totp_exists`, `pending_totp_exists`,
    `action_available_only_for_active_members`).
    See https://stytch.com/docs/b2b/api/totp-create.
    """

    organization_id: str
    member_id: str
    expiration_minutes: Annotated[int, Meta(ge=5, le=1_440)] | None = None


@post("/v1/b2b/totp/authenticate", Effect.ACTS_ONCE)
class Authenticate(MFAEnrollmentParams[SecondFactorResponse]):
    """Authenticate a second factor with a code from an authenticator app: complete a login, or strengthen a session.

    Takes one of `intermediate_session_token`, which is used up, `session_token` and `session_jwt`. Starts a session of 60 minutes,
    or extends the given one. The first code confirms a new registration; each code is valid once.

    - `set_mfa_enrollment`: whether later logins require MFA; ignored if the organization requires it for all members.
    - `set_default_mfa`: make the app the member's default method.

    Raises AuthenticationError (`unable_to_authenticate_totp`) for a wrong code, BadRequestError (`totp_code_already_authenticated`,
    `expired_totp`), NotFoundError (`totp_not_found`), IntermediateSessionNotFoundError, MemberLockedError after too many failures.
    See https://stytch.com/docs/b2b/api/authenticate-totp.
    """

    code: Secret


@post("/v1/b2b/totp/migrate", Effect.ACTS_ONCE)
class Migrate(Request[RegistrationResponse]):
    """Migrate a member's authenticator app from another system.

    - `organization_id`: or the organization's slug or external id.
    - `member_id`: or the member's external id.
    - `recovery_codes`: the member's codes; if empty, the API creates new ones.

    Raises MemberNotFoundError, BadRequestError (`recovery_codes_already_exist`).
    See https://stytch.com/docs/api-reference/b2b/api/mfa/totp/migrate-totp.
    """

    organization_id: str
    member_id: str
    secret: Secret
    recovery_codes: Secrets


class TOTPs(Namespace[Mode]):
    """One-time codes from an authenticator app (TOTP), as a second factor."""

    create: Final = Endpoint(Create)
    authenticate: Final = Endpoint(Authenticate)
    migrate: Final = Endpoint(Migrate)
