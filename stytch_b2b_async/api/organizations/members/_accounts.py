"""The connected apps that a member has authorized, and the member's accounts at identity providers."""

from __future__ import annotations

from typing import Annotated, TypeVar

from stytch_b2b_async.api._shared.organization_params import MemberPath
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Response, get
from stytch_b2b_async.models.organization_apps import MemberConnectedApp
from stytch_b2b_async.models.providers import OIDCProviderInfo
from stytch_b2b_async.schema import Location, frozen

R = TypeVar("R")


@frozen
class ListConnectedAppsResponse(Response):
    """The connected apps of a member."""

    connected_apps: list[MemberConnectedApp]


@get("/v1/b2b/organizations/{organization_id}/members/{member_id}/connected_apps")
class ListConnectedApps(MemberPath[ListConnectedAppsResponse]):
    """List the connected apps that a member has authorized.

    Raises MemberNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/connected-app-member-get-all.
    """

    authorization: AsMember = None


@frozen
class TokenResponseParams(MemberPath[R]):
    """Tokens that a provider issued for a member.

    - `include_refresh_token`: include the refresh token. If you use it, the API may no longer be able to refresh the access token.
    """

    include_refresh_token: Annotated[bool | None, Location.QUERY] = None


@frozen
class ListOIDCProvidersResponse(Response):
    """The accounts of a member behind OIDC connections."""

    registrations: list[OIDCProviderInfo]


@get("/v1/b2b/organizations/{organization_id}/members/{member_id}/oidc_providers")
class ListOIDCProviders(TokenResponseParams[ListOIDCProvidersResponse]):
    """List the accounts that a member has behind OIDC connections, with their tokens.

    Raises MemberNotFoundError, NotFoundError (`member_oidc_token_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/sso/oidc/get-oidc-access-token.
    """
