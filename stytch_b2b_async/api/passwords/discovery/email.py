"""Password resets by email, for users who have not chosen an organization yet."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.responses import DiscoveryResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.bounded import LinkMinutes
from stytch_b2b_async.models.enums import EmailLocale
from stytch_b2b_async.schema import Secret, frozen


@frozen
class ResetStartResponse(Response):
    """The email has been sent."""


@post("/v1/b2b/passwords/discovery/email/reset/start", Effect.ACTS_ONCE)
class ResetStart(Request[ResetStartResponse]):
    """Send a link to reset a password that several organizations share.

    Only for projects whose passwords are shared between organizations. The link leads to `reset_password_redirect_url` with `token`
    and `stytch_token_type` in its query, and is valid once. The email also offers a login without a password, which leads to
    `discovery_redirect_url`.

    - `reset_password_expiration_minutes`: 5 to 10080 (a week); default 30.
    - `pkce_code_challenge`: PKCE: the base64url SHA-256 of a verifier that the reset then requires as `pkce_code_verifier`.

    Raises BadRequestError (`cross_org_passwords_not_enabled`, or a redirect that is missing or not registered).
    See https://stytch.com/docs/b2b/api/discovery-email-reset-start.
    """

    email_address: str
    reset_password_redirect_url: str | None = None
    discovery_redirect_url: str | None = None
    reset_password_template_id: str | None = None
    reset_password_expiration_minutes: LinkMinutes | None = None
    pkce_code_challenge: str | None = None
    locale: EmailLocale | None = None
    verify_email_template_id: str | None = None


@post("/v1/b2b/passwords/discovery/email/reset", Effect.ACTS_ONCE)
class Reset(Request[DiscoveryResponse]):
    """Set a new password with the token of a reset link, and list the user's organizations.

    The token is valid once. Continue with `discovery.intermediate_sessions.exchange` or `discovery.organizations.create`.

    - `pkce_code_verifier`: PKCE: required if the reset was started with a `pkce_code_challenge`.

    Raises TokenUsedOrExpiredError, WeakPasswordError, BreachedPasswordError, PKCEError.
    See https://stytch.com/docs/api-reference/b2b/api/passwords/create-or-reset-options/discovery-password-reset-by-email.
    """

    password_reset_token: Secret
    password: Secret
    pkce_code_verifier: Secret | None = None


class PasswordsDiscoveryEmail(Namespace[Mode]):
    """Password resets by email, for users who have not chosen an organization yet."""

    reset_start: Final = Endpoint(ResetStart)
    reset: Final = Endpoint(Reset)
