"""Connected apps: registration, consent, tokens, introspection."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import attrs
import pytest
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator, ProjectSettings
from stytch_b2b_async.models.connected_apps import ConnectedAppWithClientSecret
from stytch_b2b_async.wire.incoming import HTTPRequest

REDIRECT = "https://app.example/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-pkce-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@attrs.frozen
class App:
    """A registered app and a member who uses it."""

    tenant: Tenant
    registered: ConnectedAppWithClientSecret

    def asks(self, *scopes: str, **options: Any) -> dict[str, Any]:
        """Make the arguments of an authorization request."""
        return {
            "client_id": self.registered.client_id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scopes": list(scopes),
            "organization_id": self.tenant.organization_id,
            "member_id": self.tenant.member_id,
            **options,
        }

    async def code(self, *scopes: str, **options: Any) -> str:
        """Let the member grant scopes."""
        answer = await self.tenant.client.idp.oauth.authorize(**self.asks(*scopes, consent_granted=True, **options))
        return answer.authorization_code or ""

    async def token(self, **parameters: str) -> tuple[int, dict[str, Any]]:
        """Call the token endpoint as the app."""
        credentials = {"client_id": self.registered.client_id, "client_secret": self.registered.client_secret or ""}
        body = urlencode({**credentials, "redirect_uri": REDIRECT, **parameters}).encode()
        transport = self.tenant.stytch._started().opened.dispatcher  # what an app would do over HTTP
        path = f"/v1/public/{self.tenant.stytch.project_id}/oauth2/token"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        response = await transport.answer(HTTPRequest("POST", path, "", headers, body))
        return response.status, json.loads(response.body)

    async def exchanged(self, *scopes: str, **options: Any) -> dict[str, Any]:
        """Get tokens for scopes."""
        status, found = await self.token(grant_type="authorization_code", code=await self.code(*scopes, **options))
        assert 200 == status, found
        return found


async def registered(acme: Tenant, kind: str = "first_party", **options: Any) -> App:
    made = await acme.client.connected_app.clients.create(client_type=kind, redirect_urls=[REDIRECT], **options)
    return App(acme, made.connected_app)


async def test_app_is_registered_with_a_secret(client: Client) -> None:
    """Shown once, and only if the app can keep it; the rest can be changed and found."""
    clients = client.connected_app.clients
    made = (await clients.create(client_type="first_party", client_name="App", redirect_urls=[REDIRECT])).connected_app
    assert made.client_id.startswith("connected-app-test-")
    assert made.client_secret is not None
    assert made.client_secret[-4:] == made.client_secret_last_four
    changed = await clients.update(client_id=made.client_id, client_name="Other", redirect_urls=[], full_access_allowed=True)
    shown = changed.connected_app
    assert ("Other", [], True, 60) == (
        shown.client_name,
        shown.redirect_urls,
        shown.full_access_allowed,
        shown.access_token_expiry_minutes,
    )
    assert shown == (await clients.get(client_id=made.client_id)).connected_app
    public = (await clients.create(client_type="third_party_public")).connected_app
    assert (None, None) == (public.client_secret, public.client_secret_last_four)
    with refused("public_connected_apps_do_not_have_secrets"):
        await clients.secrets.rotate_start(client_id=public.client_id)
    page = await clients.search(limit=1)
    assert ([made.client_id], 2) == ([app.client_id for app in page.connected_apps], page.results_metadata.total)
    await clients.delete(client_id=made.client_id)
    with refused("connected_app_not_found", 404):
        await clients.get(client_id=made.client_id)


@pytest.mark.parametrize(
    ("options", "error_type"),
    [
        ({"client_type": "enemy"}, "invalid_connected_app_type"),
        ({"client_type": "third_party", "full_access_allowed": True}, "third_party_clients_cannot_use_full_access"),
        (
            {"client_type": "third_party", "bypass_consent_for_offline_access": True},
            "third_party_clients_require_consent_for_offline_access",
        ),
        ({"access_token_expiry_minutes": 0}, "idp_invalid_access_token_expiry_minutes"),
        ({"access_token_template_content": "[1]"}, "idp_invalid_access_token_jwt_template"),
        ({"id_token_template_content": "{"}, "idp_invalid_access_token_jwt_template"),
        ({"redirect_urls": ["app.example/callback"]}, "connected_app_redirect_url_must_include_scheme"),
        ({"redirect_urls": ["http://app.example"]}, "connected_app_redirect_url_http_scheme_must_use_loopback"),
        ({"redirect_urls": ["app://callback"]}, "connected_app_redirect_url_must_use_http_or_https_scheme"),
        ({"redirect_urls": ["https://"]}, "connected_app_invalid_redirect_url"),
        ({"redirect_urls": ["https://[x"]}, "connected_app_invalid_redirect_url"),
    ],
)
async def test_invalid_app(client: Client, options: dict[str, Any], error_type: str) -> None:
    """Each has its own error type."""
    with refused(error_type):
        await client.connected_app.clients.create(**{"client_type": "first_party", **options})


async def test_secret_is_rotated(acme: Tenant) -> None:
    """Both work until the rotation ends."""
    app, secrets = await registered(acme), acme.client.connected_app.clients.secrets
    name = app.registered.client_id
    with refused("connected_app_not_rotating_secret"):
        await secrets.rotate(client_id=name)
    new = (await secrets.rotate_start(client_id=name)).connected_app.next_client_secret
    with refused("connected_app_already_rotating_secret"):
        await secrets.rotate_start(client_id=name)
    introspect = acme.client.idp.introspect_token_network
    for secret in (new, app.registered.client_secret):
        assert False is (await introspect(token="x", client_id=name, client_secret=secret)).active
    assert new[-4:] == (await secrets.rotate(client_id=name)).connected_app.client_secret_last_four
    with refused("invalid_client", 401):
        await introspect(token="x", client_id=name, client_secret=app.registered.client_secret)
    await secrets.rotate_start(client_id=name)
    assert (await secrets.rotate_cancel(client_id=name)).connected_app.next_client_secret_last_four is None


async def test_consent_page_learns_what_is_asked() -> None:
    """Scopes of the policy are grantable if the member's roles allow them; third parties need consent."""
    settings = ProjectSettings(scopes={"read:documents": {"documents": ["read"]}}, roles={"reader": {"documents": ["read"]}})
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        app = await registered(acme, "third_party", client_name="Theirs")
        scopes = ["openid", "full_access", "read:documents", "unknown"]
        start = client.idp.oauth.authorize_start
        asked = await start(**app.asks(*scopes))
        assert (True, "Theirs") == (asked.consent_required, asked.client.client_name)
        assert [True, False, False, False] == [result.is_grantable for result in asked.scope_results]
        await client.organizations.members.update(organization_id=acme.organization_id, member_id=acme.member_id, roles=["reader"])
        assert [True, False, True, False] == [result.is_grantable for result in (await start(**app.asks(*scopes))).scope_results]
        await app.code("read:documents")
        assert not (await start(**app.asks("read:documents"))).consent_required
        assert (await start(**app.asks("read:documents", prompt="consent"))).consent_required
        assert (await start(**app.asks("read:documents", "openid"))).consent_required
        assert not (await start(**(await registered(acme)).asks("openid"))).consent_required


