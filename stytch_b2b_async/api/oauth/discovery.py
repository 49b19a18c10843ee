"""OAuth logins of users who have not chosen an organization yet."""

from typing import Final

from stytch_b2b_async.api._shared.responses import DiscoveryResponse
from stytch_b2b_async.api._shared.session_params import SessionExtensionParams
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post
from stytch_b2b_async.schema import Secret, frozen


@frozen
class AuthenticateResponse(DiscoveryResponse):
    """A user who authenticated at an OAuth provider, and their organizations."""

    provider_type: str
    """Such as `Google`."""
    provider_tenant_id: str
    """The user's tenant at the provider, such as a Slack workspace; `""` for none or several."""
    provider_tenant_ids: list[str]
    full_name: str


@post("/v1/b2b/oauth/discovery/authenticate", Effect.ACTS_ONCE)
class Authenticate(SessionExtensionParams[AuthenticateResponse]):
    """Authenticate the token from an OAuth provider's redirect, and list the user's organizations.

    Continue with `discovery.intermediate_sessions.exchange` or `discovery.organizations.create`.

    - `discovery_oauth_token`: `token` in the query of the redirect.
    - `pkce_code_verifier`: PKCE: required if the login was started with a `pkce_code_challenge`.

    Raises NotFoundError (`oauth_token_not_found`), PKCEError.
    See https://stytch.com/docs/b2b/api/authenticate-discovery-oauth.
    """

    discovery_oauth_token: Secret
    pkce_code_verifier: Secret | None = None


class OAuthDiscovery(Namespace[Mode]):
    """OAuth logins of users who have not chosen an organization yet."""

    authenticate: Final = Endpoint(Authenticate)
