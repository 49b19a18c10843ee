"""What a call that starts or extends a session takes, written once."""

from __future__ import annotations

from typing import TypeVar

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.models.bounded import SessionMinutes
from stytch_b2b_async.schema import JSONObject, Secret, frozen

R = TypeVar("R")


@frozen
class SessionParams(Request[R]):
    """How long the session that a call starts or extends shall live, and what its JWT shall say.

    - `session_duration_minutes`: from now on, 5 to 527040 (366 days); left out, 60 for a new session, unchanged for an old one.
    - `session_custom_claims`: claims to merge into the JWT, at most 4 KB in all; None deletes one. Reserved names are ignored.
    """

    session_duration_minutes: SessionMinutes | None = None
    session_custom_claims: JSONObject | None = None


@frozen
class SessionExtensionParams(SessionParams[R]):
    """A session of the member, by token or by JWT, not both; the new factor is added to it, and its life starts anew."""

    session_token: Secret | None = None
    session_jwt: Secret | None = None


@frozen
class AuthenticateParams(SessionExtensionParams[R]):
    """What a login by any factor takes.

    - `intermediate_session_token`: factors proven so far, from an answer that asked for more; 10 minutes old at most.
    - `telemetry_id`: from the vendor's device fingerprinting: fills `member_device` in the answer.
    """

    intermediate_session_token: Secret | None = None
    telemetry_id: str | None = None
