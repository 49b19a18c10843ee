"""The pages: everything is escaped, and nothing else than the page itself may run or be loaded."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from support.pure_api import PureAPI

from stytch_b2b_async.emulator import Emulator, Message

EVIL = '<script>document.title = "evil"</script>'
PAGES = ["", "pages/mail", "pages/organizations", "pages/members", "pages/sessions", "pages/calls"]
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def api() -> Iterator[PureAPI]:
    with PureAPI() as made:
        yield made


def html(api: PureAPI, path: str, query: str = "", **headers: str) -> str:
    response = api.send("GET", f"/_emulator/{path}", b"", query, **headers)
    assert 200 == response.status, response.body
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "no-referrer" == response.headers["referrer-policy"]
    return response.body.decode()


@pytest.mark.parametrize("path", PAGES)
def test_empty_pages(api: PureAPI, path: str) -> None:
    """They say that there is nothing yet, and need no credentials."""
    api.headers.pop("authorization")
    assert re.search(r"No \w+", html(api, path))


def filled(api: PureAPI) -> tuple[str, str]:
    organization = api.post("organizations", organization_name=EVIL)["organization"]
    organization_id = organization["organization_id"]
    member = api.post(f"organizations/{organization_id}/members", email_address="ada@example.com", name=EVIL)["member"]
    api.post("passwords/email/reset/start", organization_id=organization_id, email_address="ada@example.com")
    return organization_id, member["member_id"]


def test_links_of_a_reset_mail(api: PureAPI) -> None:
    """Both links of a reset mail can be clicked. One sets a password, the other one logs in without."""
    filled(api)
    mail, page = api.project.outbox[-1], html(api, "pages/mail")
    for url in (mail.url, mail.login_url):
        assert f'href="{url.replace("&", "&amp;")}"' in page


def test_texts_are_escaped(api: PureAPI) -> None:
    """Names, addresses and metadata are whatever somebody chose."""
    organization_id, member_id = filled(api)
    api.project.outbox.add(Message(to=EVIL, kind=EVIL, code=EVIL, url=f"javascript:{EVIL}"))
    api.project.outbox.add(Message(to='"><img src=x>', kind="x", url='https://example.com/"><img src=x>'))
    pages = [html(api, path) for path in PAGES]
    pages.append(html(api, "pages/organizations", f"id={organization_id}"))
    pages.append(html(api, "pages/members", f"id={member_id}"))
    assert any("&lt;script&gt;" in page for page in pages)
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
        assert "style=" not in page
        assert not re.search(r'href="(?!https?://|/_emulator/|data:,")', page)


@pytest.mark.parametrize("path", [*PAGES, "pages/style.css", "pages/call"])
def test_pages_are_for_this_machine(api: PureAPI, path: str) -> None:
    """As all control routes are."""
    assert 421 == api.send("GET", f"/_emulator/{path}", b"", "", host="evil.example.com").status


@pytest.mark.parametrize(
    ("path", "query"),
    [("pages/call", "number=99"), ("pages/call", ""), ("pages/members", "id=x"), ("pages/organizations", "id=x"), ("pages/x", "")],
)
def test_what_is_not_there(api: PureAPI, path: str, query: str) -> None:
    """Is an error like any."""
    assert 404 == api.send("GET", f"/_emulator/{path}", b"", query).status


@pytest.mark.parametrize("offset", ["-1", "x", "99999999999999999999", "1e9", "", "%C2%B2"])
def test_odd_offsets(api: PureAPI, offset: str) -> None:
    """Count as none."""
    assert html(api, "pages/organizations", f"offset={offset}")


def test_long_lists_are_shown_in_parts(api: PureAPI) -> None:
    """Newest first."""
    for number in range(150):
        api.post("organizations", organization_name=f"Acme {number}")
    first, second = html(api, "pages/organizations"), html(api, "pages/organizations", "offset=100")
    assert "1 to 100 of 150" in first
    assert "Acme 149<" in first
    assert "101 to 150 of 150" in second
    assert "Acme 0<" in second


@pytest.fixture
def site() -> Iterator[Emulator]:
    """An emulator with a member and a mail; the blocking client is gone before a browser's event loop runs in this thread."""
    with Emulator() as stytch:
        with stytch.blocking_client() as client:
            organization_id = client.organizations.create(organization_name=EVIL).organization.organization_id
            client.organizations.members.create(organization_id=organization_id, email_address="ada@example.com", name=EVIL)
            url = f"{stytch.url}/_emulator/health"
            client.passwords.email.reset_start(
                organization_id=organization_id, email_address="ada@example.com", reset_password_redirect_url=url
            )
        yield stytch


