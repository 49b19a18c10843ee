"""A login is bound to the browser that began it: what peers got wrong."""

import asyncio

import pytest
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD

from .site import Browser, Site, query_of

MALLORY = "mallory@example.com"


@pytest.fixture
async def mallory(site: Site) -> Browser:
    """The browser of an attacker, who is a member of another organization."""
    await asyncio.to_thread(site.stytch.log_in, MALLORY, organization="evil")
    return site.browser()


async def test_login_csrf_by_oauth(site: Site, mallory: Browser) -> None:
    """A callback that an attacker began logs nobody else in, whether or not the victim has begun a login of their own."""
    callback = await mallory.leave("/oauth/google/start?organization=evil", MALLORY)
    fresh, busy = site.browser(), site.browser()
    await busy.get("/oauth/google/start?organization=acme")
    asked = await fresh.open(callback)
    assert "Continue logging in?" in asked.text
    assert 403 == (await fresh.post("/callback", asked.form("/callback"))).status
    refused = await busy.open(callback)
    assert 403 == refused.status
    assert "another browser" in refused.text
    assert not fresh.has_session
    assert not busy.has_session
    assert 303 == (await mallory.open(callback)).status


async def test_login_csrf_by_mail(site: Site, mallory: Browser) -> None:
    """Likewise a link that was mailed to the attacker."""
    await mallory.post("/login/link", {"email_address": MALLORY, "organization": "evil"})
    victim = site.browser()
    await victim.post("/login/link", {"email_address": ADA, "organization": "acme"})
    assert 403 == (await victim.open(site.mail(MALLORY))).status
    assert not victim.has_session


async def test_login_csrf_by_form(site: Site) -> None:
    """A form of another site, or of a tenant's site beside this one, posts nothing: neither a password nor a confirmation."""
    await site.give_password()
    form = {"email_address": ADA, "password": PASSWORD, "organization": "acme"}
    victim = site.browser()
    before = site.calls
    for headers in (
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-site", "origin": "https://evil.example.com"},
        {"sec_fetch_site": "cross-site", "origin": "null"},
    ):
        assert 403 == (await victim.post("/login/password", form, **headers)).status
        assert 403 == (await victim.post("/callback", {"token": "t", "confirmed": "yes"}, **headers)).status
        assert 403 == (await victim.post("/logout", **headers)).status
    assert before == site.calls
    assert {} == victim.cookies


async def test_stolen_callback(site: Site, mallory: Browser) -> None:
    """A link that leaked is useless elsewhere, and still good where it belongs."""
    browser = site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    link = site.mail()
    asked = await mallory.open(link)
    assert 403 == (await mallory.post("/callback", asked.form("/callback"))).status
    await browser.open(link)
    assert await browser.is_logged_in()


async def test_parallel_tabs(site: Site) -> None:
    """Tabs share what binds them: each login that was begun can be finished, in any order, and the cookies do not grow."""
    browser = site.browser()
    first = await browser.leave("/oauth/google/start?organization=acme&next=/one")
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    link = site.mail()
    for _ in range(30):
        await browser.get("/oauth/github/start")
    second = await browser.leave("/oauth/google/start?organization=acme&next=/two")
    assert 2 == len(browser.cookies)
    for url in (second, first, link):
        assert 303 == (await browser.open(url)).status
    assert await browser.is_logged_in()


async def test_tabs_that_begin_at_the_same_moment(site: Site) -> None:
    """Neither has seen the other's cookie; both can be finished."""
    one, two, both = site.browser(), site.browser(), site.browser()
    first, second = [await each.leave("/oauth/google/start?organization=acme") for each in (one, two)]
    both.cookies = {**one.cookies, **two.cookies}
    assert 2 == len(both.cookies)
    assert 303 == (await both.open(first)).status
    assert 303 == (await both.open(second)).status


