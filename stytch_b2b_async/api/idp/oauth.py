"""Calls of the consent page, where a member authorizes a connected app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeVar

from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.connected_apps import ConnectedAppPublic
from stytch_b2b_async.models.idp import ScopeResult
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.schema import OpenEnum, Secret, frozen

R = TypeVar("R")


@frozen
class AuthorizationRequest(Request[R]):
    """The app's authorization request, as in the query of the page, and the member.

    - `redirect_uri`: one of the app's `redirect_urls`.
    - `organization_id`: or its slug, or its external id. `member_id`: or the member's external id.
    - `session_token`, `session_jwt`: tie the app's tokens to the session; required to exchange one for a session later.
    - `prompt`: `consent` asks the member even if consent could be skipped.
    """

    client_id: str
    redirect_uri: str
    response_type: OpenEnum[Literal["code"]]
    scopes: Sequence[str]
    organization_id: str | None = None
    member_id: str | None = None
    session_token: Secret | None = None
    session_jwt: Secret | None = None
    prompt: OpenEnum[Literal["consent"]] | None = None


@frozen
class AuthorizeStartResponse(Response):
    """What to show the member."""

    member_id: str
    member: Member
    organization: Organization
    client: ConnectedAppPublic
    consent_required: bool
    """False if `authorize` can be called without asking the member."""
    scope_results: list[ScopeResult]


@post("/v1/b2b/idp/oauth/authorize/start", Effect.READS)
class AuthorizeStart(AuthorizationRequest[AuthorizeStartResponse]):
    """Validate a connected app's authorization request, and get what to show the member.

    Identify the member by exactly one of `session_token`, `session_jwt`, or `organization_id` with `member_id`. Continue with
    `authorize` once the member has decided.

    Raises NotFoundError (`connected_app_not_found`), BadRequestError (`connected_app_not_allowed_for_org`), AuthenticationError
    (`connected_app_supplied_redirect_url_not_found_in_client`), SessionNotFoundError, MemberNotFoundError.
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/consent-management/start-oauth-authorization.
    """


@frozen
class AuthorizeResponse(Response):
    """Where to send the member's browser."""

    redirect_uri: Secret
    """The app's redirect URL, with the code or an OAuth error in its query."""
    authorization_code: Secret | None = None
    """The authorization code by itself, which the app exchanges for tokens once."""


@post("/v1/b2b/idp/oauth/authorize", Effect.ACTS_ONCE)
class Authorize(AuthorizationRequest[AuthorizeResponse]):
    """Submit the member's decision, and get the URL to redirect the browser to.

    Redirect even if the member declined: the app must learn it. Identify the member as for `authorize_start`.

    - `scopes`: those that the member granted.
    - `state`, `nonce`: from the app's request; returned to it in the redirect and in the id token.
    - `code_challenge`: PKCE: from the app's request.
    - `resources`: from the app's request: the resources that the tokens are for (RFC 8707).

    Raises NotFoundError (`connected_app_not_found`), BadRequestError (`connected_app_not_allowed_for_org`), AuthenticationError
    (`connected_app_supplied_redirect_url_not_found_in_client`), SessionNotFoundError, MemberNotFoundError.
    See https://stytch.com/docs/b2b/api/connected-apps-oauth-authorize.
    """

    consent_granted: bool
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    resources: Sequence[str] | None = None


class IDPOAuth(Namespace[Mode]):
    """Calls of the consent page, where a member authorizes a connected app."""

    authorize_start: Final = Endpoint(AuthorizeStart)
    authorize: Final = Endpoint(Authorize)
