"""Send magic links by email."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.factor_params import LoginEmailParams
from stytch_b2b_async.api._shared.responses import LoginEmailResponse, MemberResponse
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, cached_property, post
from stytch_b2b_async.models.bounded import LinkMinutes
from stytch_b2b_async.models.enums import EmailLocale
from stytch_b2b_async.schema import JSONObject

if TYPE_CHECKING:
    from .discovery import MagicLinksEmailDiscovery


@post("/v1/b2b/magic_links/email/login_or_signup", Effect.ACTS_ONCE)
class LoginOrSignup(LoginEmailParams[LoginEmailResponse]):
    """Send a magic link to log in to an organization, or to join it.

    An active member gets a login email, and everybody else a signup email. A new user becomes a pending member, if the
    organization's `email_jit_provisioning` allows that. Redirects must be registered with the project, which also has their
    defaults.

    - `login_redirect_url`, `signup_redirect_url`: where the link in the email leads, with `token` in the query.
    - `login_expiration_minutes`, `signup_expiration_minutes`: 5 to 10080 (a week); default 60.
    - `pkce_code_challenge`: PKCE: the base64url SHA-256 of a verifier that the login then requires as `pkce_code_verifier`.

    Raises BadRequestError (`email_jit_provisioning_not_allowed`, `invalid_email_for_jit_provisioning`, `inactive_email`, or a
    redirect that is missing or not registered), RateLimitError beyond one email per second to an address.
    See https://stytch.com/docs/b2b/api/send-login-signup-email.
    """

    login_expiration_minutes: LinkMinutes | None = None
    signup_expiration_minutes: LinkMinutes | None = None
    login_redirect_url: str | None = None
    signup_redirect_url: str | None = None
    pkce_code_challenge: str | None = None


@post("/v1/b2b/magic_links/email/invite", Effect.ACTS_ONCE)
class Invite(Request[MemberResponse]):
    """Send an invitation to an organization by email.

    The recipient, or a pending member, becomes an invited member until they follow the link. Deleting the member revokes the
    invitation.

    - `organization_id`: or the organization's slug or external id.
    - `invite_redirect_url`: where the link leads, with `token` in the query; must be registered with the project, which also has
      the default.
    - `trusted_metadata`, `untrusted_metadata`: at most 20 keys and 4 KB each; a member's session may not set the trusted ones.
    - `roles`: ids of roles to assign, besides implicit ones.
    - `invite_expiration_minutes`: 5 to 10080 (a week), the default.
    - `authorization`: a member's session, whose roles must grant `create` on `stytch.member`.

    Raises BadRequestError (`invalid_email_for_invites`, `invalid_rbac_role_id`, an active member, or a redirect that is missing or
    not registered), RateLimitError beyond one mail a second to an address, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/send-invite-email.
    """

    organization_id: str
    email_address: str
    invite_redirect_url: str | None = None
    invited_by_member_id: str | None = None
    name: str | None = None
    trusted_metadata: JSONObject | None = None
    untrusted_metadata: JSONObject | None = None
    invite_template_id: str | None = None
    locale: EmailLocale | None = None
    roles: Sequence[str] | None = None
    invite_expiration_minutes: LinkMinutes | None = None
    authorization: AsMember = None


class MagicLinksEmail(Namespace[Mode]):
    """Send magic links by email."""

    login_or_signup: Final = Endpoint(LoginOrSignup)
    invite: Final = Endpoint(Invite)

    @cached_property
    def discovery(self) -> MagicLinksEmailDiscovery[Mode]:
        """Send magic links to users who have not chosen an organization yet."""
        from .discovery import MagicLinksEmailDiscovery

        return MagicLinksEmailDiscovery(self._send)
