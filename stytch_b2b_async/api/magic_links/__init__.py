"""Magic links: log in with a link from an email."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.factor_params import RedirectLoginParams
from stytch_b2b_async.api._shared.responses import EmailLoginResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, cached_property, post
from stytch_b2b_async.models.enums import EmailLocale
from stytch_b2b_async.schema import Secret, frozen

if TYPE_CHECKING:
    from .discovery import MagicLinksDiscovery
    from .email import MagicLinksEmail


@frozen
class AuthenticateResponse(EmailLoginResponse):
    """A member, logged in with a magic link unless another factor is missing."""

    reset_sessions: bool
    """Whether sessions outside of Stytch should be ended; Stytch's own are revoked."""


@post("/v1/b2b/magic_links/authenticate", Effect.ACTS_ONCE)
class Authenticate(RedirectLoginParams[AuthenticateResponse]):
    """Log a member in with the token of a magic link.

    The token is valid once. An invited or pending member becomes active. Starts a session of 60 minutes, unless the response
    says that another factor is missing. A session of another member is ignored.

    - `magic_links_token`: `token` in the query of the link.
    - `pkce_code_verifier`: PKCE: required if the link was sent with a `pkce_code_challenge`.
    - `locale`: language of the text message, if the login sends one.

    Raises NotFoundError (`magic_link_not_found`), TokenUsedOrExpiredError, PKCEError.
    See https://stytch.com/docs/api-reference/b2b/api/email-magic-links/organization/authenticate-magic-link.
    """

    magic_links_token: Secret
    locale: EmailLocale | None = None


class MagicLinks(Namespace[Mode]):
    """Magic links: log in with a link from an email."""

    authenticate: Final = Endpoint(Authenticate)

    @cached_property
    def email(self) -> MagicLinksEmail[Mode]:
        """Sending links."""
        from .email import MagicLinksEmail

        return MagicLinksEmail(self._send)

    @cached_property
    def discovery(self) -> MagicLinksDiscovery[Mode]:
        """Magic links of users who have not chosen an organization yet."""
        from .discovery import MagicLinksDiscovery

        return MagicLinksDiscovery(self._send)
