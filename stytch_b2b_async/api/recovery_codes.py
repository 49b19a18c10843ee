"""Recovery codes, for when a second factor is lost."""

from typing import Final

from stytch_b2b_async.api._shared.factor_params import MemberLoginParams
from stytch_b2b_async.api._shared.organization_params import MemberPath
from stytch_b2b_async.api._shared.responses import MemberResponse, SecondFactorResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, get, post
from stytch_b2b_async.schema import Secret, Secrets, frozen


@frozen
class RecoverResponse(SecondFactorResponse):
    """A member, logged in with a recovery code."""

    recovery_codes_remaining: int


@post("/v1/b2b/recovery_codes/recover", Effect.ACTS_ONCE)
class Recover(MemberLoginParams[RecoverResponse]):
    """Authenticate a second factor with a recovery code, which is used up: complete a login, or strengthen a session.

    Takes one of `intermediate_session_token`, which is used up too, `session_token` and `session_jwt`. Starts a session of 60
    minutes, or extends the given one.

    Raises AuthenticationError (`unable_to_authenticate_recovery_code`) for a wrong code, BadRequestError
    (`no_active_recovery_code_backed_factor`, `totp_code_used_as_recovery_code`), IntermediateSessionNotFoundError,
    MemberLockedError after too many failures.
    See https://stytch.com/docs/api-reference/b2b/api/mfa/recovery-codes/recover.
    """

    recovery_code: Secret


@frozen
class RecoveryCodesResponse(MemberResponse):
    """A member's unused recovery codes."""

    recovery_codes: Secrets


@get("/v1/b2b/recovery_codes/{organization_id}/{member_id}")
class Get(MemberPath[RecoveryCodesResponse]):
    """Get the unused recovery codes of a member.

    Raises MemberNotFoundError, NotFoundError (`recovery_codes_not_found`).
    See https://stytch.com/docs/b2b/api/recovery-codes-get.
    """


@post("/v1/b2b/recovery_codes/rotate", Effect.ACTS_ONCE)
class Rotate(Request[RecoveryCodesResponse]):
    """Create new recovery codes for a member; the old ones become invalid.

    - `organization_id`: or the organization's slug or external id.
    - `member_id`: or the member's external id.

    Raises MemberNotFoundError, NotFoundError (`recovery_codes_not_found`).
    See https://stytch.com/docs/b2b/api/recovery-codes-rotate.
    """

    organization_id: str
    member_id: str


class RecoveryCodes(Namespace[Mode]):
    """Recovery codes, for when a second factor is lost."""

    recover: Final = Endpoint(Recover)
    get: Final = Endpoint(Get)
    rotate: Final = Endpoint(Rotate)
