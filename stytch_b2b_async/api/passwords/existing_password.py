"""Password resets by a member who knows the old password."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.api._shared.session_params import SessionExtensionParams
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post
from stytch_b2b_async.models.enums import EmailLocale
from stytch_b2b_async.schema import Secret


@post("/v1/b2b/passwords/existing_password/reset", Effect.ACTS_ONCE)
class Reset(SessionExtensionParams[LoginResponse]):
    """Set a new password for a member who knows the old one, and log in.

    All sessions of the member are revoked, and a new one of 60 minutes starts, unless another factor is missing.

    - `locale`: language of the text message, if the login sends one.
    - `telemetry_id`: from Stytch's device fingerprinting; fills `member_device` in the response.

    Raises AuthenticationError for a wrong password, MemberPasswordNotFoundError, WeakPasswordError, BreachedPasswordError,
    MemberLockedError after too many failures.
    See https://stytch.com/docs/b2b/api/existing-reset.
    """

    email_address: str
    existing_password: Secret
    new_password: Secret
    organization_id: str
    locale: EmailLocale | None = None
    telemetry_id: str | None = None


class PasswordsExistingPassword(Namespace[Mode]):
    """Password resets by a member who knows the old password."""

    reset: Final = Endpoint(Reset)
