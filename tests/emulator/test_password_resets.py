from urllib.parse import parse_qs, urlsplit

import pytest
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD, Tenant, refused

from stytch_b2b_async.emulator import Emulator, ProjectSettings
from stytch_b2b_async.emulator.rules.login.pkce import challenge_of

VERIFIER = "a-verifier-of-at-least-forty-three-characters-1"


async def test_reset_by_email(acme: Tenant) -> None:
    """A reset by mail sets the password and logs in. And proves the mailbox."""
    reset = await acme.reset()
    assert reset.member_authenticated
    assert reset.member.email_address_verified
    assert reset.member.member_password_id.startswith("member-password-test-")
    assert reset.member_email_id.startswith("email-test-")
    assert (await acme.log_in()).member_authenticated


async def test_mailed_link(acme: Tenant) -> None:
    """The mailed link carries the token to the redirect. Beside what stands in its query already."""
    token = await acme.mailed_token(reset_password_redirect_url="https://app.example.com/reset?lang=fr#top")
    url = urlsplit(acme.stytch.outbox[-1].url)
    assert ("app.example.com", "/reset", "top") == (url.netloc, url.path, url.fragment)
    assert {"lang": ["fr"], "token": [token], "slug": ["acme"], "stytch_token_type": ["multi_tenant_passwords"]} == parse_qs(
        url.query
    )


async def test_discovery_link_says_what_it_is_for(acme: Tenant) -> None:
    """Its type is that of any discovery link; what tells a reset is the redirect's type."""
    await acme.client.passwords.discovery.email.reset_start(
        email_address=ADA, reset_password_redirect_url="https://app.example.com/reset"
    )
    mail = acme.stytch.outbox.last(to=ADA, kind="discovery_password_reset")
    expected = {"stytch_token_type": ["discovery"], "stytch_redirect_type": ["reset_password"], "token": [mail.token]}
    assert expected == parse_qs(urlsplit(mail.url).query)


async def test_default_redirect(acme: Tenant) -> None:
    """A link without a redirect leads to the project's default. Which an emulator has, unless told otherwise."""
    await acme.mailed_token()
    assert acme.stytch.outbox[-1].url.startswith("http://localhost:3000/authenticate?")
    async with Emulator(settings=ProjectSettings(password_reset_redirect_url=None)) as stytch, stytch.client() as client:
        with refused("no_password_reset_redirect_url"):
            await (await Tenant.make(stytch, client)).mailed_token()


async def test_a_project_may_register_its_redirects() -> None:
    """Then others are refused."""
    settings = ProjectSettings(redirect_urls=frozenset({"https://app.example.com/reset"}))
    async with Emulator(settings=settings) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        await acme.mailed_token(reset_password_redirect_url="https://app.example.com/reset")
        with refused("no_match_for_provided_magic_link_url"):
            await acme.mailed_token(reset_password_redirect_url="https://evil.example.com/reset")


async def test_a_redirect_must_be_an_address(acme: Tenant) -> None:
    """Each by its own word."""
    with refused("invalid_password_reset_redirect_url"):
        await acme.mailed_token(reset_password_redirect_url="nowhere")
    with refused("invalid_password_reset_redirect_url"):
        await acme.mailed_token(reset_password_redirect_url="http://[")
    with refused("invalid_login_redirect_url"):
        await acme.mailed_token(login_redirect_url="nowhere")


async def test_a_token_works_once(acme: Tenant) -> None:
    """And not at all when it was never mailed."""
    token = await acme.mailed_token()
    await acme.client.passwords.email.reset(password_reset_token=token, password=PASSWORD)
    for refused_token in (token, "x" * 44):
        with refused("unable_to_auth_password_reset_token", 401):
            await acme.client.passwords.email.reset(password_reset_token=refused_token, password=OTHER_PASSWORD)


async def test_a_token_of_another_kind_does_not_work(acme: Tenant) -> None:
    """A discovery token resets no member's password, nor the other way round."""
    token = await acme.mailed_token()
    await acme.client.passwords.discovery.email.reset_start(email_address=ADA)
    other = acme.stytch.outbox[-1].token
    with refused("unable_to_auth_password_reset_token", 401):
        await acme.client.passwords.email.reset(password_reset_token=other, password=PASSWORD)
    with refused("unable_to_auth_password_reset_token", 401):
        await acme.client.passwords.discovery.email.reset(password_reset_token=token, password=PASSWORD)


