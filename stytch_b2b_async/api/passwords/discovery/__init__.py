"""Passwords of users who have not chosen an organization yet, in projects that share passwords between organizations."""

from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.responses import DiscoveryResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, cached_property, post
from stytch_b2b_async.schema import Secret

if TYPE_CHECKING:
    from .email import PasswordsDiscoveryEmail


@post("/v1/b2b/passwords/discovery/authenticate", Effect.ACTS_ONCE)
class Authenticate(Request[DiscoveryResponse]):
    """Authenticate an email address and password, and list the user's organizations.

    Continue with `discovery.intermediate_sessions.exchange` or `discovery.organizations.create`.

    Raises AuthenticationError for a wrong password, PasswordResetRequiredError, BadRequestError
    (`cross_org_passwords_not_enabled`), MemberLockedError after too many failures.
    See https://stytch.com/docs/b2b/api/passwords-discovery-authenticate.
    """

    email_address: str
    password: Secret


class PasswordsDiscovery(Namespace[Mode]):
    """Passwords of users who have not chosen an organization yet."""

    authenticate: Final = Endpoint(Authenticate)

    @cached_property
    def email(self) -> "PasswordsDiscoveryEmail[Mode]":
        """Password resets by email."""
        from .email import PasswordsDiscoveryEmail

        return PasswordsDiscoveryEmail(self._send)
