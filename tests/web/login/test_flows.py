"""Every way to log in, from the first page to a session."""

import asyncio

import pytest
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD

from .site import Site

EVE = "eve@example.com"


async def test_password(site: Site) -> None:
    await site.give_password()
    browser = site.browser()
    page = await browser.get("/login?organization=acme&next=/invoices?page=2")
    assert 200 == page.status
    assert "Log in to acme" in page.text
    form = page.form("/login/password") | {"email_address": ADA, "password": PASSWORD}
    answer = await browser.post("/login/password", form)
    assert (303, "/invoices?page=2") == (answer.status, answer.location)
    assert await browser.is_logged_in()
    assert {"__Host-stytch_session", "__Host-stytch_session_jwt"} == set(browser.cookies)


async def test_magic_link(site: Site) -> None:
    browser = site.browser()
    sent = await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    assert "Check your mail" in sent.text
    answer = await browser.open(site.mail())
    assert (303, "/home") == (answer.status, answer.location)
    assert await browser.is_logged_in()


async def test_email_code(site: Site) -> None:
    browser = site.browser()
    asked = await browser.post("/login/code", {"email_address": ADA, "organization": "acme"})
    form = asked.form("/login/code/check")
    wrong = await browser.post("/login/code/check", form | {"code": "000000"})
    assert 401 == wrong.status
    assert "wrong" in wrong.text
    code = site.stytch.outbox.last(to=ADA).code
    assert "/home" == (await browser.post("/login/code/check", wrong.form("/login/code/check") | {"code": code})).location
    assert await browser.is_logged_in()


@pytest.mark.parametrize("way", ["link", "code", "password"])
async def test_discovery(site: Site, way: str) -> None:
    """Whoever logs in without an organization chooses one."""
    browser = site.browser()
    if way == "link":
        await browser.post("/login/link", {"email_address": ADA})
        answer = await browser.open(site.mail())
    elif way == "code":
        asked = await browser.post("/login/code", {"email_address": ADA})
        code = site.stytch.outbox.last(to=ADA).code
        answer = await browser.post("/login/code/check", asked.form("/login/code/check") | {"code": code})
    else:
        await site.give_password()
        answer = await browser.post("/login/password", {"email_address": ADA, "password": PASSWORD})
    page = await browser.follow(answer)
    assert "Choose an organization" in page.text
    answer = await browser.post("/organizations/join", page.form("/organizations/join"))
    assert "/home" == answer.location
    assert await browser.is_logged_in()
    assert "__Host-stytch_login" not in browser.cookies


async def test_creating_an_organization(site: Site) -> None:
    browser = site.browser()
    await browser.post("/login/link", {"email_address": EVE})
    page = await browser.follow(await browser.open(site.mail(EVE)))
    assert "You do not belong to an organization yet." in page.text
    answer = await browser.post("/organizations/create", {"organization_name": "Difference Engines"})
    assert "/home" == answer.location
    assert await browser.is_logged_in("difference-engines")


async def test_sso(site: Site) -> None:
    made = (await site.client.sso.oidc.create_connection(organization_id=site.organization_id)).connection
    assert made is not None
    await site.client.sso.oidc.update_connection(
        organization_id=site.organization_id,
        connection_id=made.connection_id,
        issuer="https://idp.example",
        client_id="app",
        client_secret="secret of the app",
    )
    for path in ("/sso/start?organization=acme", f"/sso/start?connection_id={made.connection_id}"):
        browser = site.browser()
        answer = await browser.open(await browser.leave(path))
        assert "/home" == answer.location
        assert await browser.is_logged_in()


async def test_oauth(site: Site) -> None:
    browser = site.browser()
    answer = await browser.open(await browser.leave("/oauth/google/start?organization=acme&next=/invoices"))
    assert "/invoices" == answer.location
    assert await browser.is_logged_in()


async def test_oauth_discovery(site: Site) -> None:
    browser = site.browser()
    page = await browser.follow(await browser.open(await browser.leave("/oauth/google/start")))
    await browser.post("/organizations/join", page.form("/organizations/join"))
    assert await browser.is_logged_in()


