"""Intermediate sessions of users who have not chosen an organization yet."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.api._shared.session_params import SessionParams
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post
from stytch_b2b_async.models.enums import Locale
from stytch_b2b_async.schema import Secret


@post("/v1/b2b/discovery/intermediate_sessions/exchange", Effect.ACTS_ONCE)
class Exchange(SessionParams[LoginResponse]):
    """Log in to an organization with the factors authenticated so far, joining it if necessary.

    Accepts an invitation, or joins by email domain or OAuth tenant if the organization allows it. The intermediate session is used
    up when a session starts; if another factor is missing, the response contains it again.

    - `organization_id`: or the organization's slug or external id.
    - `locale`: language of the text message, if the login sends one.
    - `telemetry_id`: from Stytch's device fingerprinting; fills `member_device` in the response.

    Raises IntermediateSessionNotFoundError, BadRequestError (`insufficient_factors_for_session_exchange`,
    `action_not_allowed_email_domain_is_claimed`).
    See https://stytch.com/docs/api-reference/b2b/api/discovery/exchange-intermediate-session.
    """

    intermediate_session_token: Secret
    organization_id: str
    locale: Locale | None = None
    telemetry_id: str | None = None


class DiscoveryIntermediateSessions(Namespace[Mode]):
    """Intermediate sessions of users who have not chosen an organization yet."""

    exchange: Final = Endpoint(Exchange)
