"""A member's accounts and tokens at OAuth providers."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.organization_params import MemberPath
from stytch_b2b_async.endpoint import Endpoint, Mode, Namespace, Response, get
from stytch_b2b_async.models.providers import GithubProviderInfo, HubspotProviderInfo, SlackProviderInfo
from stytch_b2b_async.schema import Secret, frozen

from ._accounts import TokenResponseParams


@frozen
class ProviderResponse(Response):
    """Data of the provider."""

    provider_type: str
    """Such as `Google`."""


@frozen
class AccountResponse(ProviderResponse):
    """A member's account at a provider, and its tokens."""

    provider_subject: str
    """The account's id at the provider."""
    id_token: Secret
    scopes: list[str]
    refresh_token: Secret | None = None


@frozen
class GetGoogleResponse(AccountResponse):
    """The Google account of a member, and its tokens."""

    access_token: Secret | None = None
    access_token_expires_in: int | None = None
    """In seconds."""


@get("/v1/b2b/organizations/{organization_id}/members/{member_id}/oauth_providers/google")
class GetGoogle(TokenResponseParams[GetGoogleResponse]):
    """Get the tokens that Google issued for a member; an expired access token is refreshed if possible.

    Raises MemberNotFoundError, NotFoundError (`member_oauth_token_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/oauth/token/google.
    """


@frozen
class GetMicrosoftResponse(AccountResponse):
    """The Microsoft account of a member, and its tokens."""

    access_token: Secret
    access_token_expires_in: int
    """In seconds."""


@get("/v1/b2b/organizations/{organization_id}/members/{member_id}/oauth_providers/microsoft")
class GetMicrosoft(TokenResponseParams[GetMicrosoftResponse]):
    """Get the tokens that Microsoft issued for a member; an expired access token is refreshed if possible.

    Raises MemberNotFoundError, NotFoundError (`member_oauth_token_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/oauth/token/microsoft.
    """


@frozen
class GetSlackResponse(ProviderResponse):
    """The Slack accounts of a member, and their tokens."""

    registrations: list[SlackProviderInfo]


@get("/v1/b2b/organizations/{organization_id}/members/{member_id}/oauth_providers/slack")
class GetSlack(MemberPath[GetSlackResponse]):
    """Get the tokens that Slack issued for a member.

    Raises MemberNotFoundError, NotFoundError (`member_oauth_token_not_found`).
    See https://stytch.com/docs/b2b/api/get-slack-access-token.
    """


@frozen
class GetHubspotResponse(ProviderResponse):
    """The HubSpot accounts of a member, and their tokens."""

    registrations: list[HubspotProviderInfo]


@get("/v1/b2b/organizations/{organization_id}/members/{member_id}/oauth_providers/hubspot")
class GetHubspot(TokenResponseParams[GetHubspotResponse]):
    """Get the tokens that HubSpot issued for a member; an expired access token is refreshed if possible.

    Raises MemberNotFoundError, NotFoundError (`member_oauth_token_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/oauth/token/hubspot.
    """


@frozen
class GetGithubResponse(ProviderResponse):
    """The GitHub accounts of a member, and their tokens."""

    registrations: list[GithubProviderInfo]


@get("/v1/b2b/organizations/{organization_id}/members/{member_id}/oauth_providers/github")
class GetGithub(TokenResponseParams[GetGithubResponse]):
    """Get the tokens that GitHub issued for a member.

    Raises MemberNotFoundError, NotFoundError (`member_oauth_token_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/oauth/token/github.
    """


class OrganizationsMembersOAuthProviders(Namespace[Mode]):
    """A member's accounts and tokens at OAuth providers."""

    google: Final = Endpoint(GetGoogle)
    microsoft: Final = Endpoint(GetMicrosoft)
    slack: Final = Endpoint(GetSlack)
    hubspot: Final = Endpoint(GetHubspot)
    github: Final = Endpoint(GetGithub)
