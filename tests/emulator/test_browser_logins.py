"""Logins in the browser: the start addresses lead to a page, its form back to the app, and the token into a session."""

from typing import Any

import pytest
from support.browser import choose, open_page
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator, ProjectSettings
from stytch_b2b_async.emulator.rules.login.pkce import challenge_of

from .test_sso_connections import external, other, saml

SSO = "/v1/public/sso/start"
GOOGLE = "/v1/b2b/public/oauth/google/start"
GITHUB = "/v1/b2b/public/oauth/github/start"
DISCOVERY = "/v1/b2b/public/oauth/google/discovery/start"
CALLBACK = "https://app.example/callback"
VERIFIER = "v" * 43
EVE = {"email_address": "eve@example.com", "name": "Eve"}


async def sso_token(acme: Tenant, connection_id: str, person: dict[str, str], **query: str) -> str:
    """Log in at the identity provider of a connection."""
    _, found = await choose(acme.stytch, SSO, person, connection_id=connection_id, **query)
    assert "sso" == found["stytch_token_type"]
    return found["token"]


async def oauth_token(acme: Tenant, path: str, person: dict[str, str]) -> str:
    """Log in at a provider."""
    _, found = await choose(acme.stytch, path, person, organization_id=acme.organization_id)
    assert "oauth" == found["stytch_token_type"]
    return found["token"]


async def test_sso_login(acme: Tenant) -> None:
    """A member logs in, with the factor, the registration and the roles of the connection; the token works once."""
    groups = [{"role_id": "stytch_admin", "group": "admins"}]
    connection = await saml(acme, saml_group_implicit_role_assignments=groups)
    token = await sso_token(acme, connection.connection_id, {"email_address": ADA, "groups": "staff, admins"})
    response = await acme.client.sso.authenticate(sso_token=token)
    assert response.member_session is not None
    (factor,) = response.member_session.authentication_factors
    assert factor.saml_sso_factor is not None
    assert ("sso", connection.connection_id) == (factor.type, factor.saml_sso_factor.provider_id)
    assert {"stytch_member", "stytch_admin"} == set(response.member_session.roles)
    (registration,) = response.member.sso_registrations
    assert connection.connection_id == registration.connection_id
    with refused("sso_token_not_found", 404):
        await acme.client.sso.authenticate(sso_token=token)
    by_password = await acme.reset()
    assert by_password.member_session is not None
    assert ["stytch_member"] == by_password.member_session.roles
    await acme.client.sso.delete_connection(organization_id=acme.organization_id, connection_id=connection.connection_id)
    found = await acme.client.organizations.members.get(organization_id=acme.organization_id, member_id=acme.member_id)
    assert [] == found.member.sso_registrations


@pytest.mark.parametrize("provisioning", ["ALL_ALLOWED", "RESTRICTED", "NOT_ALLOWED"])
async def test_sso_provisioning(acme: Tenant, provisioning: str) -> None:
    """Who is new joins only if the organization admits people through the connection."""
    connection = await saml(acme)
    settings: dict[str, Any] = {"sso_jit_provisioning": provisioning}
    if provisioning == "RESTRICTED":
        allowed = await saml(acme, idp_entity_id="urn:other")
        settings["sso_jit_provisioning_allowed_connections"] = [allowed.connection_id]
    await acme.client.organizations.update(organization_id=acme.organization_id, **settings)
    token = await sso_token(acme, connection.connection_id, EVE)
    if provisioning == "ALL_ALLOWED":
        assert "Eve" == (await acme.client.sso.authenticate(sso_token=token)).member.name
        return
    with refused("invalid_connection_for_jit_provisioning"):
        await acme.client.sso.authenticate(sso_token=token)
    if provisioning == "RESTRICTED":
        token = await sso_token(acme, allowed.connection_id, EVE)
        assert "eve@example.com" == (await acme.client.sso.authenticate(sso_token=token)).member.email_address


async def test_organization_without_sso(acme: Tenant) -> None:
    """An organization that does not allow the method, or whose connection is gone, lets nobody in."""
    connection = await saml(acme)
    token = await sso_token(acme, connection.connection_id, {"email_address": ADA})
    await acme.client.organizations.update(
        organization_id=acme.organization_id, auth_methods="RESTRICTED", allowed_auth_methods=["password"]
    )
    with refused("operation_restricted_by_organization_auth_methods"):
        await acme.client.sso.authenticate(sso_token=token)
    await acme.client.sso.delete_connection(organization_id=acme.organization_id, connection_id=connection.connection_id)
    with refused("sso_connection_not_found", 404):
        await acme.client.sso.authenticate(sso_token=token)