@pytest.mark.parametrize(
    ("options", "error_type", "status"),
    [
        ({"client_id": "nobody"}, "connected_app_not_found", 404),
        ({"redirect_uri": "https://evil.example"}, "connected_app_supplied_redirect_url_not_found_in_client", 401),
        ({"response_type": "token"}, "bad_request", 400),
        ({"member_id": None}, "no_session_arguments", 400),
        ({"member_id": "nobody"}, "member_not_found", 404),
        ({"session_token": "A" * 44}, "session_not_found", 404),
    ],
)
async def test_invalid_authorization_request(acme: Tenant, options: dict[str, Any], error_type: str, status: int) -> None:
    """Neither a page nor a code comes of it."""
    app = await registered(acme)
    with refused(error_type, status):
        await acme.client.idp.oauth.authorize_start(**app.asks("openid", **options))
    with refused(error_type, status):
        await acme.client.idp.oauth.authorize(**app.asks("openid", consent_granted=True, **options))


async def test_organization_decides_on_apps(acme: Tenant) -> None:
    """By kind, and by list."""
    app = await registered(acme)
    update = acme.client.organizations.update
    await update(organization_id=acme.organization_id, first_party_connected_apps_allowed_type="NOT_ALLOWED")
    with refused("connected_app_not_allowed_for_org"):
        await acme.client.idp.oauth.authorize_start(**app.asks("openid"))
    await update(
        organization_id=acme.organization_id,
        first_party_connected_apps_allowed_type="RESTRICTED",
        allowed_first_party_connected_apps=[app.registered.client_id],
    )
    await acme.client.idp.oauth.authorize_start(**app.asks("openid"))


