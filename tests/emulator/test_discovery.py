"""Discovery: links to people, and what they may log in to, join or found."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.tenants import ADA, PASSWORD, Tenant, refused

from stytch_b2b_async import Client
from stytch_b2b_async.api._shared.responses import DiscoveryResponse, LoginResponse
from stytch_b2b_async.emulator import Emulator, ProjectSettings
from stytch_b2b_async.emulator.rules.login.pkce import challenge_of

GRACE = "grace@example.com"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-1"
UNKNOWN = "x" * 44
OPEN: dict[str, Any] = {"email_jit_provisioning": "RESTRICTED", "email_allowed_domains": ["example.com"]}


async def discover(stytch: Emulator, client: Client, email: str = ADA, **options: Any) -> DiscoveryResponse:
    """Log a person in by link, without an organization."""
    await client.magic_links.email.discovery.send(email_address=email, **options)
    return await client.magic_links.discovery.authenticate(
        discovery_magic_links_token=stytch.outbox.last(to=email, kind="discovery").token
    )


async def token_of(stytch: Emulator, client: Client, email: str = ADA) -> str:
    return (await discover(stytch, client, email)).intermediate_session_token


async def exchange(client: Client, token: str, organization_id: str, **options: Any) -> LoginResponse:
    return await client.discovery.intermediate_sessions.exchange(
        intermediate_session_token=token, organization_id=organization_id, **options
    )


def types(found: Any) -> list[str]:
    """List the kinds of membership."""
    return [one.membership.type for one in found.discovered_organizations]


async def test_link_finds_the_organizations_of_a_person(acme: Tenant) -> None:
    """Its query says that it is for discovery, without an organization's slug."""
    await acme.client.magic_links.email.discovery.send(
        email_address=ADA, discovery_redirect_url="https://app.example.com/d?lang=fr"
    )
    mail = acme.stytch.outbox.last(to=ADA, kind="discovery")
    assert {"lang": ["fr"], "stytch_token_type": ["discovery"], "token": [mail.token]} == parse_qs(urlsplit(mail.url).query)
    found = await acme.client.magic_links.discovery.authenticate(discovery_magic_links_token=mail.token)
    assert (ADA, ["active_member"]) == (found.email_address, types(found))
    assert found.discovered_organizations[0].member_authenticated
    assert found.intermediate_session_token_expires_at is not None


async def test_discovery_link_works_once_and_expires(acme: Tenant) -> None:
    """Apart from links of members."""
    client, stytch = acme.client, acme.stytch
    await discover(stytch, client)
    used = stytch.outbox[-1].token
    await client.magic_links.email.discovery.send(email_address=ADA, discovery_expiration_minutes=5)
    old = stytch.outbox[-1].token
    stytch.advance(minutes=5)
    for token in (used, old):
        with refused("unable_to_auth_magic_link", 401):
            await client.magic_links.discovery.authenticate(discovery_magic_links_token=token)
    await client.magic_links.email.login_or_signup(organization_id=acme.organization_id, email_address=ADA)
    for token in (UNKNOWN, stytch.outbox[-1].token):
        with refused("magic_link_not_found", 404):
            await client.magic_links.discovery.authenticate(discovery_magic_links_token=token)


async def test_pkce_of_a_discovery_link(acme: Tenant) -> None:
    """The verifier is required, and must match."""
    await acme.client.magic_links.email.discovery.send(email_address=ADA, pkce_code_challenge=challenge_of(VERIFIER))
    token = acme.stytch.outbox[-1].token
    authenticate = acme.client.magic_links.discovery.authenticate
    with refused("pkce_expected_code_verifier"):
        await authenticate(discovery_magic_links_token=token)
    with refused("pkce_mismatch"):
        await authenticate(discovery_magic_links_token=token, pkce_code_verifier="another")
    await authenticate(discovery_magic_links_token=token, pkce_code_verifier=VERIFIER)


@pytest.mark.parametrize(
    ("options", "error_type"),
    [
        ({"email_address": "ada"}, "invalid_email"),
        ({"discovery_redirect_url": "nowhere"}, "invalid_discovery_redirect_url"),
        ({"discovery_expiration_minutes": 10_081}, "invalid_expiration"),
        ({"pkce_code_challenge": "short"}, "invalid_pkce_code_challenge"),
        ({"locale": "tlh"}, "invalid_locale"),
    ],
)
async def test_link_parameters(acme: Tenant, options: dict[str, Any], error_type: str) -> None:
    """Parameters of a discovery link are checked. Nothing is sent."""
    given: dict[str, Any] = {"email_address": ADA, **options}
    with refused(error_type):
        await acme.client.magic_links.email.discovery.send(**given)
    assert 0 == len(acme.stytch.outbox)


