"""Sessions of the same person in another organization, and from access tokens of connected apps."""

from typing import Any

import aiohttp
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async.emulator import Emulator, ProjectSettings

REDIRECT = "https://app.example/callback"


async def test_exchange(acme: Tenant) -> None:
    """The old session lives on; an invitation is accepted."""
    login = await acme.reset()
    globex = await acme.client.organizations.create(organization_name="Globex", organization_slug="globex")
    made = await acme.client.organizations.members.create(
        organization_id="globex", email_address="ADA@example.com", create_member_as_pending=True
    )
    other = await acme.client.sessions.exchange(
        session_token=login.session_token, organization_id="globex", session_duration_minutes=10, session_custom_claims={"a": 1}
    )
    assert (made.member_id, "active", True) == (other.member_id, other.member.status, other.member_authenticated)
    assert globex.organization.organization_id == other.organization.organization_id
    assert other.member_session
    assert ({"a": 1}, ["password"]) == (
        other.member_session.custom_claims,
        [factor.type for factor in other.member_session.authentication_factors],
    )
    for token in (login.session_token, other.session_token):
        await acme.client.sessions.authenticate(session_token=token)
    by_jwt = await acme.client.sessions.exchange(session_jwt=other.session_jwt, organization_id=acme.organization_id)
    assert acme.member_id == by_jwt.member_id


async def test_exchange_joins_nobody(acme: Tenant) -> None:
    """Though the email domain may join by a login."""
    login = await acme.reset()
    await acme.client.organizations.create(
        organization_name="Open",
        organization_slug="open",
        email_allowed_domains=["example.com"],
        email_jit_provisioning="RESTRICTED",
    )
    exchange = acme.client.sessions.exchange
    with refused("member_not_found", 404):
        await exchange(session_token=login.session_token, organization_id="open")
    with refused("organization_not_found", 404):
        await exchange(session_token=login.session_token, organization_id="nobody")
    with refused("session_not_found", 404):
        await exchange(session_token="A" * 44, organization_id="open")
    with refused("no_session_arguments"):
        await exchange(organization_id="open")
    with refused("too_many_session_arguments"):
        await exchange(session_token=login.session_token, session_jwt=login.session_jwt, organization_id="open")


async def test_exchange_stops_at_a_second_factor(acme: Tenant) -> None:
    """With an intermediate session instead of a session."""
    login = await acme.reset()
    gated = await Tenant.make(acme.stytch, acme.client, mfa_policy="REQUIRED_FOR_ALL")
    other = await acme.client.sessions.exchange(session_token=login.session_token, organization_id=gated.organization_id)
    assert (False, "", None) == (other.member_authenticated, other.session_token, other.member_session)
    assert other.intermediate_session_token
    assert other.mfa_required


async def test_password_factor_is_bound() -> None:
    """Password of one organization does not count in another. Nothing else was proven."""
    async with Emulator(settings=ProjectSettings(cross_organization_passwords=False)) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        login = await acme.reset()
        other = await Tenant.make(stytch, client)
        with refused("insufficient_factors_for_session_exchange"):
            await client.sessions.exchange(session_token=login.session_token, organization_id=other.organization_id)
        same = await client.sessions.exchange(session_token=login.session_token, organization_id=acme.organization_id)
        assert same.member_session
        assert login.member_session
        assert login.member_session.member_session_id == same.member_session.member_session_id


async def access_token(acme: Tenant, *scopes: str) -> str:
    """Get an access token of a connected app."""
    app = await acme.client.connected_app.clients.create(
        client_type="first_party", redirect_urls=[REDIRECT], full_access_allowed=True
    )
    asks: dict[str, Any] = {
        "client_id": app.connected_app.client_id,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scopes": list(scopes),
        "organization_id": acme.organization_id,
        "member_id": acme.member_id,
    }
    code = (await acme.client.idp.oauth.authorize(**asks, consent_granted=True)).authorization_code

    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "client_id": app.connected_app.client_id,
        "client_secret": app.connected_app.client_secret,
    }
    url = f"{acme.stytch.url}/v1/public/{acme.stytch.project_id}/oauth2/token"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as response:
        return str((await response.json())["access_token"])


async def test_exchange_access_token(acme: Tenant) -> None:
    """Once, for a session of the member, whatever the organization requires."""
    await acme.client.organizations.update(organization_id=acme.organization_id, mfa_policy="REQUIRED_FOR_ALL")
    given = await access_token(acme, "full_access")
    exchange = acme.client.sessions.exchange_access_token
    login = await exchange(access_token=given, session_duration_minutes=10)
    assert (acme.member_id, ADA) == (login.member_id, login.member.email_address)
    assert login.member_session
    (factor,) = login.member_session.authentication_factors
    assert ("oauth", "oauth_access_token_exchange") == (factor.type, factor.delivery_method)
    await acme.client.sessions.authenticate(session_token=login.session_token)
    with refused("idp_access_token_could_not_be_exchanged", 404):
        await exchange(access_token=given)


async def test_access_tokens_that_cannot_be_exchanged(acme: Tenant) -> None:
    """Without the scope, old ones, and tokens of other kinds."""
    exchange = acme.client.sessions.exchange_access_token
    with refused("oauth_access_token_exchange_missing_full_access"):
        await exchange(access_token=await access_token(acme, "openid"))
    session_jwt = (await acme.reset()).session_jwt
    for other in ("nonsense", session_jwt):
        with refused("idp_access_token_not_found", 404):
            await exchange(access_token=other)
    given = await access_token(acme, "full_access")
    acme.stytch.advance(minutes=6)
    with refused("oauth_access_token_exchange_token_too_old"):
        await exchange(access_token=given)
    acme.stytch.advance(minutes=60)
    with refused("idp_access_token_could_not_be_exchanged", 404):
        await exchange(access_token=given)
