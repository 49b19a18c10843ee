"""Password resets by email."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.api._shared.session_params import AuthenticateParams
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.bounded import LinkMinutes
from stytch_b2b_async.models.enums import EmailLocale
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.schema import Secret, frozen


@frozen
class ResetStartResponse(Response):
    """The recipient of the email."""

    member_id: str
    member_email_id: str
    member: Member


@post("/v1/b2b/passwords/email/reset/start", Effect.ACTS_ONCE)
class ResetStart(Request[ResetStartResponse]):
    """Send a member a link to reset their password.

    The link leads to `reset_password_redirect_url` with `token` and `stytch_token_type` in its query, and is valid once. The email
    also offers a login without a password, which leads to `login_redirect_url`. Redirects must be registered with the project,
    which also has their defaults. Sessions are not revoked.

    - `reset_password_expiration_minutes`: 5 to 10080 (a week); default 30.
    - `code_challenge`: PKCE: the base64url SHA-256 of a verifier that the reset then requires as `code_verifier`.

    Raises NotFoundError for an unknown member or address, BadRequestError for a redirect that is missing or not registered.
    See https://stytch.com/docs/api-reference/b2b/api/passwords/create-or-reset-options/password-reset-by-email-start.
    """

    organization_id: str
    email_address: str
    reset_password_redirect_url: str | None = None
    reset_password_expiration_minutes: LinkMinutes | None = None
    code_challenge: str | None = None
    login_redirect_url: str | None = None
    locale: EmailLocale | None = None
    reset_password_template_id: str | None = None
    verify_email_template_id: str | None = None


@frozen
class ResetResponse(LoginResponse):
    """The member, logged in with the new password unless another factor is missing."""

    member_email_id: str
    organization_id: str


@post("/v1/b2b/passwords/email/reset", Effect.ACTS_ONCE)
class Reset(AuthenticateParams[ResetResponse]):
    """Set a new password with the token of a reset link, and log in.

    The token is valid once. All sessions of the member are revoked, and a new one of 60 minutes starts, unless another factor is
    missing.

    - `code_verifier`: PKCE: required if the reset was started with a `code_challenge`.
    - `locale`: language of the text message, if the login sends one.

    Raises TokenUsedOrExpiredError, WeakPasswordError, BreachedPasswordError, PKCEError.
    See https://stytch.com/docs/b2b/api/email-reset.
    """

    password_reset_token: Secret
    password: Secret
    code_verifier: Secret | None = None
    locale: EmailLocale | None = None


@frozen
class RequireResetResponse(Response):
    """The member who must reset their password; empty if the email address does not belong to a member."""

    member_id: str | None = None
    member: Member | None = None
    organization: Organization | None = None


@post("/v1/b2b/passwords/email/require_reset", Effect.REPEATABLE)
class RequireReset(Request[RequireResetResponse]):
    """Require a member to reset their password at the next login.

    Only for projects whose passwords are shared between organizations. If only one active member of the project uses the password,
    it is deleted at once. Sessions are not revoked. `member_id` may be the member's `external_id`, and `organization_id` the
    organization's slug or external id.

    Raises BadRequestError (`cross_org_passwords_not_enabled`), MemberNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/passwords-require-reset-by-email.
    """

    email_address: str
    organization_id: str | None = None
    member_id: str | None = None
    authorization: AsMember = None


class PasswordsEmail(Namespace[Mode]):
    """Password resets by email."""

    reset_start: Final = Endpoint(ResetStart)
    reset: Final = Endpoint(Reset)
    require_reset: Final = Endpoint(RequireReset)