async def test_list(client: Client, stytch: Emulator) -> None:
    """List by intermediate session and by session. Neither uses anything up; a session leaves out what could only be joined."""
    acme = await Tenant.make(stytch, client, GRACE, organization_slug="open", **OPEN)
    await client.magic_links.email.login_or_signup(organization_id=acme.organization_id, email_address=GRACE)
    await client.magic_links.authenticate(magic_links_token=stytch.outbox[-1].token)
    own = await Tenant.make(stytch, client)
    gated = await Tenant.make(stytch, client, mfa_policy="REQUIRED_FOR_ALL")
    token = await token_of(stytch, client)
    for _ in range(2):
        found = await client.discovery.organizations.list(intermediate_session_token=token)
    assert ["active_member", "active_member", "eligible_to_join_by_email_domain"] == types(found)
    assert [True, False, True] == [one.member_authenticated for one in found.discovered_organizations]
    assert (ADA, None) == (found.email_address, found.organization_id_hint)
    assert {"domain": "example.com"} == found.discovered_organizations[2].membership.details  # type: ignore[union-attr]
    login = await exchange(client, token, own.organization_id)
    for proof in ({"session_token": login.session_token}, {"session_jwt": login.session_jwt}):
        listed = await client.discovery.organizations.list(**proof)
        assert [own.organization_id, gated.organization_id] == [
            one.organization.organization_id for one in listed.discovered_organizations if one.organization
        ]
        assert [True, False] == [one.member_authenticated for one in listed.discovered_organizations]


async def test_list_needs_exactly_one_proof(acme: Tenant) -> None:
    """A live one."""
    organizations = acme.client.discovery.organizations
    token = await token_of(acme.stytch, acme.client)
    session = (await acme.reset()).session_token
    with refused("no_session_arguments"):
        await organizations.list()
    with refused("too_many_session_arguments"):
        await organizations.list(intermediate_session_token=token, session_token=session)
    with refused("intermediate_session_not_found", 404):
        await organizations.list(intermediate_session_token=UNKNOWN)
    with refused("invalid_session_token"):
        await organizations.list(intermediate_session_token="not a token")
    with refused("session_not_found", 404):
        await organizations.list(session_token=UNKNOWN)
    acme.stytch.advance(minutes=10)
    with refused("intermediate_session_not_found", 404):
        await organizations.list(intermediate_session_token=token)


async def test_list_hint(client: Client, stytch: Emulator) -> None:
    """List hints at the organization that a login began in.

    A password's intermediate session lists nothing: it cannot be carried on.
    """
    acme = await Tenant.make(stytch, client, mfa_policy="REQUIRED_FOR_ALL")
    await client.magic_links.email.login_or_signup(organization_id=acme.organization_id, email_address=ADA)
    login = await client.magic_links.authenticate(magic_links_token=stytch.outbox[-1].token)
    found = await client.discovery.organizations.list(intermediate_session_token=login.intermediate_session_token)
    assert acme.organization_id == found.organization_id_hint
    other = await Tenant.make(stytch, client)
    token = (await acme.reset()).intermediate_session_token
    with refused("invalid_intermediate_session_token_for_organization"):
        await client.discovery.organizations.list(intermediate_session_token=token)
    with refused("invalid_intermediate_session_token_for_organization"):
        await exchange(client, token, other.organization_id)
    with refused("invalid_intermediate_session_token_for_organization"):
        await client.discovery.organizations.create(intermediate_session_token=token)


async def test_exchange(acme: Tenant) -> None:
    """Exchange starts a session and uses the token up. With what the call asks of the session; the mailbox is verified."""
    token = await token_of(acme.stytch, acme.client)
    login = await exchange(acme.client, token, "acme", session_duration_minutes=5, session_custom_claims={"plan": "pro"})
    assert login.member_session is not None
    assert (acme.member_id, "", None) == (login.member_id, login.intermediate_session_token, login.primary_required)
    assert 300 == (login.member_session.expires_at - login.member_session.started_at).total_seconds()
    assert ({"plan": "pro"}, True) == (login.member_session.custom_claims, login.member.email_address_verified)
    with refused("intermediate_session_not_found", 404):
        await exchange(acme.client, token, acme.organization_id)