async def test_refusals_lead_back_to_the_app(acme: Tenant) -> None:
    """With an OAuth error and the state."""
    app = await registered(acme)
    denied = await acme.client.idp.oauth.authorize(**app.asks("openid", consent_granted=False, state="s 1"))
    assert {"error": ["access_denied"], "state": ["s 1"]} == parse_qs(urlsplit(denied.redirect_uri).query)
    assert denied.authorization_code is None
    scope = await acme.client.idp.oauth.authorize(**app.asks("full_access", consent_granted=True))
    assert {"error": ["invalid_scope"]} == parse_qs(urlsplit(scope.redirect_uri).query)
    public = await registered(acme, "first_party_public")
    with refused("invalid_pkce_code_challenge"):
        await public.code("openid")


async def test_code_is_exchanged_once(acme: Tenant) -> None:
    """For an access token that the client verifies, an id token and a refresh token."""
    app = await registered(
        acme, access_token_template_content='{"plan": "pro", "sub": "evil"}', access_token_custom_audience="https://api.example"
    )
    code = await app.code("openid", "email", "offline_access", nonce="n-1", state="s")
    status, found = await app.token(grant_type="authorization_code", code=code)
    assert 200 == status
    local = await acme.client.idp.introspect_access_token_local(access_token=found["access_token"])
    assert (acme.member_id, app.registered.client_id) == (local.subject, local.client_id)
    assert (acme.organization_id, "openid email offline_access") == (local.organization_id, local.scope)
    assert "pro" == local.custom_claims["plan"]
    assert [acme.stytch.project_id, "https://api.example"] == local.audience
    id_claims = json.loads(base64.urlsafe_b64decode(found["id_token"].split(".")[1] + "=="))
    assert (ADA, "n-1", [app.registered.client_id]) == (id_claims["email"], id_claims["nonce"], id_claims["aud"])
    assert (400, "invalid_grant") == _error(await app.token(grant_type="authorization_code", code=code))
    again = await app.token(grant_type="refresh_token", refresh_token=found["refresh_token"])
    assert 200 == again[0]
    assert (400, "invalid_grant") == _error(await app.token(grant_type="refresh_token", refresh_token=found["refresh_token"]))
    assert (400, "invalid_scope") == _error(
        await app.token(grant_type="refresh_token", refresh_token=again[1]["refresh_token"], scope="full_access")
    )


async def test_code_binding(acme: Tenant) -> None:
    """Code is bound to app redirect and verifier. And to ten minutes."""
    app, other = await registered(acme), await registered(acme)
    code = await app.code("openid", code_challenge=CHALLENGE)
    for parameters in ({}, {"code_verifier": "wrong"}, {"code_verifier": VERIFIER, "redirect_uri": "https://evil.example"}):
        assert (400, "invalid_grant") == _error(await app.token(grant_type="authorization_code", code=code, **parameters))
    assert (400, "invalid_grant") == _error(await other.token(grant_type="authorization_code", code=code, code_verifier=VERIFIER))
    assert 401 == (await app.token(grant_type="authorization_code", code=code, client_secret="wrong"))[0]
    acme.stytch.advance(minutes=11)
    assert (400, "invalid_grant") == _error(await app.token(grant_type="authorization_code", code=code, code_verifier=VERIFIER))


