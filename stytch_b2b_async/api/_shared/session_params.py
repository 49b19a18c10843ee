"""Shared parameters of calls that start or extend a session."""

from __future__ import annotations

from typing import TypeVar

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.models.bounded import SessionMinutes
from stytch_b2b_async.schema import JSONObject, Secret, frozen

R = TypeVar("R")


@frozen
class SessionParams(Request[R]):
    """The lifetime of the session that a call starts or extends, and the claims of its JWT.

    - `session_duration_minutes`: from now, 5 to 527040 (366 days); default 60 for a new session, unchanged for an active one.
    - `session_custom_claims`: claims to merge into the JWT, at most 4 KB in all; None deletes one. Reserved names are ignored.
    """

    session_duration_minutes: SessionMinutes | None = None
    session_custom_claims: JSONObject | None = None


@frozen
class SessionExtensionParams(SessionParams[R]):
    """A session of the member, by token or by JWT, not both. The new factor is added to it, and it is extended."""

    session_token: Secret | None = None
    session_jwt: Secret | None = None


@frozen
class AuthenticateParams(SessionExtensionParams[R]):
    """Parameters of a login by any factor.

    - `intermediate_session_token`: factors authenticated so far, from a response that required another factor; valid for 10
      minutes.
    - `telemetry_id`: from Stytch's device fingerprinting; fills `member_device` in the response.
    """

    intermediate_session_token: Secret | None = None
    telemetry_id: str | None = None
