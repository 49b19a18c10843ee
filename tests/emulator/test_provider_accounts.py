"""The accounts that members have at identity providers, with made-up tokens."""

from support.browser import choose
from support.tenants import ADA, Tenant, refused

from .test_sso_connections import oidc, saml


async def log_in(acme: Tenant, provider: str, tenants: str = "") -> None:
    """Log the member in at a provider; their mailbox is known."""
    path = f"/v1/b2b/public/oauth/{provider}/start"
    person = {"email_address": ADA, **({"tenants": tenants} if tenants else {})}
    _, found = await choose(acme.stytch, path, person, organization_id=acme.organization_id)
    session = await acme.reset()
    await acme.client.oauth.authenticate(oauth_token=found["token"], session_token=session.session_token)


async def test_google(acme: Tenant) -> None:
    """The refresh token only if it is asked for; nothing of another provider."""
    providers = acme.client.organizations.members.oauth_providers
    ids = (acme.organization_id, acme.member_id)
    with refused("member_oauth_token_not_found", 404):
        await providers.google(organization_id=ids[0], member_id=ids[1])
    await log_in(acme, "google")
    plain = await providers.google(organization_id=ids[0], member_id=ids[1])
    whole = await providers.google(organization_id=ids[0], member_id=ids[1], include_refresh_token=True)
    assert ("Google", None) == (plain.provider_type, plain.refresh_token)
    assert plain.access_token
    assert whole.refresh_token
    with refused("member_oauth_token_not_found", 404):
        await providers.microsoft(organization_id=ids[0], member_id=ids[1])


async def test_tenants(acme: Tenant) -> None:
    """Those that were named at the login."""
    providers = acme.client.organizations.members.oauth_providers
    ids = (acme.organization_id, acme.member_id)
    for provider in ("slack", "hubspot", "github"):
        await log_in(acme, provider, "T1, T2")
    slack = await providers.slack(organization_id=ids[0], member_id=ids[1])
    hubspot = await providers.hubspot(organization_id=ids[0], member_id=ids[1])
    github = await providers.github(organization_id=ids[0], member_id=ids[1])
    assert ["T1", "T2"] == [each.provider_tenant_id for each in slack.registrations]
    assert ["T1", "T2"] == [each.provider_tenant_id for each in hubspot.registrations]
    assert [["T1", "T2"]] == [each.provider_tenant_ids for each in github.registrations]


async def test_oidc(acme: Tenant) -> None:
    """Accounts behind OIDC connections alone."""
    members = acme.client.organizations.members
    for connection in (await saml(acme), await oidc(acme)):
        with refused("member_oidc_token_not_found", 404):
            await members.oidc_providers(organization_id=acme.organization_id, member_id=acme.member_id)
        _, found = await choose(acme.stytch, "/v1/public/sso/start", {"email_address": ADA}, connection_id=connection.connection_id)
        await acme.client.sso.authenticate(sso_token=found["token"])
    response = await members.oidc_providers(organization_id=acme.organization_id, member_id=acme.member_id)
    assert [connection.connection_id] == [each.connection_id for each in response.registrations]
