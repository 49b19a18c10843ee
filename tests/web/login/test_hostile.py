"""Bad input and bad moments: a 4xx without a call, or a 503 that keeps the cookies; never a 500, and nothing spent."""

from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD

from .site import Browser, Site, query_of

LEADS_ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/ /evil.example",
    "http:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/%2F/evil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/%5C%5Cevil.example",
    "/%09/evil.example",
    "/x/../../evil",
    "/%2e%2e/evil",
    "/\u2028/evil",
    "/caf\u00e9",
    "?x=//evil.example",
    "#//evil.example",
]


@pytest.mark.parametrize("path", LEADS_ELSEWHERE)
async def test_open_redirects(awaited_site: Site, path: str) -> None:
    """None is kept, wherever it is given; and one in the cookie is not followed."""
    await awaited_site.give_password()
    browser = awaited_site.browser()
    for start in ("/login", "/oauth/google/start", "/sso/start"):
        answer = await browser.get(f"{start}?organization=acme&next={quote(path, safe='')}")
        assert 400 == answer.status
        assert {} == browser.cookies
    browser.cookies["__Host-stytch_login_next"] = urlsafe_b64encode(path.encode()).decode().rstrip("=")
    form = {"email_address": ADA, "password": PASSWORD, "organization": "acme"}
    assert "/home" == (await browser.post("/login/password", form)).location


@pytest.mark.parametrize("path", ["/", "/invoices", "/a/b?c=https://d.example/&e=//f", "/a#b", "/%C3%A9t%C3%A9", "/a:b@c"])
async def test_paths_that_are_followed(awaited_site: Site, path: str) -> None:
    await awaited_site.give_password()
    browser = awaited_site.browser()
    await browser.get(f"/login?next={quote(path, safe='')}")
    form = {"email_address": ADA, "password": PASSWORD, "organization": "acme"}
    assert path == (await browser.post("/login/password", form)).location
    assert "/home" == (await browser.post("/login/password", form)).location, "once"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "token=t",
        "stytch_token_type=oauth",
        "stytch_token_type=oauth&token=",
        "stytch_token_type=oauth&token=t&token=u",
        "stytch_token_type=oauth&stytch_token_type=sso&token=t",
        "stytch_token_type=oauth&token=t&extra=1",
        "stytch_token_type=magic_links&token=t",
        "stytch_token_type=sso&stytch_redirect_type=reset_password&token=t",
        "stytch_token_type=oauth&stytch_redirect_type=elsewhere&token=t",
        "stytch_token_type=discovery_passwords&token=t",
        "stytch_token_type=oauth&token=%00",
        "stytch_token_type=oauth&token=%0d%0aset-cookie:x",
        "stytch_token_type=oauth&token=%ff%fe",
        "stytch_token_type=oauth&token=<script>",
        f"stytch_token_type=oauth&token={'t' * 3000}",
        f"stytch_token_type={'x' * 3000}&token=t",
        "&".join(f"a{number}=b" for number in range(300)),
        "stytch_token_type=\u00e9&token=t",
    ],
)
async def test_malformed_callbacks(awaited_site: Site, query: str) -> None:
    """Unknown and repeated parameters, tokens that cannot be any: refused without a call, by GET and by POST."""
    browser = awaited_site.browser()
    await browser.get("/oauth/google/start")
    before, cookies = awaited_site.calls, dict(browser.cookies)
    assert 400 == (await browser.get(f"/callback?{query}")).status
    answer = await awaited_site.answer(
        "POST", "/callback", {"host": "app.example.com", "accept": "text/html"}, f"{query}&confirmed=yes".encode("latin-1")
    )
    assert 400 == answer.status
    assert before == awaited_site.calls
    assert cookies == browser.cookies