async def test_external_connection(stytch: Emulator, client: Client, acme: Tenant) -> None:
    """People log in to an organization through the connection of another one."""
    borrowed = await external(acme, await saml(await other(stytch, client)))
    token = await sso_token(acme, borrowed.connection_id, {"email_address": ADA})
    response = await client.sso.authenticate(sso_token=token)
    assert (acme.organization_id, acme.member_id) == (response.organization_id, response.member_id)
    assert response.member_session is not None
    assert "stytch_admin" in response.member_session.roles


async def test_pkce(acme: Tenant) -> None:
    """A login that was started with a challenge needs its verifier; a wrong one does not use the token up."""
    connection = await saml(acme)
    person = {"email_address": ADA}
    token = await sso_token(acme, connection.connection_id, person, pkce_code_challenge=challenge_of(VERIFIER))
    with refused("pkce_expected_code_verifier"):
        await acme.client.sso.authenticate(sso_token=token)
    with refused("pkce_mismatch"):
        await acme.client.sso.authenticate(sso_token=token, pkce_code_verifier="w" * 43)
    await acme.client.sso.authenticate(sso_token=token, pkce_code_verifier=VERIFIER)
    token = await sso_token(acme, connection.connection_id, person)
    with refused("pkce_did_not_expect_code_verifier"):
        await acme.client.sso.authenticate(sso_token=token, pkce_code_verifier=VERIFIER)


async def test_tokens_expire(acme: Tenant) -> None:
    """After some minutes."""
    connection = await saml(acme)
    token = await sso_token(acme, connection.connection_id, {"email_address": ADA})
    acme.stytch.advance(minutes=6)
    with refused("sso_token_not_found", 404):
        await acme.client.sso.authenticate(sso_token=token)


async def test_redirects(acme: Tenant) -> None:
    """Members are led to the login redirect, others to the one for new members; both keep their own query."""
    connection = await saml(acme)
    urls = {"login_redirect_url": f"{CALLBACK}?from=a%26b", "signup_redirect_url": "https://app.example/welcome"}
    url, found = await choose(
        acme.stytch, SSO, {"email_address": ADA}, organization_id=acme.organization_id, connection_id="", **urls
    )
    assert (CALLBACK, "a&b") == (url, found["from"])
    url, _ = await choose(acme.stytch, SSO, EVE, connection_id=connection.connection_id, **urls)
    assert "https://app.example/welcome" == url


async def test_login_started_by_identity_provider(acme: Tenant) -> None:
    """Login that begins at the identity provider.

    It leads to the project's default redirect, unless the connection forbids it.
    """
    connection = await saml(acme)
    path = f"/v1/b2b/sso/callback/{connection.connection_id}"
    _, found = await choose(acme.stytch, path, {"email_address": ADA})
    await acme.client.sso.authenticate(sso_token=found["token"])
    await acme.client.sso.saml.update_connection(
        organization_id=acme.organization_id, connection_id=connection.connection_id, idp_initiated_auth_disabled=True
    )
    page = await open_page(acme.stytch, path)
    assert 400 == page.status
    assert "saml_idp_initiated_auth_disabled" in page.text


async def test_google_login(acme: Tenant) -> None:
    """A verified address is enough; who is new joins by the email domain."""
    response = await acme.client.oauth.authenticate(oauth_token=await oauth_token(acme, GOOGLE, {"email_address": ADA}))
    assert ("Google", True) == (response.provider_type, response.member_authenticated)
    assert response.member.email_address_verified
    assert ["Google"] == [each.provider_type for each in response.member.oauth_registrations]
    token = await oauth_token(acme, GOOGLE, EVE)
    with refused("email_jit_provisioning_not_allowed"):
        await acme.client.oauth.authenticate(oauth_token=token)
    await acme.client.organizations.update(
        organization_id=acme.organization_id, email_jit_provisioning="RESTRICTED", email_allowed_domains=["example.com"]
    )
    joined = await acme.client.oauth.authenticate(oauth_token=token)
    assert ("eve@example.com", "active") == (joined.member.email_address, joined.member.status)


