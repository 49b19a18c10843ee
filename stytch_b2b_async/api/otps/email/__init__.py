"""One-time codes by email, as a primary factor."""

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
    """Send a one-time code to log in to an organization, or to join it; earlier codes become invalid.

    An active member gets a login email, and everybody else a signup email. A new user becomes a pending member, if the
    organization's `email_jit_provisioning` allows that.

    - `login_expiration_minutes`, `signup_expiration_minutes`: 2 to 15; default 10.

    Raises BadRequestError (`email_jit_provisioning_not_allowed`, `invalid_email_for_jit_provisioning`, `inactive_email`),
    OrganizationNotFoundError.
    See https://stytch.com/docs/b2b/api/send-login-signup-email-otp.
    """

    login_expiration_minutes: CodeMinutes | None = None
    signup_expiration_minutes: CodeMinutes | None = None


@post("/v1/b2b/otps/email/authenticate", Effect.ACTS_ONCE)
class Authenticate(AuthenticateParams[EmailLoginResponse]):
    """Log a member in with a one-time code from an email.

    The code is valid once. An invited or pending member becomes active. Starts a session of 60 minutes, unless the response
    says that another factor is missing.

    - `organization_id`: or the organization's slug or external id.
    - `locale`: language of the text message, if the login sends one.

    Raises NotFoundError (`otp_code_not_found`) for a wrong code, TokenUsedOrExpiredError, MemberLockedError after too many
    failures.
    See https://stytch.com/docs/b2b/api/authenticate-email-otp.
    """

    organization_id: str
    email_address: str
    code: Secret
    locale: EmailLocale | None = None


class OTPsEmail(Namespace[Mode]):
    """One-time codes by email, as a primary factor."""

    login_or_signup: Final = Endpoint(LoginOrSignup)
    authenticate: Final = Endpoint(Authenticate)

    @cached_property
    def discovery(self) -> OTPsEmailDiscovery[Mode]:
        """One-time codes of users who have not chosen an organization yet."""
        from .discovery import OTPsEmailDiscovery

        return OTPsEmailDiscovery(self._send)