BODIES: list[tuple[str, bytes, str]] = [
    ("/login/password", b"", "application/x-www-form-urlencoded"),
    ("/login/password", b"email_address=ada@example.com", "application/x-www-form-urlencoded"),
    ("/login/password", b"email_address=ada@example.com&password=%00", "application/x-www-form-urlencoded"),
    ("/login/password", b"email_address=ada&password=x", "application/x-www-form-urlencoded"),
    ("/login/password", b"email_address=a@b&email_address=c@d&password=x", "application/x-www-form-urlencoded"),
    ("/login/password", b"email_address=a@b&password=x&organization=../members", "application/x-www-form-urlencoded"),
    ("/login/password", b"\xff\xfe", "application/x-www-form-urlencoded"),
    ("/login/password", b"[]", "application/json"),
    ("/login/password", b"{", "application/json"),
    ("/login/password", b'{"email_address": {"a": 1}, "password": "x"}', "application/json"),
    ("/login/password", b'{"email_address": "a@b", "email_address": "c@d", "password": "x"}', "application/json"),
    ("/login/password", b"[" * 60_000, "application/json"),
    ("/login/password", b'{"email_address": "a@b", "password": "\\ud800"}', "application/json"),
    ("/login/password", b'{"email_address": "\\ud800@b", "password": "x"}', "application/json"),
    ("/login/link", b"email_address=a%0d%0ab@c", "application/x-www-form-urlencoded"),
    ("/login/code", b"email_address=", "application/x-www-form-urlencoded"),
    ("/login/code/check", b"email_address=a@b&code=<b>", "application/x-www-form-urlencoded"),
    ("/password/forgot", b"email_address=@", "application/x-www-form-urlencoded"),
    ("/password/reset", b"token=t&stytch_token_type=oauth&password=x", "application/x-www-form-urlencoded"),
    ("/password/reset", b"token=t&stytch_token_type=multi_tenant_passwords", "application/x-www-form-urlencoded"),
    ("/organizations/join", b"", "application/x-www-form-urlencoded"),
    ("/organizations/create", b"organization_name=%07", "application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize(("path", "body", "kind"), BODIES)
async def test_malformed_bodies(awaited_site: Site, path: str, body: bytes, kind: str) -> None:
    """Refused without a call, and with the form again where there is one."""
    before = awaited_site.calls
    answer = await awaited_site.browser().ask("POST", path, body, content_type=kind, sec_fetch_site="same-origin")
    assert 400 == answer.status
    assert "text/html" in answer.header("content-type")
    assert before == awaited_site.calls


async def test_large_bodies(awaited_site: Site) -> None:
    answer = await awaited_site.browser().ask("POST", "/login/password", b"a=" + b"b" * 70_000, sec_fetch_site="same-origin")
    assert 413 == answer.status


async def test_malformed_hosts(awaited_site: Site) -> None:
    """A login that needs an address of this site is not begun on a host that is none."""
    for host in ("evil.example/x", "a b", "evil.example?", "", "a" * 300):
        headers = {"host": host, "accept": "text/html", "sec-fetch-site": "same-origin"}
        body = b"email_address=ada@example.com&organization=acme"
        before = awaited_site.calls
        assert 400 == (await awaited_site.answer("POST", "/login/link", headers, body)).status
        assert 400 == (await awaited_site.answer("GET", "/oauth/google/start", headers)).status
        assert before == awaited_site.calls


async def test_forwarded_hosts(awaited_site: Site) -> None:
    """A header that anybody can send does not say where mailed links lead."""
    browser = awaited_site.browser()
    form = {"email_address": ADA, "organization": "acme"}
    await browser.post("/password/forgot", form, x_forwarded_host="evil.example", forwarded="host=evil.example")
    assert awaited_site.mail().startswith("https://app.example.com/auth/callback?")
    awaited_site.configure(callback_url="https://www.example.com/auth/callback")
    await browser.post("/password/forgot", form, host="evil.example")
    assert awaited_site.mail().startswith("https://www.example.com/auth/callback?")


@pytest.mark.parametrize(
    "headers", [{"sec_purpose": "prefetch"}, {"sec_purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x_moz": "prefetch"}]
)
async def test_prefetches_spend_nothing(awaited_site: Site, headers: dict[str, str]) -> None:
    browser = awaited_site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    before = awaited_site.calls
    assert 503 == (await browser.open(awaited_site.mail(), **headers)).status
    assert 503 == (await awaited_site.browser().get("/oauth/google/start", **headers)).status
    assert before == awaited_site.calls
    await browser.open(awaited_site.mail())
    assert await browser.is_logged_in()


async def test_head_spends_nothing(awaited_site: Site) -> None:
    """Mail scanners send it."""
    browser = awaited_site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    query = awaited_site.mail().partition("?")[2]
    before, cookies = awaited_site.calls, dict(browser.cookies)
    answer = await browser.ask("HEAD", f"/callback?{query}", b"")
    assert (200, "") == (answer.status, answer.text)
    for path in ("/oauth/google/start", "/login?next=/x", "/logout", "/organizations"):
        assert [] == (await browser.ask("HEAD", path, b"")).set_cookies
    assert (before, cookies) == (awaited_site.calls, browser.cookies)


async def test_reset_links_are_spent_by_post_alone(awaited_site: Site) -> None:
    """A scanner may open one as often as it likes."""
    browser = awaited_site.browser()
    for organization in ("acme", ""):
        await browser.post("/password/forgot", {"email_address": ADA, "organization": organization})
        before = awaited_site.calls
        for _ in range(3):
            page = await browser.open(awaited_site.mail())
        assert before == awaited_site.calls
        answer = await browser.post("/password/reset", page.form("/password/reset") | {"password": OTHER_PASSWORD})
        assert 303 == answer.status


async def test_get_does_not_log_out(awaited_site: Site) -> None:
    """An image or link of another site shows a question, at most."""
    browser = await logged_in(awaited_site)
    before = awaited_site.calls
    page = await browser.get("/logout")
    assert "Log out?" in page.text
    assert before == awaited_site.calls
    assert await browser.is_logged_in()
    await browser.post("/logout", page.form("/logout"))
    assert not browser.has_session


async def test_clicking_twice_and_going_back(awaited_site: Site) -> None:
    """A link or form that was used before is a 4xx, which leaves the session alone."""
    browser = awaited_site.browser()
    await browser.post("/login/link", {"email_address": ADA})
    link = awaited_site.mail()
    page = await browser.follow(await browser.open(link))
    form = page.form("/organizations/join")
    await browser.post("/organizations/join", form)
    session = dict(browser.cookies)
    again = await browser.open(link)
    assert 400 == again.status
    assert "was used" in again.text
    assert session == browser.cookies
    assert 303 == (await browser.post("/organizations/join", form)).status, "the session is exchanged now"
    assert await browser.is_logged_in()
    await browser.post("/logout")
    assert 401 == (await browser.post("/organizations/join", form)).status
    assert 303 == (await browser.post("/logout")).status


async def test_expired_links(awaited_site: Site) -> None:
    browser = awaited_site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    awaited_site.stytch.advance(minutes=61)
    assert 400 == (await browser.open(awaited_site.mail())).status


FORMS: list[tuple[str, dict[str, str]]] = [
    ("/login/password", {"password": "a guess that is wrong"}),
    ("/login/link", {}),
    ("/login/code", {}),
    ("/login/code/check", {"code": "123456"}),
    ("/password/forgot", {}),
]


@pytest.mark.parametrize("organization", ["acme", ""])
@pytest.mark.parametrize(("path", "form"), FORMS)
async def test_which_addresses_exist(awaited_site: Site, path: str, form: dict[str, str], organization: str) -> None:
    """The answers for a member and for a stranger are the same, and so is the number of calls."""
    await awaited_site.give_password()
    found: list[tuple[Any, ...]] = []
    for email in (ADA, "nobody@example.com"):
        browser = awaited_site.browser()
        before = len(awaited_site.calls)
        answer = await browser.post(path, {**form, "email_address": email, "organization": organization})
        headers = [(name, value) for name, value in answer.headers if name != "set-cookie"]
        cookies = [cookie.partition("_verifier_")[0] for cookie in answer.set_cookies]
        text = answer.text.replace(email, "")
        found.append((answer.status, headers, cookies, text, len(awaited_site.calls) - before))
    assert found[0] == found[1]


async def test_locked_members_and_required_resets(awaited_site: Site) -> None:
    """Neither is told from a wrong password."""
    await awaited_site.give_password()
    form = {"email_address": ADA, "password": "a guess that is wrong", "organization": "acme"}
    wrong = await awaited_site.browser().post("/login/password", form)
    for _ in range(10):
        locked = await awaited_site.browser().post("/login/password", form)
    assert (401, wrong.text) == (locked.status, locked.text)


OUTAGES: list[dict[str, Any]] = [{"status": 503}, {"status": 429}, {"drop": "before"}, {"drop": "after"}]


@pytest.mark.parametrize("fault", OUTAGES, ids=str)
async def test_outages(awaited_site: Site, fault: dict[str, Any]) -> None:
    """The API is down, slow or busy: 503 with Retry-After, and the cookies stay, so that the visitor can try again."""
    browser = awaited_site.browser()
    await browser.post("/login/link", {"email_address": ADA})
    page = await browser.follow(await browser.open(awaited_site.mail()))
    cookies = dict(browser.cookies)
    awaited_site.stytch.faults.add("*", **fault)
    answers = [
        await browser.post("/organizations/join", page.form("/organizations/join")),
        await browser.get("/organizations"),
        await browser.post("/login/password", {"email_address": ADA, "password": "x", "organization": "acme"}),
        await browser.post("/login/link", {"email_address": ADA, "organization": "acme"}),
        await browser.post("/login/code/check", {"email_address": ADA, "code": "123456"}),
        await browser.post("/password/forgot", {"email_address": ADA}),
        await browser.open("https://app.example.com/auth/callback?stytch_token_type=oauth&token=t"),
    ]
    assert [503] * len(answers) == [answer.status for answer in answers]
    assert all(int(answer.header("retry-after")) > 0 for answer in answers)
    assert all("text/html" in answer.header("content-type") for answer in answers)
    assert cookies == browser.cookies


async def test_logout_while_the_api_is_down(awaited_site: Site) -> None:
    """The cookies go all the same, after one attempt."""
    browser = await logged_in(awaited_site)
    awaited_site.stytch.faults.add("*", status=503)
    before = len(awaited_site.calls)
    assert 303 == (await browser.post("/logout")).status
    assert ["sessions.revoke"] == awaited_site.calls[before:]
    assert {} == browser.cookies


async def test_settings_that_are_wrong(awaited_site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A redirect that is not registered is the site's own mistake: a 500 that the log explains, not a mail that never comes."""
    awaited_site.configure(callback_url="not a URL")
    answer = await awaited_site.browser().post("/login/link", {"email_address": ADA, "organization": "acme"})
    assert 500 == answer.status
    assert "redirect_url" in caplog.text


async def test_wrong_methods(awaited_site: Site) -> None:
    browser = awaited_site.browser()
    assert 405 == (await browser.get("/login/password")).status
    assert 405 == (await browser.get("/login/code?token=t")).status
    assert 405 == (await browser.ask("DELETE", "/login", b"")).status


async def test_pages_are_not_stored(awaited_site: Site) -> None:
    """And they may neither be framed, nor run scripts, nor tell other sites the address with the token."""
    for path in ("/login", "/callback?stytch_token_type=sso&token=t", "/password/forgot", "/logout", "/second-factor"):
        answer = await awaited_site.browser().get(path)
        assert "no-store" == answer.header("cache-control")
        assert "default-src 'none'" in answer.header("content-security-policy")
        assert "frame-ancestors 'none'" in answer.header("content-security-policy")
        assert "same-origin" == answer.header("referrer-policy")
        assert "<script" not in answer.text
        style = answer.text.partition("<style>")[2].partition("</style>")[0]
        digest = b64encode(sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in answer.header("content-security-policy")


async def test_texts_are_escaped(awaited_site: Site) -> None:
    """Wherever they come from: the query, a form, an organization's name."""
    evil = '"><script>alert(1)</script>'
    browser = awaited_site.browser()
    answers = [
        await browser.get("/login?organization=%22%3E%3Cscript%3E"),
        await browser.post("/login/code", {"email_address": f"{evil}@example.com".replace(" ", "")}),
        await browser.get("/callback?stytch_token_type=sso&token=t&slug=%22%3E%3Cscript%3E"),
    ]
    await awaited_site.client.organizations.update(organization_id=awaited_site.organization_id, organization_name=evil)
    await browser.post("/login/link", {"email_address": ADA})
    answers.append(await browser.follow(await browser.open(awaited_site.mail())))
    assert "alert(1)" in answers[-1].text
    assert all("<script" not in answer.text for answer in answers)


async def logged_in(site: Site) -> Browser:
    """Log Ada in by mail."""
    browser = site.browser()
    await browser.post("/login/link", {"email_address": ADA, "organization": "acme"})
    await browser.open(site.mail())
    assert await browser.is_logged_in()
    assert query_of(site.mail())
    return browser
