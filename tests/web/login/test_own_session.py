"""The session that a browser has at a login route: what is asked about it, and that it ends when it logs out."""

import pytest
from support.tenants import ADA

from .site import Browser, Site

TOKEN, JWT = "__Host-stytch_session", "__Host-stytch_session_jwt"
FORGED = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"


async def logged_in(site: Site) -> Browser:
    browser = site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    await browser.open(site.mail())
    return browser


@pytest.mark.parametrize("is_down", [False, True], ids=["", "down"])
async def test_logout_by_token(site: Site, *, is_down: bool) -> None:
    """A session without a JWT in a cookie, as one that is too long, ends in this process too: it was renewed a moment ago."""
    browser = await logged_in(site)
    del browser.cookies[JWT]
    assert await browser.is_logged_in()
    stolen = Browser(site, {TOKEN: browser.cookies[TOKEN]})
    if is_down:
        site.stytch.faults.add("*", status=503)
    assert 303 == (await browser.post("/logout")).status
    site.stytch.faults.clear()
    assert not await stolen.is_logged_in()


async def test_logout_ends_the_jwt_of_a_token(site: Site) -> None:
    browser = await logged_in(site)
    stolen = Browser(site, {JWT: browser.cookies.pop(JWT)})
    assert await browser.is_logged_in()
    await browser.post("/logout")
    assert not await stolen.is_logged_in()


@pytest.mark.parametrize("path", ["/logout", "/organizations/join"])
async def test_forged_jwt(awaited_site: Site, path: str) -> None:
    """No call is made for it, and it does not hide the token."""
    before = len(awaited_site.calls)
    visitor = Browser(awaited_site, {JWT: FORGED})
    assert (await visitor.post(path, {"organization_id": awaited_site.organization_id})).status in {303, 401}
    assert 401 == (await Browser(awaited_site, {JWT: FORGED}).get("/organizations")).status
    assert [] == awaited_site.calls[before:]
    browser = await logged_in(awaited_site)
    browser.cookies[JWT] = FORGED
    assert 200 == (await browser.get("/organizations")).status
    await browser.post("/logout")
    assert "sessions.revoke" == awaited_site.calls[-1]


async def test_junk_tokens(awaited_site: Site) -> None:
    """Stytch throttles projects that forward junk: as many are asked about as on other routes, and sessions go on."""
    browser, before = await logged_in(awaited_site), len(awaited_site.calls)
    for number in range(100):
        junk = Browser(awaited_site, {TOKEN: f"junk-{number:040}"})
        assert (await junk.post("/logout")).status == 303
        assert junk.cookies == {}
        assert (await Browser(awaited_site, {TOKEN: f"more-{number:040}"}).get("/organizations")).status in {401, 503}
    assert len(awaited_site.calls) - before <= 65
    assert 200 == (await browser.get("/organizations")).status
    await browser.post("/logout")
    assert "sessions.revoke" == awaited_site.calls[-1]


async def test_another_organization_is_no_junk(awaited_site: Site) -> None:
    """A session goes on that asked for an organization that does not exist."""
    browser = await logged_in(awaited_site)
    for _ in range(3):
        assert 403 == (await browser.post("/organizations/join", {"organization_id": "organization-test-0"})).status
    assert await browser.is_logged_in()


@pytest.mark.parametrize("host", ["app..com", "app.example.com:99999", "a b", "[::1", "x@y", "a,b", "*.x", "app.example.com/x"])
async def test_malformed_host(awaited_site: Site, host: str) -> None:
    """On each route a 4xx, without a call and with the cookies as they are."""
    browser = await logged_in(awaited_site)
    session, before = dict(browser.cookies), len(awaited_site.calls)
    for route in awaited_site.routes.routes():
        for method in route.methods:
            answer = await browser.ask(method, route.path, b"", host=host, sec_fetch_site="same-origin")
            assert (400, []) == (answer.status, answer.set_cookies)
    assert session == browser.cookies
    assert before == len(awaited_site.calls)
