"""Members' accounts at identity providers, with made-up tokens."""

from typing import Any

from stytch_b2b_async.api._shared.organization_params import MemberPath
from stytch_b2b_async.api.organizations.members._accounts import (
    ListOIDCProviders,
    ListOIDCProvidersResponse,
    TokenResponseParams,
)
from stytch_b2b_async.api.organizations.members.oauth_providers import (
    GetGithub,
    GetGithubResponse,
    GetGoogle,
    GetGoogleResponse,
    GetHubspot,
    GetHubspotResponse,
    GetMicrosoft,
    GetMicrosoftResponse,
    GetSlack,
    GetSlackResponse,
)
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.oauth import ACCESS_TOKEN_LIFE, SCOPES, made_up
from stytch_b2b_async.emulator.rules.login.registrations import PROVIDERS
from stytch_b2b_async.emulator.rules.sso.connections import source_of
from stytch_b2b_async.models.member import Member, OAuthRegistration
from stytch_b2b_async.models.providers import GithubProviderInfo, HubspotProviderInfo, OIDCProviderInfo, SlackProviderInfo
from stytch_b2b_async.models.sso import OIDCConnection

_EXPIRES_IN = int(ACCESS_TOKEN_LIFE.total_seconds())


@handles(GetGoogle)
def get_google(project: Project, request: GetGoogle) -> GetGoogleResponse:
    """Return the newest Google account."""
    return GetGoogleResponse(**project.response_meta(), **_account(project, request, "google"))


@handles(GetMicrosoft)
def get_microsoft(project: Project, request: GetMicrosoft) -> GetMicrosoftResponse:
    """Return the newest Microsoft account."""
    return GetMicrosoftResponse(**project.response_meta(), **_account(project, request, "microsoft"))


@handles(GetSlack)
def get_slack(project: Project, request: GetSlack) -> GetSlackResponse:
    """Return the Slack accounts, one for each workspace that somebody named."""
    accounts = [
        SlackProviderInfo(
            provider_subject=each.provider_subject,
            access_token=made_up("access-token", each.member_oauth_registration_id),
            scopes=SCOPES,
            provider_tenant_id=tenant,
            bot_access_token=made_up("bot-access-token", each.member_oauth_registration_id),
            bot_scopes=[],
        )
        for each in _accounts(project, request, "slack")
        for tenant in _tenants(project, "slack", each) or [""]
    ]
    return GetSlackResponse(**project.response_meta(), provider_type=PROVIDERS["slack"], registrations=accounts)


@handles(GetHubspot)
def get_hubspot(project: Project, request: GetHubspot) -> GetHubspotResponse:
    """Return the HubSpot accounts, one for each hub that somebody named."""
    accounts = [
        HubspotProviderInfo(
            provider_subject=each.provider_subject,
            access_token=made_up("access-token", each.member_oauth_registration_id),
            scopes=SCOPES,
            provider_tenant_id=tenant,
            access_token_expires_in=_EXPIRES_IN,
            refresh_token=_refresh_token(request, each.member_oauth_registration_id),
        )
        for each in _accounts(project, request, "hubspot")
        for tenant in _tenants(project, "hubspot", each) or [""]
    ]
    return GetHubspotResponse(**project.response_meta(), provider_type=PROVIDERS["hubspot"], registrations=accounts)


@handles(GetGithub)
def get_github(project: Project, request: GetGithub) -> GetGithubResponse:
    """Return the GitHub accounts."""
    accounts = [
        GithubProviderInfo(
            provider_subject=each.provider_subject,
            access_token=made_up("access-token", each.member_oauth_registration_id),
            scopes=SCOPES,
            provider_tenant_ids=_tenants(project, "github", each),
        )
        for each in _accounts(project, request, "github")
    ]
    return GetGithubResponse(**project.response_meta(), provider_type=PROVIDERS["github"], registrations=accounts)


@handles(ListOIDCProviders)
def list_oidc_providers(project: Project, request: ListOIDCProviders) -> ListOIDCProvidersResponse:
    """Return the accounts behind OIDC connections."""
    member = _member(project, request)
    connections = {each.connection_id: each for each in project.sso_connections.of(member.organization_id)}
    accounts = [
        OIDCProviderInfo(
            provider_subject=each.external_id,
            access_token=made_up("access-token", each.registration_id),
            scopes=SCOPES,
            id_token=made_up("id-token", each.registration_id),
            access_token_expires_in=_EXPIRES_IN,
            connection_id=each.connection_id,
            refresh_token=_refresh_token(request, each.registration_id),
        )
        for each in member.sso_registrations
        if (connection := connections.get(each.connection_id)) is not None
        and connection.status == "active"
        and isinstance(source_of(project, connection), OIDCConnection)
    ]
    if not accounts:
        raise missing("member_oidc_token", "token of an OIDC connection")
    return ListOIDCProvidersResponse(**project.response_meta(), registrations=accounts)


def _account(project: Project, request: TokenResponseParams[Any], provider: str) -> dict[str, Any]:
    account = _accounts(project, request, provider)[-1]
    registration_id = account.member_oauth_registration_id
    return {
        "provider_type": account.provider_type,
        "provider_subject": account.provider_subject,
        "id_token": made_up("id-token", registration_id),
        "scopes": SCOPES,
        "refresh_token": _refresh_token(request, registration_id),
        "access_token": made_up("access-token", registration_id),
        "access_token_expires_in": _EXPIRES_IN,
    }


def _accounts(project: Project, request: MemberPath[Any], provider: str) -> list[OAuthRegistration]:
    found = [each for each in _member(project, request).oauth_registrations if each.provider_type == PROVIDERS[provider]]
    if not found:
        raise missing("member_oauth_token", "token of this provider")
    return found


def _member(project: Project, request: MemberPath[Any]) -> Member:
    return project.members.find(project.organizations.find(request.organization_id), request.member_id)


def _tenants(project: Project, provider: str, account: OAuthRegistration) -> list[str]:
    identity = project.identities.used(provider, account.provider_subject)
    return identity.tenants if identity else []


def _refresh_token(request: TokenResponseParams[Any], registration_id: str) -> str | None:
    return made_up("refresh-token", registration_id) if request.include_refresh_token else None
