"""JSON for applications that bring their own pages, and what applications can choose."""

import asyncio
from inspect import signature
from typing import Any

import pytest
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD

from stytch_b2b_async import Client
from stytch_b2b_async.web import Auth, Cookies
from stytch_b2b_async.web.login import LoginRouteOptions, LoginRoutes, Pages
from stytch_b2b_async.web.login.pending import PendingLogin
from stytch_b2b_async.web.login.views import LoginView

from .site import Site, query_of

JSON = {"accept": "application/json"}


async def test_password(site: Site) -> None:
    """The session is in the cookies alone; the body says who it is, and where to go."""
    await site.give_password()
    browser = site.browser()
    assert {"status": "login", "methods": ["password", "magic_link", "email_code", "sso"], "oauth": ["google", "github"]} == (
        await browser.get("/login", **JSON)
    ).json
    body = {"email_address": ADA, "password": PASSWORD, "organization": "acme"}
    answer = await browser.call("/login/password", body)
    assert 200 == answer.status
    assert {
        "status": "logged_in",
        "next": "/home",
        "organization_id": site.organization_id,
        "organization_slug": "acme",
        "member_id": site.login.member.member_id,
    } == answer.json
    assert await browser.is_logged_in()
    assert not [value for value in browser.cookies.values() if value in answer.text]


async def test_refusals_are_problems(site: Site) -> None:
    """With a code to branch on, and nothing of what the API said."""
    answer = await site.browser().call("/login/password", {"email_address": ADA, "password": "x", "organization": "acme"})
    assert (401, "application/problem+json") == (answer.status, answer.header("content-type"))
    assert {"type", "title", "status", "detail", "code"} == set(answer.json)
    assert "wrong_credentials" == answer.json["code"]
    malformed = await site.browser().call("/login/password", {"email_address": 1, "password": "x"})
    assert (400, "bad_request") == (malformed.status, malformed.json["code"])


async def test_discovery(site: Site) -> None:
    """The organizations are in the answer of the callback, which a script may post."""
    browser = site.browser()
    assert {"status": "sent"} == (await browser.call("/login/link", {"email_address": ADA})).json
    found = (await browser.call("/callback", query_of(site.mail()))).json
    assert "choose_organization" == found["status"]
    assert ["acme"] == [each["organization_slug"] for each in found["organizations"]]
    listed = (await browser.get("/organizations", **JSON)).json
    assert (found["organizations"], True) == (listed["organizations"], listed["can_create"])
    body = {"organization_id": found["organizations"][0]["organization_id"]}
    assert "logged_in" == (await browser.call("/organizations/join", body)).json["status"]
    assert await browser.is_logged_in()


async def test_a_script_confirms_nothing_by_itself(site: Site) -> None:
    """A token that nobody here asked for is not spent by posting it: the answer asks for a confirmation."""
    await site.client.magic_links.email.invite(
        organization_id=site.organization_id,
        email_address="eve@example.com",
        invite_redirect_url="https://app.example.com/auth/callback",
    )
    browser, body = site.browser(), query_of(site.mail("eve@example.com"))
    assert {"status": "confirm"} == (await browser.call("/callback", body)).json
    assert not browser.has_session
    assert "logged_in" == (await browser.call("/callback", {**body, "confirmed": "yes"})).json["status"]


async def test_second_factor(site: Site) -> None:
    await site.client.organizations.update(organization_id=site.organization_id, mfa_policy="REQUIRED_FOR_ALL")
    browser = site.browser()
    await browser.call("/login/link", {"email_address": ADA, "organization": "acme"})
    found = (await browser.call("/callback", query_of(site.mail()))).json
    assert ("second_factor", True, False) == (found["status"], found["must_enroll"], found["has_app"])
    app = (await browser.call("/second-factor/app")).json
    wrong = await browser.call("/second-factor", {"method": "totp", "code": "000000"})
    assert (401, "wrong_code") == (wrong.status, wrong.json["code"])
    code = site.stytch.totp_code(app["secret"])
    assert "logged_in" == (await browser.call("/second-factor", {"method": "totp", "code": code})).json["status"]
    assert 10 == len(app["recovery_codes"])


async def test_password_reset(site: Site) -> None:
    browser = site.browser()
    await browser.call("/password/forgot", {"email_address": ADA, "organization": "acme"})
    body = {name: value for name, value in query_of(site.mail()).items() if name != "public_token"}
    weak = await browser.call("/password/reset", {**body, "password": "password"})
    assert (422, "weak_password") == (weak.status, weak.json["code"])
    assert "logged_in" == (await browser.call("/password/reset", {**body, "password": OTHER_PASSWORD})).json["status"]


async def test_starts_and_logout(site: Site) -> None:
    browser = site.browser()
    answer = await browser.get("/oauth/google/start", **JSON)
    assert (200, "redirect") == (answer.status, answer.json["status"])
    assert answer.json["location"].startswith(site.stytch.url)
    await browser.open(await site.identify(answer.json["location"]))
    assert {"status": "logged_out"} == (await browser.call("/logout")).json
    assert {} == browser.cookies