async def test_exchange_accepts_an_invitation(acme: Tenant) -> None:
    """Without its link; the membership says that it is one."""
    await acme.client.magic_links.email.invite(organization_id=acme.organization_id, email_address=GRACE)
    found = await discover(acme.stytch, acme.client, GRACE)
    assert ["invited_member"] == types(found)
    login = await exchange(acme.client, found.intermediate_session_token, acme.organization_id)
    assert ("active", True) == (login.member.status, login.member_authenticated)


async def test_exchange_joins_by_email_domain(client: Client, stytch: Emulator) -> None:
    """Once the organization has a member with a verified address of the domain."""
    acme = await Tenant.make(stytch, client, **OPEN)
    token = await token_of(stytch, client, GRACE)
    with refused("invalid_email_for_jit_provisioning"):
        await exchange(client, token, acme.organization_id)
    await acme.reset()
    login = await exchange(client, token, acme.organization_id)
    assert ("active", True, GRACE) == (login.member.status, login.member.email_address_verified, login.member.email_address)
    for email, error_type in (
        ("eve@example.org", "invalid_email_for_jit_provisioning"),
        (GRACE, "email_jit_provisioning_not_allowed"),
    ):
        home = acme if email != GRACE else await Tenant.make(stytch, client)
        with refused(error_type):
            await exchange(client, await token_of(stytch, client, email), home.organization_id)


async def test_unverified_address(client: Client, stytch: Emulator) -> None:
    """Nobody joins by an address that they did not verify. A password alone does not show whose mailbox it is."""
    acme = await Tenant.make(stytch, client, **OPEN)
    await acme.reset()
    await client.passwords.discovery.email.reset_start(email_address=GRACE)
    await client.passwords.discovery.email.reset(password_reset_token=stytch.outbox[-1].token, password=PASSWORD)
    found = await client.passwords.discovery.authenticate(email_address=GRACE, password=PASSWORD)
    assert [] == found.discovered_organizations
    with refused("email_verification_required"):
        await exchange(client, found.intermediate_session_token, acme.organization_id)


async def test_incomplete_exchange(client: Client, stytch: Emulator) -> None:
    """Exchange that needs more gives the same token back. For a second factor, and for another primary one."""
    gated = await Tenant.make(stytch, client, mfa_policy="REQUIRED_FOR_ALL")
    closed = await Tenant.make(stytch, client, auth_methods="RESTRICTED", allowed_auth_methods=["password"])
    token = await token_of(stytch, client)
    login = await exchange(client, token, gated.organization_id, session_duration_minutes=5)
    assert (False, token, "", None) == (
        login.member_authenticated,
        login.intermediate_session_token,
        login.session_token,
        login.primary_required,
    )
    assert login.mfa_required is not None
    login = await exchange(client, token, closed.organization_id)
    assert (False, token, None) == (login.member_authenticated, login.intermediate_session_token, login.mfa_required)
    assert login.primary_required is not None
    assert ["password"] == login.primary_required.allowed_auth_methods
    await closed.reset()
    login_there = await closed.log_in(intermediate_session_token=token)
    assert login_there.member_session is not None
    assert ["magic_link", "password"] == [factor.type for factor in login_there.member_session.authentication_factors]


async def test_locked_members_and_unknown_organizations(acme: Tenant) -> None:
    """The token stays."""
    token = await token_of(acme.stytch, acme.client)
    await acme.reset()
    await acme.fail(10)
    with refused("user_lock_limit_reached", 429):
        await exchange(acme.client, token, acme.organization_id)
    with refused("organization_not_found", 404):
        await exchange(acme.client, token, "nobody")
    await acme.client.discovery.organizations.list(intermediate_session_token=token)


async def test_founder_is_admin(client: Client, stytch: Emulator) -> None:
    """Of an organization named after the email domain; the token is used up."""
    token = await token_of(stytch, client, "ada@corp.example.com")
    login = await client.discovery.organizations.create(intermediate_session_token=token, session_duration_minutes=5)
    assert ("corp.example", "corp.example") == (login.organization.organization_name, login.organization.organization_slug)
    assert (True, "active", True) == (login.member.is_admin, login.member.status, login.member.email_address_verified)
    assert login.member_session is not None
    assert ["stytch_member", "stytch_admin"] == login.member_session.roles
    assert "ALL_ALLOWED" == login.organization.email_invites
    with refused("intermediate_session_not_found", 404):
        await client.discovery.organizations.create(intermediate_session_token=token)


