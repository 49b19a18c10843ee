"""Magic links for members of an organization."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.tenants import ADA, PASSWORD, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.api.magic_links import AuthenticateResponse
from stytch_b2b_async.emulator import Emulator, ProjectSettings
from stytch_b2b_async.emulator.rules.login.pkce import challenge_of

VERIFIER = "a-verifier-of-at-least-forty-three-characters-1"
UNKNOWN = "x" * 44


async def mailed(tenant: Tenant, email: str = ADA, **options: Any) -> str:
    """Send a link, and take the token out of the mail."""
    await tenant.client.magic_links.email.login_or_signup(organization_id=tenant.organization_id, email_address=email, **options)
    return tenant.stytch.outbox.last(to=email).token


async def log_in(tenant: Tenant, token: str | None = None, **options: Any) -> AuthenticateResponse:
    return await tenant.client.magic_links.authenticate(magic_links_token=token or await mailed(tenant), **options)


async def test_a_link_logs_a_member_in(acme: Tenant) -> None:
    """With a factor that names the address, which is verified from then on."""
    login = await log_in(acme)
    assert login.member_session is not None
    (factor,) = login.member_session.authentication_factors
    assert factor.email_factor is not None
    assert ("magic_link", "email", ADA) == (factor.type, factor.delivery_method, factor.email_factor.email_address)
    assert factor.email_factor.email_id == login.method_id
    assert (acme.organization_id, acme.member_id, True) == (
        login.organization_id,
        login.member_id,
        login.member.email_address_verified,
    )
    assert {login.member_session.member_session_id} == await acme.sessions()


async def test_link_leads_where_the_vendors_leads(acme: Tenant) -> None:
    """The query names the type, the token and the organization, beside what the redirect has."""
    token = await mailed(acme, login_redirect_url="https://app.example.com/login?lang=fr#top")
    mail = acme.stytch.outbox[-1]
    url = urlsplit(mail.url)
    assert ("login", "app.example.com", "/login", "top") == (mail.kind, url.netloc, url.path, url.fragment)
    expected = {"lang": ["fr"], "slug": ["acme"], "stytch_token_type": ["multi_tenant_magic_links"], "token": [token]}
    assert expected == parse_qs(url.query)


async def test_link_works_once(acme: Tenant) -> None:
    """A used one, an unknown one and one of another kind are told apart."""
    token = await mailed(acme)
    await log_in(acme, token)
    with refused("unable_to_auth_magic_link", 401):
        await log_in(acme, token)
    await acme.client.magic_links.email.discovery.send(email_address=ADA)
    for other in (UNKNOWN, "not a token", acme.stytch.outbox[-1].token, await acme.mailed_token()):
        with refused("magic_link_not_found", 404):
            await log_in(acme, other)


@pytest.mark.parametrize(("minutes", "lives"), [(None, 60), (5, 5), (10_080, 10_080)])
async def test_link_expires(acme: Tenant, minutes: int | None, lives: int) -> None:
    """After an hour, or as asked, to the second."""
    for later, works in ((lives * 60 - 1, True), (lives * 60, False)):
        token = await mailed(acme, login_expiration_minutes=minutes)
        acme.stytch.advance(seconds=later)
        if works:
            await log_in(acme, token)
        else:
            with refused("unable_to_auth_magic_link", 401):
                await log_in(acme, token)


async def test_failed_call_leaves_the_link_usable(acme: Tenant) -> None:
    """Nothing of a rejected call stays."""
    token = await mailed(acme)
    with refused("session_not_found", 404):
        await log_in(acme, token, session_token=UNKNOWN)
    with refused("intermediate_session_not_found", 404):
        await log_in(acme, token, intermediate_session_token=UNKNOWN)
    assert (await log_in(acme, token)).member_authenticated


@pytest.mark.parametrize(
    ("challenge", "verifier", "error_type"),
    [
        (None, VERIFIER, "pkce_did_not_expect_code_verifier"),
        (challenge_of(VERIFIER), None, "pkce_expected_code_verifier"),
        (challenge_of(VERIFIER), "another", "pkce_mismatch"),
        (challenge_of(VERIFIER), VERIFIER, None),
    ],
)
async def test_pkce(acme: Tenant, challenge: str | None, verifier: str | None, error_type: str | None) -> None:
    """A wrong verifier does not use the link up."""
    token = await mailed(acme, pkce_code_challenge=challenge)
    if error_type is not None:
        with refused(error_type):
            await log_in(acme, token, pkce_code_verifier=verifier)
        verifier = VERIFIER if challenge else None
    assert (await log_in(acme, token, pkce_code_verifier=verifier)).member_authenticated


@pytest.mark.parametrize(
    ("options", "error_type", "status"),
    [
        ({"pkce_code_challenge": "short"}, "invalid_pkce_code_challenge", 400),
        ({"login_redirect_url": "nowhere"}, "invalid_login_redirect_url", 400),
        ({"signup_redirect_url": "javascript:alert(1)"}, "invalid_signup_redirect_url", 400),
        ({"login_redirect_url": "https://evil.example.com"}, "no_match_for_provided_magic_link_url", 400),
        ({"login_redirect_url": "app:login"}, "no_match_for_provided_magic_link_url", 400),
        ({"login_expiration_minutes": 4}, "invalid_expiration", 400),
        ({"signup_expiration_minutes": 10_081}, "invalid_expiration", 400),
        ({"login_template_id": "unknown"}, "email_template_not_found", 404),
        ({"locale": "tlh"}, "invalid_locale", 400),
        ({"email_address": "ada"}, "invalid_email", 400),
        ({"organization_id": "nobody"}, "organization_not_found", 404),
    ],
)
async def test_parameters_are_checked(options: dict[str, Any], error_type: str, status: int) -> None:
    """Nothing is sent."""
    settings = ProjectSettings(redirect_urls=frozenset({"https://app.example.com/login"}), email_templates=frozenset({"welcome"}))
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        given: dict[str, Any] = {"organization_id": acme.organization_id, "email_address": ADA, **options}
        with refused(error_type, status):
            await client.magic_links.email.login_or_signup(**given)
        assert 0 == len(stytch.outbox)
        await mailed(acme, login_redirect_url="https://app.example.com/login", login_template_id="welcome", locale="fr")


async def test_missing_redirect() -> None:
    """Redirects without a default must be given. Each kind of mail has its own."""
    settings = ProjectSettings(
        login_redirect_url=None, signup_redirect_url=None, invite_redirect_url=None, discovery_redirect_url=None
    )
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        links, home = client.magic_links.email, acme.organization_id
        with refused("no_default_login_redirect_url_set"):
            await links.login_or_signup(organization_id=home, email_address=ADA)
        await client.organizations.members.create(
            organization_id=home, email_address="grace@example.com", create_member_as_pending=True
        )
        with refused("no_default_signup_redirect_url_set"):
            await links.login_or_signup(
                organization_id=home, email_address="grace@example.com", login_redirect_url="https://a.example"
            )
        with refused("no_default_invite_redirect_url_set"):
            await links.invite(organization_id=home, email_address="eve@example.com")
        with refused("no_default_discovery_redirect_url_set"):
            await links.discovery.send(email_address=ADA)


async def test_native_redirect_needs_pkce(acme: Tenant) -> None:
    """Any app on the device may have registered the scheme."""
    with refused("pkce_required_for_native_callback"):
        await mailed(acme, login_redirect_url="app://login")
    await mailed(acme, login_redirect_url="app://login", pkce_code_challenge=challenge_of(VERIFIER))
    assert acme.stytch.outbox[-1].url.startswith("app://login?")


async def test_sign_up_by_domain(client: Client, stytch: Emulator) -> None:
    """Unknown people sign up where their domain may join. Pending until they follow the link; a second mail finds them."""
    acme = await Tenant.make(stytch, client, email_jit_provisioning="RESTRICTED", email_allowed_domains=["example.com"])
    send = client.magic_links.email.login_or_signup
    sent = await send(organization_id=acme.organization_id, email_address="grace@example.com")
    assert (True, "pending", False) == (sent.member_created, sent.member.status, sent.member.email_address_verified)
    assert "signup" == stytch.outbox[-1].kind
    assert not (await send(organization_id=acme.organization_id, email_address="Grace@example.com")).member_created
    login = await log_in(acme, stytch.outbox[-1].token)
    assert ("active", True, sent.member_id) == (login.member.status, login.member.email_address_verified, login.member_id)
    await mailed(acme, "grace@example.com")
    assert "login" == stytch.outbox[-1].kind
    with refused("invalid_email_for_jit_provisioning"):
        await send(organization_id=acme.organization_id, email_address="eve@example.org")


async def test_unknown_people_cannot_sign_up_by_default(acme: Tenant) -> None:
    """The organization must open itself."""
    with refused("email_jit_provisioning_not_allowed"):
        await mailed(acme, "grace@example.com")
    assert 0 == len(acme.stytch.outbox)


async def test_organization_may_not_take_links(client: Client, stytch: Emulator) -> None:
    """Neither when one is mailed nor when one is opened."""
    acme = await Tenant.make(stytch, client)
    token = await mailed(acme)
    await client.organizations.update(organization_id=acme.organization_id, auth_methods="RESTRICTED", allowed_auth_methods=["sso"])
    with refused("operation_restricted_by_organization_auth_methods"):
        await log_in(acme, token)
    with refused("operation_restricted_by_organization_auth_methods"):
        await mailed(acme)
    await client.organizations.members.update(organization_id=acme.organization_id, member_id=acme.member_id, is_breakglass=True)
    assert (await log_in(acme, token)).member_authenticated


async def test_locked_members_cannot_log_in_by_link(acme: Tenant) -> None:
    """Until the lock ends; the link is still good then."""
    await acme.reset()
    token = await mailed(acme, login_expiration_minutes=120)
    await acme.fail(10)
    with refused("user_lock_limit_reached", 429):
        await log_in(acme, token)
    acme.stytch.advance(hours=1)
    assert (await log_in(acme, token)).member_authenticated


async def test_reset_of_lock_counter(acme: Tenant) -> None:
    """Success by link resets the count of failures. All methods share one count."""
    await acme.reset()
    await acme.fail(9)
    await log_in(acme)
    await acme.fail(9)
    assert (await log_in(acme)).member_authenticated


async def test_invalidated_links(acme: Tenant) -> None:
    """Link of a deleted member or changed address ends. The mailbox is no longer a member's."""
    token = await mailed(acme)
    await acme.client.organizations.members.update(
        organization_id=acme.organization_id, member_id=acme.member_id, email_address="grace@example.com"
    )
    with refused("magic_link_not_found", 404):
        await log_in(acme, token)
    token = await mailed(acme, "grace@example.com")
    await acme.client.organizations.members.delete(organization_id=acme.organization_id, member_id=acme.member_id)
    with refused("magic_link_not_found", 404):
        await log_in(acme, token)


