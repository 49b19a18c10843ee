"""Password resets by a member who is logged in."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.responses import MFAResponse
from stytch_b2b_async.api._shared.session_params import SessionExtensionParams
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post
from stytch_b2b_async.models.device import DeviceInfo
from stytch_b2b_async.models.enums import EmailLocale
from stytch_b2b_async.schema import Secret, frozen


@frozen
class ResetResponse(MFAResponse):
    """The member, logged in with the new password unless a second factor is missing."""

    member_device: DeviceInfo | None = None


@post("/v1/b2b/passwords/session/reset", Effect.ACTS_ONCE)
class Reset(SessionExtensionParams[ResetResponse]):
    """Set a new password for a member who is logged in.

    Takes the session by `session_token` or `session_jwt`; one of its factors must have been authenticated in the last five minutes.
    All other sessions of the member are revoked.

    - `locale`: language of the text message, if the login sends one.
    - `telemetry_id`: from Stytch's device fingerprinting; fills `member_device` in the response.

    Raises SessionTooOldError, SessionNotFoundError, WeakPasswordError, BreachedPasswordError.
    See https://stytch.com/docs/b2b/api/session-reset.
    """

    organization_id: str
    password: Secret
    locale: EmailLocale | None = None
    telemetry_id: str | None = None


class PasswordsSessions(Namespace[Mode]):
    """Password resets by a member who is logged in."""

    reset: Final = Endpoint(Reset)
