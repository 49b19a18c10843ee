"""The addresses at which browsers start logins: the emulator serves each, and a login that began there ends."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from support.browser import open_page
from support.tenants import ADA, Tenant

from stytch_b2b_async import PKCE
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.logins import StartURLs

CALLBACK = "https://app.example/auth/callback"
TOKEN = "public-token-test-11111111-1111-4111-8111-111111111111"


async def oidc(acme: Tenant) -> None:
    """Create the organization's only SSO connection."""
    made = await acme.client.sso.oidc.create_connection(organization_id=acme.organization_id)
    assert made.connection is not None
    await acme.client.sso.oidc.update_connection(
        organization_id=acme.organization_id,
        connection_id=made.connection.connection_id,
        issuer="https://idp.example",
        client_id="app",
        client_secret="secret of the app",
        authorization_url="https://idp.example/authorize",
        token_url="https://idp.example/token",
        userinfo_url="https://idp.example/userinfo",
        jwks_url="https://idp.example/jwks",
    )


async def finish(stytch: Emulator, url: str) -> dict[str, str]:
    """Open a start address, choose to be Ada, and return the query of the redirect."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}"
    assert 200 == (await open_page(stytch, path)).status
    answer = await open_page(stytch, path, form={"email_address": ADA})
    assert 303 == answer.status, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def test_every_start_leads_to_a_token() -> None:
    """With PKCE: the token needs the verifier."""
    pair = PKCE.generate()
    async with Emulator() as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        urls = StartURLs(stytch.public_token, base_url=stytch.url)
        await oidc(acme)
        started = urls.oauth("google", slug="acme", login_redirect_url=CALLBACK, pkce_code_challenge=pair.challenge)
        found = await finish(stytch, started)
        assert "oauth" == found["stytch_token_type"]
        login = await client.oauth.authenticate(oauth_token=found["token"], pkce_code_verifier=pair.verifier)
        assert acme.member_id == login.member_id

        found = await finish(stytch, urls.oauth_discovery("github", pkce_code_challenge=pair.challenge))
        assert "discovery_oauth" == found["stytch_token_type"]
        await client.oauth.discovery.authenticate(discovery_oauth_token=found["token"], pkce_code_verifier=pair.verifier)

        found = await finish(stytch, urls.sso(organization_id=acme.organization_id, pkce_code_challenge=pair.challenge))
        assert "sso" == found["stytch_token_type"]
        await client.sso.authenticate(sso_token=found["token"], pkce_code_verifier=pair.verifier)


def test_host_follows_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a custom domain is given, or the environment has one."""
    monkeypatch.delenv("STYTCH_BASE_URL", raising=False)
    assert "https://test.stytch.com" == StartURLs(TOKEN).base_url
    assert "https://api.stytch.com" == StartURLs(TOKEN.replace("test", "live", 1)).base_url
    assert "https://login.example.com" == StartURLs(TOKEN, base_url="https://login.example.com/").base_url
    monkeypatch.setenv("STYTCH_BASE_URL", "http://127.0.0.1:4100")
    monkeypatch.setenv("STYTCH_PUBLIC_TOKEN", TOKEN)
    assert ("http://127.0.0.1:4100", TOKEN) == (StartURLs().base_url, StartURLs().public_token)


def test_parameters_are_quoted() -> None:
    """And scopes and the provider's own parameters have the vendor's names."""
    urls = StartURLs(TOKEN)
    url = urls.oauth("goo/gle", slug="a&b", custom_scopes=["drive", "mail"], provider_params={"login_hint": "ada@example.com"})
    parts = urlsplit(url)
    assert "/v1/b2b/public/oauth/goo%2Fgle/start" == parts.path
    assert {
        "public_token": [TOKEN],
        "slug": ["a&b"],
        "custom_scopes": ["drive mail"],
        "provider_login_hint": ["ada@example.com"],
    } == parse_qs(parts.query)


@pytest.mark.parametrize(
    "build",
    [
        lambda urls: urls.sso(),
        lambda urls: urls.sso(connection_id="c", slug="acme"),
        lambda urls: urls.oauth("google"),
        lambda urls: urls.oauth("google", organization_id="o", slug="acme"),
        lambda urls: urls.oauth("..", slug="acme"),
        lambda urls: urls.oauth_discovery(""),
        lambda _: StartURLs("secret-test-1"),
        lambda _: StartURLs(TOKEN, base_url="javascript:alert(1)"),
    ],
)
def test_what_cannot_start_a_login_is_refused(build: Callable[[StartURLs], object]) -> None:
    urls = StartURLs(TOKEN)
    with pytest.raises(ValueError, match=r"give exactly one|provider must be|pass base_url|base_url must"):
        build(urls)