async def test_login_by_reset_mail(acme: Tenant) -> None:
    """Reset mail also logs in without a password.

    Its second link is a magic link, of a member or of a person, with the same PKCE challenge.
    """
    await acme.mailed_token(login_redirect_url="https://app.example.com/in", code_challenge=challenge_of(VERIFIER))
    url = urlsplit(acme.stytch.outbox[-1].login_url)
    query = parse_qs(url.query)
    (token,) = query.pop("token")
    expected = {"slug": ["acme"], "stytch_redirect_type": ["login"], "stytch_token_type": ["multi_tenant_magic_links"]}
    assert ("app.example.com", expected) == (url.netloc, query)
    with refused("pkce_expected_code_verifier"):
        await log_in(acme, token)
    assert (await log_in(acme, token, pkce_code_verifier=VERIFIER)).member_authenticated
    await acme.client.passwords.discovery.email.reset_start(email_address=ADA)
    query = parse_qs(urlsplit(acme.stytch.outbox[-1].login_url).query)
    (token,) = query.pop("token")
    assert {"stytch_redirect_type": ["login"], "stytch_token_type": ["discovery"]} == query
    found = await acme.client.magic_links.discovery.authenticate(discovery_magic_links_token=token)
    assert ADA == found.email_address


async def test_session_extension(acme: Tenant) -> None:
    """Link extends a session of the same member alone. Another member's session is ignored, and stays."""
    first = await acme.reset()
    again = await log_in(acme, session_token=first.session_token, session_duration_minutes=120)
    assert again.member_session is not None
    assert first.session_token == again.session_token
    kinds = [factor.type for factor in again.member_session.authentication_factors]
    assert ["password", "magic_link"] == kinds
    other = await Tenant.make(acme.stytch, acme.client)
    login = await log_in(other, session_token=first.session_token)
    assert first.session_token != login.session_token
    with refused("too_many_session_arguments"):
        await log_in(acme, session_token=first.session_token, session_jwt=again.session_jwt)