@pytest.fixture
def browser(site: Emulator) -> Iterator[Any]:
    assert site.url  # before the browser's event loop
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("kind", ["oauth", "sso"])
def test_identity_provider_in_a_browser(site: Emulator, browser: Any, kind: str) -> None:
    """The start shows who is known; whoever is chosen is led back to the application with a token of the kind."""
    organization_id = site.log_in("ada@example.com", organization="acme").organization.organization_id
    back = f"{site.url}/_emulator/health"
    query = {"public_token": site.public_token, "login_redirect_url": back, "signup_redirect_url": back}
    path = "/v1/b2b/public/oauth/google/start"
    if kind == "sso":
        path = "/v1/public/sso/start"
        query["connection_id"] = _active_connection(site, organization_id)
    else:
        query["organization_id"] = organization_id
    page = browser.new_page()
    complaints = complaints_in(page)
    for choose in (_choose_known, _choose_other):
        page.goto(f"{site.url}{path}?{urlencode(query)}")
        with page.expect_navigation(url=f"{back}?*"):
            choose(page)
        found = parse_qs(urlsplit(page.url).query)
        assert [kind] == found["stytch_token_type"]
        assert found["token"][0]
    assert [] == complaints


def complaints_in(page: Any) -> list[str]:
    """Collect what the browser says in its console."""
    complaints: list[str] = []

    def note(message: Any) -> None:
        if "favicon" not in message.location["url"]:  # the page that the link leads to has no icon
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def _choose_known(page: Any) -> None:
    page.click("button >> text=ada@example.com")


def _choose_other(page: Any) -> None:
    page.fill("form >> nth=-1 >> [name=email_address]", "eve@example.com")
    page.click("text=Log in >> nth=-1")


def _active_connection(site: Emulator, organization_id: str) -> str:
    def create() -> str:  # in another thread: a browser's event loop runs in this one
        with site.blocking_client() as client:
            made = client.sso.oidc.create_connection(organization_id=organization_id).connection
            assert made is not None
            names: dict[str, Any] = {"organization_id": organization_id, "connection_id": made.connection_id}
            client.sso.oidc.update_connection(**names, issuer="https://idp.example", client_id="app", client_secret="made up")
            return made.connection_id

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(create).result()


def test_pages_in_a_browser(site: Emulator, browser: Any, tmp_path: Path) -> None:
    """Mail can be read and followed, a member and a call be found; nothing runs, and nothing is refused by the policy."""
    page = browser.new_page()
    complaints = complaints_in(page)
    page.goto(f"{site.url}/_emulator/")
    assert "Overview · Stytch emulator" == page.title()
    page.click("nav >> text=Members")
    assert EVIL == page.inner_text("tbody td:nth-child(1)")
    page.click("text=ada@example.com")
    page.click("nav >> text=Calls")
    page.click("tbody tr:first-child a")
    assert "passwords.email.reset_start" in page.inner_text("h1")
    assert '"email_address": "ada@example.com"' in page.inner_text("pre >> nth=0")
    page.click("nav >> text=Mail")
    assert [] == complaints
    with page.expect_navigation():
        page.click("text=Open the link")
    assert f"token={site.outbox[-1].token}" in page.url
    assert '"status":"ok"' in page.inner_text("body").replace(" ", "")
    for scheme, expected in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(21, 24, 28)")):
        page.emulate_media(color_scheme=scheme)
        for name in PAGES:
            page.goto(f"{site.url}/_emulator/{name}")
            assert expected == page.evaluate("getComputedStyle(document.body).backgroundColor")
            page.screenshot(path=str(tmp_path / f"{scheme}-{name.replace('/', '-') or 'overview'}.png"))
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site.url}/_emulator/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # a narrow screen scrolls tables, not the page
    assert [] == complaints
