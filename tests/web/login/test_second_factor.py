"""Logins that need a second factor, or another first one."""

import re

from support.tenants import ADA, PASSWORD

from .site import Answer, Browser, Site

NUMBER = "+12025550162"


async def require_second_factor(site: Site, *, number: str = "") -> None:
    """Make acme require a second factor; Ada has a number, or nothing yet."""
    await site.client.organizations.update(organization_id=site.organization_id, mfa_policy="REQUIRED_FOR_ALL")
    if number:
        await site.client.organizations.members.update(
            organization_id=site.organization_id, member_id=site.login.member.member_id, mfa_phone_number=number
        )


async def log_in(site: Site, browser: Browser) -> Answer:
    """Log in with a mailed link; return the page that follows."""
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    return await browser.follow(await browser.open(site.mail()))


async def test_texted_code(site: Site) -> None:
    """The login has sent a code already; a wrong one is asked for again, and the visitor goes where they wanted to."""
    await require_second_factor(site, number=NUMBER)
    browser = site.browser()
    await browser.get("/login?next=/invoices")
    page = await log_in(site, browser)
    assert "ends in 62" in page.text
    assert not browser.has_session
    form = page.form("/second-factor")
    wrong = await browser.post("/second-factor", form | {"code": "000000"})
    assert 401 == wrong.status
    answer = await browser.post("/second-factor", wrong.form("/second-factor") | {"code": site.stytch.outbox.last(to=NUMBER).code})
    assert "/invoices" == answer.location
    assert await browser.is_logged_in()
    assert {"__Host-stytch_session", "__Host-stytch_session_jwt"} == {n for n in browser.cookies if "verifier" not in n}


async def test_another_code(site: Site) -> None:
    await require_second_factor(site, number=NUMBER)
    browser = site.browser()
    await log_in(site, browser)
    page = await browser.follow(await browser.post("/second-factor/text"))
    code = site.stytch.outbox.last(to=NUMBER).code
    await browser.post("/second-factor", page.form("/second-factor") | {"code": f" {code[:3]} {code[3:]} "})
    assert await browser.is_logged_in()


async def test_a_new_number(site: Site) -> None:
    """Whoever has no second factor yet chooses one."""
    await require_second_factor(site)
    browser = site.browser()
    page = await log_in(site, browser)
    assert "Set up a second factor" in page.text
    assert 400 == (await browser.post("/second-factor/text", {"phone_number": "call me"})).status
    page = await browser.follow(await browser.post("/second-factor/text", {"phone_number": "+1 (202) 555-0162"}))
    assert "ends in 62" in page.text
    code = site.stytch.outbox.last(to=NUMBER).code
    await browser.post("/second-factor", page.form("/second-factor") | {"code": code})
    assert await browser.is_logged_in()


async def test_a_new_app(site: Site) -> None:
    """The page shows its secret and the recovery codes once; either logs in."""
    await require_second_factor(site)
    browser = site.browser()
    await log_in(site, browser)
    page = await browser.post("/second-factor/app")
    codes = re.findall(r"<code>([^<]+)</code>", page.text)
    secret, recovery = codes[0], codes[1:]
    assert "data:image/png;base64," in page.text
    await browser.post("/second-factor", page.form("/second-factor") | {"code": site.stytch.totp_code(secret)})
    assert await browser.is_logged_in()

    other = site.browser()
    page = await log_in(site, other)
    assert "Code from your authenticator app" in page.text
    await other.post("/second-factor", {"method": "recovery_code", "code": recovery[0]})
    assert await other.is_logged_in()


async def test_two_apps_at_once(site: Site) -> None:
    """Clicking twice does not fail: the first app is the one."""
    await require_second_factor(site)
    browser = site.browser()
    await log_in(site, browser)
    await browser.post("/second-factor/app")
    again = await browser.post("/second-factor/app")
    assert 400 == again.status
    assert "Code from your authenticator app" in again.text


async def test_took_too_long(site: Site) -> None:
    """The intermediate session is over: its cookie goes, and the visitor begins again."""
    await require_second_factor(site, number=NUMBER)
    browser = site.browser()
    page = await log_in(site, browser)
    site.stytch.advance(minutes=11)
    late = await browser.post("/second-factor", page.form("/second-factor") | {"code": "123456"})
    assert 401 == late.status
    assert "took too long" in late.text
    assert "__Host-stytch_login" not in browser.cookies


async def test_no_login_begun(site: Site) -> None:
    """Without a cookie there is nothing to go on with, and no call."""
    browser = site.browser()
    before = site.calls
    assert 401 == (await browser.get("/second-factor")).status
    for path in ("/second-factor", "/second-factor/text", "/second-factor/app"):
        assert 401 == (await browser.post(path, {"method": "sms", "code": "123456", "phone_number": NUMBER})).status
    assert before == site.calls


async def test_another_first_factor(site: Site) -> None:
    """An organization that does not accept a factor is told to the visitor, who logs in by another one, too."""
    await site.give_password()
    await site.client.organizations.update(
        organization_id=site.organization_id, auth_methods="RESTRICTED", allowed_auth_methods=["password"]
    )
    browser = site.browser()
    await browser.post("/login/link", {"email_address": ADA})
    page = await browser.follow(await browser.open(site.mail()))
    page = await browser.follow(await browser.post("/organizations/join", page.form("/organizations/join")))
    assert "in another way, too" in page.text
    assert "Mail me a link" not in page.text
    form = page.form("/login/password") | {"email_address": ADA, "password": PASSWORD}
    await browser.post("/login/password", form)
    assert await browser.is_logged_in()
    (sent,) = [call.request for call in site.stytch.calls if call.operation == "passwords.authenticate"]
    assert "intermediate_session_token" in sent, "the factors so far count, too"


async def test_unverified_provider_account(site: Site) -> None:
    """Account at a provider that verifies nothing. The mailbox is proven by a link, after which the account is the member's."""
    browser = site.browser()
    page = await browser.follow(await browser.open(await browser.leave("/oauth/github/start?organization=acme")))
    assert "in another way, too" in page.text
    await browser.post("/login/link", page.form("/login/link") | {"email_address": ADA})
    await browser.open(site.mail())
    assert await browser.is_logged_in()
    member = (await site.client.organizations.members.get(organization_id="acme", email_address=ADA)).member
    assert ["Github"] == [each.provider_type for each in member.oauth_registrations]