@pytest.mark.parametrize("email", ["ada.lovelace@gmail.com", "ada.lovelace@math.mit.edu"])
async def test_shared_domains_name_no_organization(client: Client, stytch: Emulator, email: str) -> None:
    """The local part does; a taken slug gets an ending."""
    for _ in range(2):
        token = await token_of(stytch, client, email)
        login = await client.discovery.organizations.create(intermediate_session_token=token)
        assert "ada.lovelace" == login.organization.organization_name
        assert login.organization.organization_slug.startswith("ada.lovelace")


async def test_refused_founding(client: Client, stytch: Emulator) -> None:
    """Founding is refused for what the organization or address is. The token stays, and no organization is left."""
    await Tenant.make(stytch, client, claimed_email_domains=["example.com"], organization_slug="taken")
    token = await token_of(stytch, client, "eve@example.org")
    create = client.discovery.organizations.create
    with refused("organization_slug_already_used"):
        await create(intermediate_session_token=token, organization_slug="taken")
    with refused("invalid_organization_slug"):
        await create(intermediate_session_token=token, organization_slug="a b")
    with refused("allowed_auth_methods_required_for_restricted"):
        await create(intermediate_session_token=token, auth_methods="RESTRICTED")
    with refused("action_not_allowed_email_domain_is_claimed"):
        await create(intermediate_session_token=await token_of(stytch, client, GRACE))
    with refused("invalid_session_duration_minutes"):
        await create(intermediate_session_token=token, session_duration_minutes=4)
    assert 1 == len((await client.organizations.search()).organizations)
    assert (await create(intermediate_session_token=token)).member_authenticated


async def test_founding_with_mfa(client: Client, stytch: Emulator) -> None:
    """Founding with a second factor required stops at it.

    The organization exists, with its admin; the token is still the same.
    """
    token = await token_of(stytch, client, GRACE)
    login = await client.discovery.organizations.create(intermediate_session_token=token, mfa_policy="REQUIRED_FOR_ALL")
    assert (False, token, True, "active") == (
        login.member_authenticated,
        login.intermediate_session_token,
        login.member.is_admin,
        login.member.status,
    )
    assert login.mfa_required is not None


async def test_founding_with_unverified_address(acme: Tenant) -> None:
    """Founding needs an address that this login verified. A first password did, a password that is known already did not."""
    client = acme.client
    await client.passwords.discovery.email.reset_start(email_address=ADA)
    first = await client.passwords.discovery.email.reset(password_reset_token=acme.stytch.outbox[-1].token, password=PASSWORD)
    create = client.discovery.organizations.create
    assert (await create(intermediate_session_token=first.intermediate_session_token)).member_authenticated
    again = await client.passwords.discovery.authenticate(email_address=ADA, password=PASSWORD)
    login = await create(intermediate_session_token=again.intermediate_session_token)
    assert (False, "pending", again.intermediate_session_token) == (
        login.member_authenticated,
        login.member.status,
        login.intermediate_session_token,
    )
    assert login.primary_required is not None
    assert {"magic_link", "email_otp", "google_oauth", "microsoft_oauth"} == set(login.primary_required.allowed_auth_methods)
    await client.magic_links.email.login_or_signup(organization_id=login.organization.organization_id, email_address=ADA)
    done = await client.magic_links.authenticate(
        magic_links_token=acme.stytch.outbox[-1].token, intermediate_session_token=login.intermediate_session_token
    )
    assert (True, "active", True) == (done.member_authenticated, done.member.status, done.member.is_admin)


async def test_separate_passwords() -> None:
    """Discovery of passwords that belong to one organization.

    A link discovers; then the organization's own password counts there alone.
    """
    async with Emulator(settings=ProjectSettings(cross_organization_passwords=False)) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client, auth_methods="RESTRICTED", allowed_auth_methods=["password"])
        await acme.reset()
        token = await token_of(stytch, client)
        assert not (await exchange(client, token, acme.organization_id)).member_authenticated
        assert (await acme.log_in(intermediate_session_token=token)).member_authenticated
