"""Mailed links of people who have not chosen an organization yet."""

from typing import Final

from stytch_b2b_async.api._shared.responses import DiscoveryResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, post
from stytch_b2b_async.schema import Secret


@post("/v1/b2b/magic_links/discovery/authenticate", Effect.ACTS_ONCE)
class Authenticate(Request[DiscoveryResponse]):
    """Check the token of a mailed link, and list the organizations that it opens.

    The token works once. Continue with `discovery.intermediate_sessions.exchange` or `discovery.organizations.create`.

    - `discovery_magic_links_token`: `token` in the query of the link.
    - `pkce_code_verifier`: PKCE: needed when the link was sent with a `pkce_code_challenge`.

    Raises NotFoundError (`magic_link_not_found`), TokenUsedOrExpiredError, PKCEError.
    See https://stytch.com/docs/api-reference/b2b/api/email-magic-links/discovery/authenticate-discovery-magic-link.
    """

    discovery_magic_links_token: Secret
    pkce_code_verifier: Secret | None = None


class MagicLinksDiscovery(Namespace[Mode]):
    """Mailed links of people who have not chosen an organization yet."""

    authenticate: Final = Endpoint(Authenticate)
