"""What a consent page needs, where a member lets a connected app in."""

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
    """What the app asks for, as it stands in the query of the page, and the member who is asked.

    - `redirect_uri`: one of the app's `redirect_urls`.
    - `organization_id`: or its slug, or its external id. `member_id`: or the member's external id.
    - `session_token`, `session_jwt`: tie the app's tokens to the session; needed if one shall be exchanged for a session later.
    - `prompt`: `consent` asks the member even where that could be skipped.
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
    """False when `authorize` can follow without asking the member."""
    scope_results: list[ScopeResult]


@post("/v1/b2b/idp/oauth/authorize/start", Effect.READS)
class AuthorizeStart(AuthorizationRequest[AuthorizeStartResponse]):
    """Check what a connected app asks for, and learn what to show the member.

    Name the member in one way: by `session_token`, by `session_jwt`, or by `organization_id` and `member_id`. Continue with
    `authorize` once the member has answered.

    Raises NotFoundError (`connected_app_not_found`), BadRequestError (`connected_app_not_allowed_for_org`), AuthenticationError
    (`connected_app_supplied_redirect_url_not_found_in_client`), SessionNotFoundError, MemberNotFoundError.
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/consent-management/start-oauth-authorization.
    """


@frozen
class AuthorizeResponse(Response):
    """Where to send the member's browser."""

    redirect_uri: Secret
    """The app's address, with the code, or with an OAuth error, in its query."""
    authorization_code: Secret | None = None
    """The code alone, with which the app gets its tokens, once."""


@post("/v1/b2b/idp/oauth/authorize", Effect.ACTS_ONCE)
class Authorize(AuthorizationRequest[AuthorizeResponse]):
    """Submit the member's decision, and get the URL to redirect the browser to.

    Send it there in any case: a refusal too is for the app to read. Name the member as for `authorize_start`.

    - `scopes`: those that the member granted.
    - `state`, `nonce`: from the app's request; they come back to it, in the redirect and in the id token.
    - `code_challenge`: PKCE: from the app's request.
    - `resources`: from the app's request: what the tokens are meant for (RFC 8707).

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
    """What a consent page needs, where a member lets a connected app in."""

    authorize_start: Final = Endpoint(AuthorizeStart)
    authorize: Final = Endpoint(Authorize)