async def test_provider_that_verifies_no_address(acme: Tenant) -> None:
    """Whoever has somebody's address there is let in only once the mailbox was proven; then the account is theirs."""
    person = {"email_address": ADA, "tenants": "T1"}
    response = await acme.client.oauth.authenticate(oauth_token=await oauth_token(acme, GITHUB, person))
    assert ("", False, []) == (response.session_token, response.member_authenticated, response.member.oauth_registrations)
    assert response.primary_required is not None
    assert "magic_link" in response.primary_required.allowed_auth_methods
    await acme.client.magic_links.email.login_or_signup(organization_id=acme.organization_id, email_address=ADA)
    proven = await acme.client.magic_links.authenticate(
        magic_links_token=acme.stytch.outbox.last(to=ADA).token, intermediate_session_token=response.intermediate_session_token
    )
    assert ["Github"] == [each.provider_type for each in proven.member.oauth_registrations]
    again = await acme.client.oauth.authenticate(oauth_token=await oauth_token(acme, GITHUB, person))
    assert again.member_authenticated


async def tenants_of(acme: Tenant, **allowed: list[str]) -> None:
    """Admit the members of some workspaces."""
    await acme.client.organizations.update(
        organization_id=acme.organization_id, oauth_tenant_jit_provisioning="RESTRICTED", allowed_oauth_tenants=allowed
    )


async def test_joining_by_oauth_tenant(acme: Tenant) -> None:
    """Who is new joins by a workspace of the organization's; the login is done once the mailbox was proven, too."""
    eve = {**EVE, "tenants": "T9, T1"}
    with refused("email_jit_provisioning_not_allowed"):
        await acme.client.oauth.authenticate(oauth_token=await oauth_token(acme, GITHUB, eve))
    await tenants_of(acme, github=["T1", "T2"])
    joined = await acme.client.oauth.authenticate(oauth_token=await oauth_token(acme, GITHUB, eve))
    assert ("eve@example.com", "pending", False) == (joined.member.email_address, joined.member.status, joined.member_authenticated)
    await acme.client.magic_links.email.login_or_signup(organization_id=acme.organization_id, email_address=EVE["email_address"])
    proven = await acme.client.magic_links.authenticate(
        magic_links_token=acme.stytch.outbox.last(to=EVE["email_address"]).token,
        intermediate_session_token=joined.intermediate_session_token,
    )
    assert (joined.member_id, "active", True) == (proven.member_id, proven.member.status, proven.member_authenticated)
    assert ["Github"] == [each.provider_type for each in proven.member.oauth_registrations]


@pytest.mark.parametrize(
    ("path", "tenants"),
    [(GITHUB, "T9"), (GITHUB, ""), (GITHUB.replace("github", "slack"), "T1"), (GOOGLE, "T1")],
    ids=["another workspace", "none", "another provider's", "a provider without workspaces"],
)
async def test_other_oauth_tenants(acme: Tenant, path: str, tenants: str) -> None:
    """They let nobody join, and leave no member."""
    await tenants_of(acme, github=["T1"])
    token = await oauth_token(acme, path, {**EVE, "tenants": tenants})
    reason = "invalid_oauth_tenant_for_jit_provisioning" if tenants and path != GOOGLE else "email_jit_provisioning_not_allowed"
    with refused(reason):
        await acme.client.oauth.authenticate(oauth_token=token)
    found = await acme.client.organizations.members.search(organization_ids=[acme.organization_id])
    assert [ADA] == [member.email_address for member in found.members]


async def test_discovery_by_oauth_tenant(acme: Tenant) -> None:
    """A person finds the organizations that admit the workspace, and joins one."""
    await tenants_of(acme, slack=["T1"])
    path = DISCOVERY.replace("google", "slack")
    _, sent = await choose(acme.stytch, path, {**EVE, "tenants": "T1"}, discovery_redirect_url=CALLBACK)
    response = await acme.client.oauth.discovery.authenticate(discovery_oauth_token=sent["token"])
    (found,) = response.discovered_organizations
    assert found.membership is not None
    assert "eligible_to_join_by_oauth_tenant" == found.membership.type
    assert {"provider": "slack", "tenants": ["T1"]} == found.membership.details
    joined = await acme.client.discovery.intermediate_sessions.exchange(
        intermediate_session_token=response.intermediate_session_token, organization_id=acme.organization_id
    )
    assert ("eve@example.com", "pending") == (joined.member.email_address, joined.member.status)


async def test_discovery(acme: Tenant) -> None:
    """A person finds the organizations, and chooses one."""
    url, found = await choose(acme.stytch, DISCOVERY, {"email_address": ADA, "name": "Ada"}, discovery_redirect_url=CALLBACK)
    assert (CALLBACK, "discovery_oauth") == (url, found["stytch_token_type"])
    response = await acme.client.oauth.discovery.authenticate(discovery_oauth_token=found["token"])
    assert ("Ada", "Google", 1) == (response.full_name, response.provider_type, len(response.discovered_organizations))
    login = await acme.client.discovery.intermediate_sessions.exchange(
        intermediate_session_token=response.intermediate_session_token, organization_id=acme.organization_id
    )
    assert login.member_authenticated
    with refused("oauth_token_not_found", 404):
        await acme.client.oauth.discovery.authenticate(discovery_oauth_token=found["token"])


