"""One-time codes by email: a first factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.factor_params import LoginEmailParams
from stytch_b2b_async.api._shared.responses import EmailLoginResponse, LoginEmailResponse
from stytch_b2b_async.api._shared.session_params import AuthenticateParams
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, cached_property, post
from stytch_b2b_async.models.bounded import CodeMinutes
from stytch_b2b_async.models.enums import EmailLocale
from stytch_b2b_async.schema import Secret

if TYPE_CHECKING:
    from .discovery import OTPsEmailDiscovery


@post("/v1/b2b/otps/email/login_or_signup", Effect.ACTS_ONCE)
class LoginOrSignup(LoginEmailParams[LoginEmailResponse]):
    """Mail a code that logs in to an organization, or joins it; it ends the codes before it.

    An active member gets a login mail. Everybody else gets a signup mail; one whom the organization does not know yet becomes a
    pending member, if its `email_jit_provisioning` allows that.

    - `login_expiration_minutes`, `signup_expiration_minutes`: 2 to 15; default 10.

    Raises BadRequestError (`email_jit_provisioning_not_allowed`, `invalid_email_for_jit_provisioning`, `inactive_email`),
    OrganizationNotFoundError.
    See https://stytch.com/docs/b2b/api/send-login-signup-email-otp.
    """

    login_expiration_minutes: CodeMinutes | None = None
    signup_expiration_minutes: CodeMinutes | None = None


@post("/v1/b2b/otps/email/authenticate", Effect.ACTS_ONCE)
class Authenticate(AuthenticateParams[EmailLoginResponse]):
    """Log a member in with a mailed code.

    The code works once. A member who was invited or pending becomes active. Starts a session of 60 minutes, unless the response
    says that another factor is missing.

    - `organization_id`: or the organization's slug or external id.
    - `locale`: language of the text message, when the login sends one.

    Raises NotFoundError (`otp_code_not_found`) for a wrong code, TokenUsedOrExpiredError, MemberLockedError after too many
    failures.
    See https://stytch.com/docs/b2b/api/authenticate-email-otp.
    """

    organization_id: str
    email_address: str
    code: Secret
    locale: EmailLocale | None = None


class OTPsEmail(Namespace[Mode]):
    """One-time codes by email: a first factor."""

    login_or_signup: Final = Endpoint(LoginOrSignup)
    authenticate: Final = Endpoint(Authenticate)

    @cached_property
    def discovery(self) -> OTPsEmailDiscovery[Mode]:
        """Codes for people who have not chosen an organization yet."""
        from .discovery import OTPsEmailDiscovery

        return OTPsEmailDiscovery(self._send)
