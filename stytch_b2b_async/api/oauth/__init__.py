"""Log in through OAuth providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.factor_params import RedirectLoginParams
from stytch_b2b_async.api._shared.responses import OrganizationLoginResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, cached_property, post
from stytch_b2b_async.models.enums import Locale
from stytch_b2b_async.models.oauth import ProviderValues
from stytch_b2b_async.schema import Secret, frozen

if TYPE_CHECKING:
    from .discovery import OAuthDiscovery


@frozen
class AuthenticateResponse(OrganizationLoginResponse):
    """A member, logged in through an OAuth provider unless another factor is missing."""

    provider_subject: str
    """The member's id at the provider."""
    provider_type: str
    """Such as `Google`."""
    reset_sessions: bool
    """Whether sessions outside of Stytch should be ended; Stytch's own are revoked."""
    provider_values: ProviderValues | None = None


@post("/v1/b2b/oauth/authenticate", Effect.ACTS_ONCE)
class Authenticate(RedirectLoginParams[AuthenticateResponse]):
    """Log a member in with the token from an OAuth provider's redirect.

    Starts a session of 60 minutes, unless the response says that another factor is missing. A provider that does not
    verify email addresses (GitHub, Slack, HubSpot) may not suffice: `primary_required` in the response then lists the alternatives.

    - `oauth_token`: `token` in the query of the redirect.
    - `pkce_code_verifier`: PKCE: required if the login was started with a `pkce_code_challenge`.
    - `locale`: language of the text message, if the login sends one.

    Raises NotFoundError (`oauth_token_not_found`), BadRequestError (`invalid_oauth_tenant_for_jit_provisioning`), PKCEError.
    See https://stytch.com/docs/api-reference/b2b/api/oauth/organization/authenticate.
    """

    oauth_token: Secret
    locale: Locale | None = None


class OAuth(Namespace[Mode]):
    """Log in through OAuth providers."""

    authenticate: Final = Endpoint(Authenticate)

    @cached_property
    def discovery(self) -> OAuthDiscovery[Mode]:
        """OAuth logins of users who have not chosen an organization yet."""
        from .discovery import OAuthDiscovery

        return OAuthDiscovery(self._send)