async def test_discovery_with_unverified_address(acme: Tenant) -> None:
    """Discovery by a provider that verifies no address. It shows organizations, and lets in to none."""
    path = DISCOVERY.replace("google", "github")
    _, found = await choose(acme.stytch, path, {"email_address": ADA}, discovery_redirect_url=CALLBACK)
    response = await acme.client.oauth.discovery.authenticate(discovery_oauth_token=found["token"])
    login = await acme.client.discovery.intermediate_sessions.exchange(
        intermediate_session_token=response.intermediate_session_token, organization_id=acme.organization_id
    )
    assert ("", False) == (login.session_token, login.member_authenticated)
    assert login.primary_required is not None


@pytest.mark.parametrize(
    ("changes", "error_type"),
    [
        ({"public_token": ""}, "public_token_required"),
        ({"public_token": "public-token-test-11111111-1111-4111-8111-111111111111"}, "public_token_not_found"),
        ({"login_redirect_url": "https://evil.example/"}, "no_match_for_provided_sso_url"),
        ({"signup_redirect_url": "https://evil.example/"}, "no_match_for_provided_sso_url"),
        ({"login_redirect_url": "javascript:alert(1)"}, "invalid_login_redirect_url"),
        ({"pkce_code_challenge": "short"}, "invalid_pkce_code_challenge"),
        ({"connection_id": ""}, "missing_sso_connection_locator"),
        ({"slug": "acme"}, "too_many_sso_connection_locators"),
        ({"connection_id": "saml-connection-test-11111111-1111-4111-8111-111111111111"}, "sso_connection_not_found"),
    ],
)
async def test_bad_starts(changes: dict[str, str], error_type: str) -> None:
    """They end at a page, whose form is not accepted either: nothing is redirected."""
    settings = ProjectSettings(
        redirect_urls=frozenset({CALLBACK}), login_redirect_url=CALLBACK, signup_redirect_url=CALLBACK, public_token="public"
    )
    async with Emulator(settings=settings) as stytch, stytch.client(max_attempts=1) as client:
        connection = await saml(await Tenant.make(stytch, client))
        query = {"public_token": "public", "connection_id": connection.connection_id, **changes}
        for form in (None, {"email_address": ADA}):
            page = await open_page(stytch, SSO, form=form, **query)
            assert 400 == page.status
            assert error_type in page.text
            assert "location" not in page.headers


async def test_page_is_safe(acme: Tenant) -> None:
    """What people and organizations are called is escaped, and the page may do nothing but send its form."""
    evil = "<script>alert(1)</script>"
    await acme.client.organizations.members.update(
        organization_id=acme.organization_id, member_id=acme.member_id, name=evil, untrusted_metadata={}
    )
    page = await open_page(
        acme.stytch,
        GOOGLE,
        public_token=acme.stytch.public_token,
        organization_id=acme.organization_id,
        provider_login_hint=f'"{evil}',
        login_redirect_url="https://app.example;script-src 'unsafe-inline'/x",
    )
    assert 200 == page.status
    assert "<script" not in page.text
    assert [ADA, f'"{evil}'] == [form.fields["email_address"] for form in page.forms]
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


@pytest.mark.parametrize("form", [{}, {"email_address": "nobody"}, {"email_address": ADA, "name": "x" * 400}])
async def test_bad_forms(acme: Tenant, form: dict[str, str]) -> None:
    """They are refused with a page."""
    query = {"public_token": acme.stytch.public_token, "organization_id": acme.organization_id}
    page = await open_page(acme.stytch, GOOGLE, form=form, **query)
    assert 400 == page.status


async def test_redirect_is_a_header(acme: Tenant) -> None:
    """A redirect with other characters than a header may have is written in those."""
    url, found = await choose(
        acme.stytch, GOOGLE, {"email_address": ADA}, slug="acme", login_redirect_url="https://app.example/caf\u00e9?x=\u00fc"
    )
    assert url.isascii()
    assert "oauth" == found["stytch_token_type"]


async def test_public_token_stays(acme: Tenant) -> None:
    """It is the project's, and not a secret."""
    assert acme.stytch.public_token.startswith("public-token-test-")
    async with Emulator(acme.stytch.project_id) as again:
        assert again.public_token == acme.stytch.public_token
