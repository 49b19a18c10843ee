"""Magic links of users who have not chosen an organization yet."""

from typing import Final

from stytch_b2b_async.api._shared.responses import DiscoveryResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, post
from stytch_b2b_async.schema import Secret


@post("/v1/b2b/magic_links/discovery/authenticate", Effect.ACTS_ONCE)
class Authenticate(Request[DiscoveryResponse]):
    """Authenticate the token of a magic link, and list the user's organizations.

    The token is valid once. Continue with `discovery.intermediate_sessions.exchange` or `discovery.organizations.create`.

    - `discovery_magic_links_token`: `token` in the query of the link.
    - `pkce_code_verifier`: PKCE: required if the link was sent with a `pkce_code_challenge`.

    Raises NotFoundError (`magic_link_not_found`), TokenUsedOrExpiredError, PKCEError.
    See https://stytch.com/docs/api-reference/b2b/api/email-magic-links/discovery/authenticate-discovery-magic-link.
    """

    discovery_magic_links_token: Secret
    pkce_code_verifier: Secret | None = None


class MagicLinksDiscovery(Namespace[Mode]):
    """Magic links of users who have not chosen an organization yet."""

    authenticate: Final = Endpoint(Authenticate)