async def test_claims_are_merged_and_bounded(acme: Tenant) -> None:
    """None deletes one; reserved names are ignored; 4 KB in all."""
    first = await log_in(acme, session_custom_claims={"plan": "pro", "beta": True, "sub": "eve"})
    again = await log_in(
        acme, session_token=first.session_token, session_duration_minutes=60, session_custom_claims={"beta": None, "team": 7}
    )
    assert again.member_session is not None
    assert {"plan": "pro", "team": 7} == again.member_session.custom_claims
    with refused("custom_claims_too_large"):
        await log_in(acme, session_custom_claims={"text": "x" * 4096})
    with refused("invalid_session_duration_minutes"):
        await log_in(acme, session_duration_minutes=4)


async def test_second_factor_stops_a_login_by_link(client: Client, stytch: Emulator) -> None:
    """Unless a live session of the member comes along; the intermediate session can be carried to another organization."""
    acme = await Tenant.make(stytch, client)
    live = await log_in(acme)
    await client.organizations.update(organization_id=acme.organization_id, mfa_policy="REQUIRED_FOR_ALL")
    assert (await log_in(acme, session_token=live.session_token)).member_authenticated
    login = await log_in(acme, session_duration_minutes=5, session_custom_claims={"plan": "pro"})
    assert (False, "", None) == (login.member_authenticated, login.session_token, login.member_session)
    assert login.mfa_required is not None
    other = await Tenant.make(stytch, client)
    exchanged = await client.discovery.intermediate_sessions.exchange(
        intermediate_session_token=login.intermediate_session_token, organization_id=other.organization_id
    )
    assert (True, other.member_id) == (exchanged.member_authenticated, exchanged.member_id)
    with refused("intermediate_session_not_found", 404):
        await acme.log_in(PASSWORD, intermediate_session_token=login.intermediate_session_token)