@pytest.mark.parametrize(
    ("headers", "is_json"),
    [
        ({"accept": "application/json"}, True),
        ({"accept": "application/json, text/plain, */*"}, True),
        ({"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, False),
        ({"accept": "*/*"}, False),
        ({"accept": "*/*", "content_type": "application/json; charset=utf-8"}, True),
    ],
)
async def test_who_is_answered_in_json(awaited_site: Site, headers: dict[str, str], is_json: bool) -> None:  # noqa: FBT001
    answer = await awaited_site.browser().get("/login", **headers)
    assert is_json == ("json" in answer.header("content-type"))


async def test_own_pages(awaited_site: Site) -> None:
    """A subclass replaces one page, and its policy; the others stay."""

    class OurPages(Pages):
        content_security_policy = "default-src 'self'"

        def login(self, view: LoginView) -> str:
            return f"<h1>Ours</h1><form method=post action={view.paths['password']}>{view.organization}"

    awaited_site.configure(pages=OurPages())
    answer = await awaited_site.browser().get("/login?organization=acme")
    assert "<h1>Ours</h1><form method=post action=/auth/login/password>acme" == answer.text
    assert "default-src 'self'" == answer.header("content-security-policy")
    assert "Choose a new password" in (await awaited_site.browser().get("/password/forgot")).text


@pytest.mark.parametrize(
    "options",
    [
        {"after": "https://evil.example"},
        {"after": "//evil.example"},
        {"after_logout": "home"},
        {"methods": ["passkey"]},
        {"oauth": ["myspace"]},
        {"unsolicited": "sometimes"},
    ],
)
async def test_arguments_are_checked(awaited_site: Site, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="|".join(options)):
        awaited_site.configure(**options)


def test_adapters_pass_on_every_argument() -> None:
    given = [name for name in signature(LoginRoutes).parameters if name != "auth"]
    assert given == list(LoginRouteOptions.__annotations__)


async def test_session_minutes(awaited_site: Site) -> None:
    """Every way to log in starts a session of that length."""
    awaited_site.configure(session_minutes=480)
    await awaited_site.give_password()
    browser = awaited_site.browser()
    form = {"email_address": ADA, "password": PASSWORD, "organization": "acme"}
    answer = await browser.post("/login/password", form)
    ages = [int(cookie.partition("Max-Age=")[2].partition(";")[0]) for cookie in answer.set_cookies]
    assert all(480 * 60 - 60 < age <= 480 * 60 for age in ages)
    await asyncio.to_thread(awaited_site.stytch.log_in, ADA, organization="babbage")
    await browser.post("/organizations/join", {"organization_id": "babbage"})
    sent = [call.request for call in awaited_site.stytch.calls if call.operation in {"passwords.authenticate", "sessions.exchange"}]
    assert [480, 480] == [request["session_duration_minutes"] for request in sent]


async def test_the_organization_of_the_host(awaited_site: Site) -> None:
    """Where hosts say which organization they belong to, so does the login page, unless it is told another one."""
    auth = Auth(awaited_site.client, organization="{org}.example.com")
    awaited_site.auth, awaited_site.routes = auth, awaited_site.routes_of(awaited_site.stytch, auth)
    answer = await awaited_site.answer("GET", "/login", {"host": "acme.example.com", "accept": "text/html"})
    assert "Log in to acme" in answer.text
    answer = await awaited_site.answer("GET", "/login?organization=babbage", {"host": "acme.example.com", "accept": "text/html"})
    assert "Log in to babbage" in answer.text
    answer = await awaited_site.answer("GET", "/login", {"host": "a.b.example.com", "accept": "text/html"})
    assert "<h1>Log in</h1>" in answer.text


async def test_cookies_that_belong_to_the_frontend_sdk(awaited_site: Site) -> None:
    """The login routes could not set them."""
    with pytest.raises(ValueError, match="frontend SDK"):
        LoginRoutes(Auth(awaited_site.client, cookies=Cookies.shared()))


async def test_wrong_credentials_of_the_project(awaited_site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """They are the site's own mistake, said once in the log, and cost no cookies."""
    async with Client(awaited_site.stytch.project_id, "secret-test-wrong", base_url=awaited_site.stytch.url) as wrong:
        auth = Auth(wrong)
        awaited_site.auth, awaited_site.routes = auth, awaited_site.routes_of(awaited_site.stytch, auth)
        browser = awaited_site.browser()
        browser.cookies["__Host-stytch_login"] = PendingLogin("choose_organization", "t" * 43).to_cookie()
        answers = [await browser.get("/organizations"), await browser.get("/organizations")]
    assert [500, 500] == [answer.status for answer in answers]
    assert 1 == len(caplog.records)
    assert "__Host-stytch_login" in browser.cookies