@pytest.mark.parametrize(("minutes", "lives"), [(None, 30), (5, 5), (10_080, 10_080)])
async def test_a_token_expires(acme: Tenant, minutes: int | None, lives: int) -> None:
    """After thirty minutes, or as asked."""
    for later, works in ((lives * 60 - 1, True), (lives * 60, False)):
        token = await acme.mailed_token(reset_password_expiration_minutes=minutes)
        acme.stytch.advance(seconds=later)
        if works:
            await acme.client.passwords.email.reset(password_reset_token=token, password=PASSWORD)
        else:
            with refused("unable_to_auth_password_reset_token", 401):
                await acme.client.passwords.email.reset(password_reset_token=token, password=PASSWORD)


@pytest.mark.parametrize("minutes", [4, 0, 10_081])
async def test_a_token_lives_five_minutes_to_a_week(acme: Tenant, minutes: int) -> None:
    """By either way of resetting."""
    with refused("invalid_expiration"):
        await acme.mailed_token(reset_password_expiration_minutes=minutes)
    with refused("invalid_expiration"):
        await acme.client.passwords.discovery.email.reset_start(email_address=ADA, reset_password_expiration_minutes=minutes)


@pytest.mark.parametrize(("password", "error_type"), [("", "weak_password"), ("hunter2", "weak_password"), (ADA, "weak_password")])
async def test_weak_password(acme: Tenant, password: str, error_type: str) -> None:
    """A weak password is refused and the token still works. The member's own address is weak, too."""
    token = await acme.mailed_token()
    with refused(error_type):
        await acme.client.passwords.email.reset(password_reset_token=token, password=password)
    await acme.client.passwords.email.reset(password_reset_token=token, password=PASSWORD)


async def test_a_leaked_password_is_refused() -> None:
    """However strong."""
    async with Emulator(settings=ProjectSettings(breached_passwords=frozenset({PASSWORD}))) as stytch, stytch.client() as client:
        with refused("breached_password"):
            await (await Tenant.make(stytch, client)).reset()


@pytest.mark.parametrize(
    ("challenge", "verifier", "error_type"),
    [
        (None, None, None),
        (None, VERIFIER, "pkce_did_not_expect_code_verifier"),
        (challenge_of(VERIFIER), None, "pkce_expected_code_verifier"),
        (challenge_of(VERIFIER), "another", "pkce_mismatch"),
        (challenge_of(VERIFIER), VERIFIER, None),
        (challenge_of(VERIFIER) + "=", VERIFIER, None),
    ],
)
async def test_who_ends_a_reset_must_be_who_began_it(
    acme: Tenant, challenge: str | None, verifier: str | None, error_type: str | None
) -> None:
    """PKCE, by either way of resetting: each spells its fields in its own way."""
    by_mail, by_discovery = acme.client.passwords.email, acme.client.passwords.discovery.email
    await by_discovery.reset_start(email_address=ADA, pkce_code_challenge=challenge)
    token = acme.stytch.outbox[-1].token
    own = await acme.mailed_token(code_challenge=challenge)
    if error_type is None:
        await by_mail.reset(password_reset_token=own, password=PASSWORD, code_verifier=verifier)
        await by_discovery.reset(password_reset_token=token, password=PASSWORD, pkce_code_verifier=verifier)
    else:
        with refused(error_type):
            await by_mail.reset(password_reset_token=own, password=PASSWORD, code_verifier=verifier)
        with refused(error_type):
            await by_discovery.reset(password_reset_token=token, password=PASSWORD, pkce_code_verifier=verifier)


async def test_only_members_have_resets_mailed(acme: Tenant) -> None:
    """Others are told that nobody has the address."""
    with refused("email_not_found", 404):
        await acme.client.passwords.email.reset_start(organization_id=acme.organization_id, email_address="eve@example.com")


async def test_pending_member(acme: Tenant) -> None:
    """A first password makes a pending member active. The link has proven the mailbox."""
    made = await acme.client.organizations.members.create(
        organization_id=acme.organization_id, email_address="grace@example.com", create_member_as_pending=True
    )
    assert "pending" == made.member.status
    await acme.client.passwords.email.reset_start(organization_id=acme.organization_id, email_address="grace@example.com")
    reset = await acme.client.passwords.email.reset(password_reset_token=acme.stytch.outbox[-1].token, password=PASSWORD)
    assert "active" == reset.member.status