@pytest.mark.parametrize("organization", ["acme", ""])
async def test_password_reset(site: Site, organization: str) -> None:
    """The link shows a form; a weak password is asked for again, and a good one logs in."""
    await site.give_password()
    browser = site.browser()
    await browser.post("/password/forgot", {"email_address": ADA, "organization": organization})
    page = await browser.open(site.mail())
    form = page.form("/password/reset")
    weak = await browser.post("/password/reset", form | {"password": "password"})
    assert 422 == weak.status
    assert "too easy to guess" in weak.text
    breached = await browser.post("/password/reset", weak.form("/password/reset") | {"password": "a strong passphrase that leaked"})
    assert 422 == breached.status
    answer = await browser.post("/password/reset", breached.form("/password/reset") | {"password": OTHER_PASSWORD})
    if not organization:
        page = await browser.follow(answer)
        answer = await browser.post("/organizations/join", page.form("/organizations/join"))
    assert "/home" == answer.location
    assert await browser.is_logged_in()
    again = await site.browser().post("/login/password", {"email_address": ADA, "password": OTHER_PASSWORD, "organization": "acme"})
    assert 303 == again.status


async def test_login_from_the_mail_of_a_reset(site: Site) -> None:
    """The mail's second link logs in without a password."""
    await site.give_password()
    browser = site.browser()
    await browser.post("/password/forgot", {"email_address": ADA, "organization": "acme"})
    await browser.open(site.stytch.outbox.last(to=ADA).login_url)
    assert await browser.is_logged_in()


async def test_password_by_a_magic_link(site: Site) -> None:
    """A magic link that asks for a new password is spent with it, after the password was checked."""
    browser = site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    page = await browser.open(site.mail() + "&stytch_redirect_type=reset_password")
    weak = await browser.post("/password/reset", page.form("/password/reset") | {"password": "password"})
    assert 422 == weak.status
    answer = await browser.post("/password/reset", weak.form("/password/reset") | {"password": OTHER_PASSWORD})
    assert "/home" == answer.location
    assert await browser.is_logged_in()


async def test_impersonation(site: Site) -> None:
    """Support staff is asked once, since the login began in Stytch's dashboard."""
    token = await asyncio.to_thread(site.stytch.impersonate, site.login.member.member_id)
    browser = site.browser()
    asked = await browser.get(f"/callback?stytch_token_type=multi_tenant_impersonation&token={token}")
    answer = await browser.post("/callback", asked.form("/callback"))
    assert "/home" == answer.location
    assert await browser.is_logged_in()


async def test_invitation(site: Site) -> None:
    """Nobody here began it: the visitor is asked, and joins."""
    await site.client.magic_links.email.invite(
        organization_id=site.organization_id, email_address=EVE, invite_redirect_url="https://app.example.com/auth/callback"
    )
    browser = site.browser()
    asked = await browser.open(site.mail(EVE))
    assert "Continue logging in?" in asked.text
    await browser.post("/callback", asked.form("/callback"))
    assert await browser.is_logged_in()


async def test_switching_organization(site: Site) -> None:
    """A session's member enters another organization of theirs; the cookies are those of the new session."""
    await asyncio.to_thread(site.stytch.log_in, ADA, organization="babbage")
    browser = site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    await browser.open(site.mail())
    page = await browser.get("/organizations")
    assert "babbage" in page.text
    assert "New organization" not in page.text
    other = (await site.client.organizations.get(organization_id="babbage")).organization.organization_id
    answer = await browser.post("/organizations/join", {"organization_id": other})
    assert "/home" == answer.location
    assert await browser.is_logged_in("babbage")


async def test_logout(site: Site) -> None:
    """One call revokes the session; its JWT is refused at once, though it has not expired."""
    browser = site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    await browser.open(site.mail())
    stolen = site.browser()
    stolen.cookies = {"__Host-stytch_session_jwt": browser.cookies["__Host-stytch_session_jwt"]}
    assert await stolen.is_logged_in()
    before = len(site.calls)
    answer = await browser.post("/logout")
    assert (303, "/") == (answer.status, answer.location)
    assert ["sessions.revoke"] == site.calls[before:]
    assert {} == browser.cookies
    assert not await stolen.is_logged_in()
