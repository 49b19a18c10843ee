"""Impersonation: act as a member, for support."""

from typing import Final

from stytch_b2b_async.api._shared.responses import MFAResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, post
from stytch_b2b_async.schema import Secret, frozen


@frozen
class AuthenticateResponse(MFAResponse):
    """The impersonated member, always logged in: no second factor is required."""

    organization_id: str


@post("/v1/b2b/impersonation/authenticate", Effect.ACTS_ONCE)
class Authenticate(Request[AuthenticateResponse]):
    """Log in as a member, with a token from Stytch's dashboard.

    The token works once, within five minutes. The session lasts 60 minutes and cannot be extended.

    Raises TokenUsedOrExpiredError, BadRequestError (`member_impersonation_not_allowed`).
    See https://stytch.com/docs/api-reference/b2b/api/impersonation/authenticate-token.
    """

    impersonation_token: Secret


class Impersonation(Namespace[Mode]):
    """Impersonation: act as a member, for support."""

    authenticate: Final = Endpoint(Authenticate)
