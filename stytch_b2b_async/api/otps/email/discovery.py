"""One-time codes by email, for users who have not chosen an organization yet."""

from typing import Final

from stytch_b2b_async.api._shared.factor_params import DiscoveryEmailParams
from stytch_b2b_async.api._shared.responses import DiscoveryEmailResponse, DiscoveryResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, post
from stytch_b2b_async.models.bounded import CodeMinutes
from stytch_b2b_async.schema import Secret


@post("/v1/b2b/otps/email/discovery/send", Effect.ACTS_ONCE)
class Send(DiscoveryEmailParams[DiscoveryEmailResponse]):
    """Send a one-time code with which a user can find their organizations; earlier codes become invalid.

    - `discovery_expiration_minutes`: 2 to 15; default 10.

    Raises BadRequestError (`inactive_email`), RateLimitError.
    See https://stytch.com/docs/api-reference/b2b/api/email-otp/discovery/send-discovery-otp.
    """

    discovery_expiration_minutes: CodeMinutes | None = None


@post("/v1/b2b/otps/email/discovery/authenticate", Effect.ACTS_ONCE)
class Authenticate(Request[DiscoveryResponse]):
    """Authenticate a one-time code, and list the user's organizations.

    The code is valid once. Continue with `discovery.intermediate_sessions.exchange` or `discovery.organizations.create`.

    Raises NotFoundError (`otp_code_not_found`) for a wrong code, TokenUsedOrExpiredError.
    See https://stytch.com/docs/b2b/api/authenticate-discovery-email-otp.
    """

    email_address: str
    code: Secret


class OTPsEmailDiscovery(Namespace[Mode]):
    """One-time codes by email, for users who have not chosen an organization yet."""

    send: Final = Endpoint(Send)
    authenticate: Final = Endpoint(Authenticate)