async def test_introspection(acme: Tenant) -> None:
    """Of the app's own tokens; others, forged and expired ones are not active."""
    app, other = await registered(acme), await registered(acme)
    found = await app.exchanged("openid", "offline_access")
    introspect = acme.client.idp.introspect_token_network
    mine: dict[str, Any] = {"client_id": app.registered.client_id, "client_secret": app.registered.client_secret}
    access = await introspect(token=found["access_token"], **mine)
    assert (True, acme.member_id, "access_token") == (access.active, access.sub, access.token_type)
    assert "refresh_token" == (await introspect(token=found["refresh_token"], **mine)).token_type
    theirs: dict[str, Any] = {"client_id": other.registered.client_id, "client_secret": other.registered.client_secret}
    for token, credentials in ((found["access_token"], theirs), (found["access_token"][:-4] + "AAAA", mine), ("x", mine)):
        answer = await introspect(token=token, **credentials)
        assert (False, None) == (answer.active, answer.sub)
    acme.stytch.advance(minutes=61)
    assert False is (await introspect(token=found["access_token"], **mine)).active


async def test_members_see_and_revoke_their_apps(acme: Tenant) -> None:
    """Then its tokens end, and it needs consent again."""
    app = await registered(acme, client_name="App")
    found = await app.exchanged("openid", "offline_access")
    organizations, name = acme.client.organizations, app.registered.client_id
    listed = await organizations.connected_apps(organization_id=acme.organization_id)
    assert [name] == [each.connected_app_id for each in listed.connected_apps]
    seen = await organizations.get_connected_app(organization_id=acme.organization_id, connected_app_id=name)
    granted = [(each.member_id, each.granted_scopes) for each in seen.active_members]
    assert [(acme.member_id, ["openid", "offline_access"])] == granted
    who: dict[str, Any] = {"organization_id": acme.organization_id, "member_id": acme.member_id}
    own = (await organizations.members.get_connected_apps(**who)).connected_apps
    assert [("App", "openid offline_access")] == [(each.name, each.scopes_granted) for each in own]
    await organizations.members.connected_apps.revoke(**who, connected_app_id=name)
    assert [] == (await organizations.members.get_connected_apps(**who)).connected_apps
    assert (400, "invalid_grant") == _error(await app.token(grant_type="refresh_token", refresh_token=found["refresh_token"]))
    with refused("connected_app_not_found", 404):
        await organizations.members.connected_apps.revoke(**who, connected_app_id=name)


async def test_deleted_app_leaves_nothing(acme: Tenant) -> None:
    """Nor does a deleted member."""
    app, other = await registered(acme), await registered(acme)
    await app.exchanged("openid")
    found = await other.exchanged("offline_access")
    await acme.client.connected_app.clients.delete(client_id=app.registered.client_id)
    listed = await acme.client.organizations.connected_apps(organization_id=acme.organization_id)
    assert [other.registered.client_id] == [each.connected_app_id for each in listed.connected_apps]
    await acme.client.organizations.members.delete(organization_id=acme.organization_id, member_id=acme.member_id)
    assert (400, "invalid_grant") == _error(await other.token(grant_type="refresh_token", refresh_token=found["refresh_token"]))


async def test_reactivated_member_is_asked_again(acme: Tenant) -> None:
    """Consents and tokens from before the deletion stay gone."""
    app = await registered(acme)
    await acme.reset()
    found = await app.exchanged("openid", "offline_access")
    who: dict[str, Any] = {"organization_id": acme.organization_id, "member_id": acme.member_id}
    await acme.client.organizations.members.delete(**who)
    await acme.client.organizations.members.reactivate(**who)
    assert [] == (await acme.client.organizations.members.get_connected_apps(**who)).connected_apps
    mine: dict[str, Any] = {"client_id": app.registered.client_id, "client_secret": app.registered.client_secret}
    assert False is (await acme.client.idp.introspect_token_network(token=found["access_token"], **mine)).active
    assert (400, "invalid_grant") == _error(await app.token(grant_type="refresh_token", refresh_token=found["refresh_token"]))


def _error(answer: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    return answer[0], answer[1].get("error", "")