async def test_starting_a_reset_ends_no_session(acme: Tenant) -> None:
    """Of either kind."""
    await acme.reset()
    live = await acme.sessions()
    await acme.mailed_token()
    await acme.client.passwords.discovery.email.reset_start(email_address=ADA)
    assert live == await acme.sessions()


async def test_a_reset_by_mail_ends_all_sessions(acme: Tenant) -> None:
    """And starts a new one, even when it brings one along."""
    await acme.reset()
    brought = await acme.log_in()
    reset = await acme.reset(OTHER_PASSWORD, session_token=brought.session_token)
    assert reset.member_session is not None
    assert {reset.member_session.member_session_id} == await acme.sessions()
    assert brought.session_token != reset.session_token


async def test_reset_by_existing_password(acme: Tenant) -> None:
    """A reset with the old password ends all sessions. And starts a new one; the old password is of no more use."""
    await acme.reset()
    await acme.log_in()
    existing = acme.client.passwords.existing_password
    reset = await existing.reset(
        organization_id=acme.organization_id, email_address=ADA, existing_password=PASSWORD, new_password=OTHER_PASSWORD
    )
    assert reset.member_session is not None
    assert {reset.member_session.member_session_id} == await acme.sessions()
    await acme.fail(1)
    with refused("unauthorized_credentials", 401):
        await acme.log_in(PASSWORD)
    assert (await acme.log_in(OTHER_PASSWORD)).member_authenticated


async def test_wrong_existing_password(acme: Tenant) -> None:
    """A reset with a wrong old password is refused and counts as a failure. Ten lock the member."""
    await acme.reset()
    existing = acme.client.passwords.existing_password
    for _ in range(10):
        with refused("unauthorized_credentials", 401):
            await existing.reset(
                organization_id=acme.organization_id, email_address=ADA, existing_password="wrong", new_password=OTHER_PASSWORD
            )
    with refused("user_lock_limit_reached", 429):
        await acme.log_in()


async def test_a_reset_by_session_ends_all_others(acme: Tenant) -> None:
    """The one that is used lives on, with the same token."""
    await acme.reset()
    used = await acme.log_in()
    await acme.log_in()
    assert used.member_session is not None
    reset = await acme.client.passwords.sessions.reset(
        organization_id=acme.organization_id, password=OTHER_PASSWORD, session_token=used.session_token
    )
    assert used.session_token == reset.session_token
    assert {used.member_session.member_session_id} == await acme.sessions()
    assert (await acme.log_in(OTHER_PASSWORD)).member_authenticated


async def test_a_reset_by_session_takes_a_jwt_too(acme: Tenant) -> None:
    """Then it does not know the token."""
    used = await acme.reset()
    reset = await acme.client.passwords.sessions.reset(
        organization_id=acme.organization_id, password=OTHER_PASSWORD, session_jwt=used.session_jwt
    )
    assert "" == reset.session_token


async def test_recent_factor(acme: Tenant) -> None:
    """A reset by session needs a factor of the last five minutes. Not a second more."""
    token = (await acme.reset()).session_token
    reset = acme.client.passwords.sessions.reset
    acme.stytch.advance(minutes=5)
    await reset(organization_id=acme.organization_id, password=OTHER_PASSWORD, session_token=token)
    acme.stytch.advance(minutes=5, seconds=1)
    with refused("session_too_old_to_reset_password"):
        await reset(organization_id=acme.organization_id, password=PASSWORD, session_token=token)


async def test_one_session(acme: Tenant) -> None:
    """A reset by session takes exactly one session. That lives, in that organization, and a strong password."""
    login = await acme.reset()
    other = await Tenant.make(acme.stytch, acme.client, "grace@example.com")
    reset = acme.client.passwords.sessions.reset
    with refused("no_session_arguments"):
        await reset(organization_id=acme.organization_id, password=OTHER_PASSWORD)
    with refused("too_many_session_arguments"):
        await reset(
            organization_id=acme.organization_id,
            password=OTHER_PASSWORD,
            session_token=login.session_token,
            session_jwt=login.session_jwt,
        )
    with refused("session_not_found", 404):
        await reset(organization_id=other.organization_id, password=OTHER_PASSWORD, session_token=login.session_token)
    with refused("weak_password"):
        await reset(organization_id=acme.organization_id, password="hunter2", session_token=login.session_token)