async def test_cookies_that_are_not_ours(site: Site) -> None:
    """A visitor's own cookies with such names are ignored: no error, and no call for each."""
    browser = site.browser()
    url = await browser.leave("/oauth/google/start?organization=acme")
    odd = {"": "x", "x": "1.2", "zz": "12345678901.short", "0" * 12: "x" * 3000, "ab" * 6: "1234567890." + "v" * 42}
    browser.cookies |= {f"__Host-stytch_login_verifier_{name}": value for name, value in odd.items()}
    browser.cookies |= {f"c{number}": "v" for number in range(500)}
    browser.cookies |= {"__Host-stytch_login_next": "%%%", "__Host-stytch_login": "e30"}
    before = len(site.calls)
    assert "/home" == (await browser.open(url)).location
    assert ["oauth.authenticate"] == site.calls[before:]


async def test_many_verifiers(site: Site) -> None:
    """However many a browser says it has, a junk token costs at most four calls."""
    browser = site.browser()
    browser.cookies = {f"__Host-stytch_login_verifier_{n:012x}": f"{1_700_000_000 + n}.{'v' * 43}" for n in range(40)}
    attacker = site.browser()
    url = await attacker.leave("/oauth/google/start?organization=acme")
    before = len(site.calls)
    assert 403 == (await browser.open(url)).status
    assert 4 == len(site.calls[before:])


@pytest.mark.parametrize("unsolicited", ["ask", "accept", "refuse"])
async def test_unsolicited_logins(site: Site, unsolicited: str) -> None:
    """What nobody here began, such as an invitation, is asked about, accepted or refused; without a call unless it is accepted."""
    site.configure(unsolicited=unsolicited)
    await site.client.magic_links.email.invite(
        organization_id=site.organization_id, email_address=MALLORY, invite_redirect_url="https://app.example.com/auth/callback"
    )
    browser = site.browser()
    before = len(site.calls)
    answer = await browser.open(site.mail(MALLORY))
    assert {"ask": 200, "accept": 303, "refuse": 403}[unsolicited] == answer.status
    assert (["magic_links.authenticate"] if unsolicited == "accept" else []) == site.calls[before:]
    assert (unsolicited == "accept") == browser.has_session
    if unsolicited == "refuse":  # a form that says otherwise changes nothing
        form = query_of(site.mail(MALLORY)) | {"confirmed": "yes"}
        assert 403 == (await browser.post("/callback", form)).status
        assert not browser.has_session


async def test_links_elsewhere(site: Site) -> None:
    """If the site allows it, a mailed link is good in another browser, which is asked."""
    site.configure(links_elsewhere=True)
    await site.browser().post("/login/link", {"email_address": ADA, "organization": "acme"})
    phone = site.browser()
    asked = await phone.open(site.mail())
    await phone.post("/callback", asked.form("/callback"))
    assert await phone.is_logged_in()


async def test_reset_link_of_somebody_else(site: Site, mallory: Browser) -> None:
    """The form warns who has not asked for it; the link is useless where it was not requested."""
    await mallory.post("/password/forgot", {"email_address": MALLORY, "organization": "evil"})
    victim = site.browser()
    page = await victim.open(site.mail(MALLORY))
    assert "not requested in this browser" in page.text
    answer = await victim.post("/password/reset", page.form("/password/reset") | {"password": OTHER_PASSWORD})
    assert 403 == answer.status
    assert not victim.has_session


async def test_localhost_and_loopback(site: Site) -> None:
    """On http, the cookies have plain names, and are those of each host."""
    answer = await site.answer("GET", "/oauth/google/start", {"host": "localhost:8000"})
    assert "Secure" in answer.set_cookies[0], "the scheme is https"
    site.scheme = "http"
    answer = await site.answer("GET", "/oauth/google/start", {"host": "localhost:8000"})
    assert answer.set_cookies[0].startswith("stytch_login_verifier_")
    assert "Secure" not in answer.set_cookies[0]
    assert "http://localhost:8000/auth/callback" == query_of(answer.location)["discovery_redirect_url"]
