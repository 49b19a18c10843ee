"""Send magic links to users who have not chosen an organization yet."""

from typing import Final

from stytch_b2b_async.api._shared.factor_params import DiscoveryEmailParams
from stytch_b2b_async.api._shared.responses import DiscoveryEmailResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post
from stytch_b2b_async.models.bounded import LinkMinutes


@post("/v1/b2b/magic_links/email/discovery/send", Effect.ACTS_ONCE)
class Send(DiscoveryEmailParams[DiscoveryEmailResponse]):
    """Send a magic link with which a user can find their organizations.

    - `discovery_redirect_url`: where the link leads, with `token` in the query; must be registered with the project, which also has
      the default.
    - `discovery_expiration_minutes`: 5 to 10080 (a week); default 60.
    - `pkce_code_challenge`: PKCE: the base64url SHA-256 of a verifier that `magic_links.discovery.authenticate` then requires.

    Raises BadRequestError for a redirect that is missing or not registered, RateLimitError beyond one email per second and address.
    See https://stytch.com/docs/api-reference/b2b/api/email-magic-links/discovery/send-discovery-email.
    """

    discovery_expiration_minutes: LinkMinutes | None = None
    discovery_redirect_url: str | None = None
    pkce_code_challenge: str | None = None


class MagicLinksEmailDiscovery(Namespace[Mode]):
    """Send magic links to users who have not chosen an organization yet."""

    send: Final = Endpoint(Send)
