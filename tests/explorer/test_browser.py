"""The pages in a browser."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

import pytest
from support.arguments import arguments
from support.filled_forms import pairs_of

from stytch_b2b_async import APIStatusError
from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.emulator.calls import masked
from stytch_b2b_async.explorer import Explorer

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "weaving algebra as looms weave leaves"


@pytest.fixture(scope="module")
def browser(explorer: Explorer) -> Iterator[Any]:
    assert explorer.url  # before the browser's event loop
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


Beside: TypeAlias = Callable[..., Any]


class Tab:
    """A page of the browser, and all that it asked for and complained about."""

    def __init__(self, page: Any, explorer: Explorer) -> None:
        self.page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.enter_explorer(explorer)

    def enter_explorer(self, explorer: Explorer) -> None:
        """Open a new one-time address."""
        self.url = explorer.url
        self.page.goto(explorer.new_address())
        self.page.wait_for_url(f"{explorer.url}/")

    def _note(self, message: Any) -> None:
        if message.type != "verbose":  # hints, such as that password forms should have a user's name
            self.complaints.append(message.text)

    def go(self, operation: str, **query: str) -> None:
        self.page.goto(f"{self.url}/{operation}" + (f"?{urlencode(query)}" if query else ""))

    def enter(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f'[id="f-{name}"]', text)

    def send(self) -> Any:
        """Press Send, and return the answer."""
        self.page.wait_for_selector("form#form:not(.sending)")
        with self.page.expect_response(
            lambda response: response.request.method == "POST" and "/preview/" not in response.url
        ) as sent:
            self.page.click("#send")
        return sent.value.json()

    def choose(self, place: str, text: str) -> None:
        """Enter a value, in a new row if there is none for it."""
        control = self.page.locator(f'[id="f-{place}"]')
        if not control.count():
            rows = re.sub(r"^(.*)\.\d+.*?$", r"\1", place)
            self.page.click(f'button[name=_add][value="{rows}"]')
        for fold in self.page.locator(f'details:not([open]):has([id="f-{place}"]) > summary').all():
            fold.click()
        if control.evaluate("each => each.tagName") == "SELECT":
            control.select_option(text)
        else:
            control.fill(text)

    def snippet(self, text: str) -> None:
        """Wait until the code holds a text."""
        self.page.wait_for_function("text => document.querySelector('#snippet-python').textContent.includes(text)", arg=text)


@pytest.fixture
def tab(browser: Any, explorer: Explorer) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = Tab(context.new_page(), explorer)
    yield opened
    assert [] == opened.complaints  # refused by the policy, or failed
    assert {urlsplit(opened.url).netloc} == {urlsplit(url).netloc for url in opened.asked}  # nothing from elsewhere
    context.close()


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    """Run a function in a thread without the browser's event loop."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda function, *arguments: thread.submit(function, *arguments).result()


@pytest.fixture(scope="module")
def tenant(emulator: Emulator, beside: Beside) -> dict[str, str]:
    """An organization with a member."""
    login = beside(partial(emulator.log_in, "ada@example.com", organization="analytical-engines"))
    return {
        "organization_id": login.organization.organization_id,
        "email_address": login.member.email_address,
        "member_id": login.member.member_id,
    }


def test_a_password_is_reset_with_four_clicks(tenant: dict[str, str], tab: Tab) -> None:
    """Send; fill the next form with the mailed link; send; and the session is there."""
    tab.go("passwords.email.reset_start", organization_id=tenant["organization_id"], email_address=tenant["email_address"])
    tab.send()
    tab.page.click("#reply a:has-text('passwords.email.reset')")
    tab.enter(password=PASSWORD)
    answer = tab.send()
    assert "session_token" in answer["reply"]
    assert PASSWORD not in tab.page.content()
    tab.page.click("li:has(> .key:text-is('session_token')) summary")
    token = tab.page.inner_text("li:has(> .key:text-is('session_token')) .value")
    tab.go("sessions.authenticate")
    if not tab.page.is_visible("[data-fill=session_token]"):
        tab.page.click(".fold summary")
    tab.page.click("[data-fill=session_token] >> nth=0")
    assert token == tab.page.input_value('[id="f-session_token"]')
    assert ">200<" in tab.send()["reply"]


def test_the_code_follows_each_keystroke(tab: Tab) -> None:
    """Within 150 ms of the last one, with errors at their field."""
    tab.go("organizations.create")
    tab.page.focus('[id="f-organization_name"]')
    tab.page.evaluate(
        """() => {
            const code = document.getElementById("snippet-python");
            const input = document.getElementById("f-organization_name");
            window.delays = [];
            let typed;
            input.addEventListener("input", () => (typed = performance.now()));
            const changed = () => window.delays.push(performance.now() - typed);
            new MutationObserver(changed).observe(code, {childList: true, characterData: true, subtree: true});
        }"""
    )
    for end in range(1, 6):
        tab.page.keyboard.type("Café"[end - 1 : end] or "!")
        tab.snippet(f'organization_name="{"Café!"[:end]}"')
    delays = tab.page.evaluate("window.delays")
    assert 150 > sorted(delays)[len(delays) // 2], delays


def test_a_send_takes_what_the_form_holds(tab: Tab) -> None:
    """Also what was typed so shortly before that the code does not show it yet."""
    tab.go("organizations.create")
    tab.page.evaluate(
        """() => {
            const input = document.getElementById("f-organization_name");
            for (const text of ["first", "second", "last of all"]) {
                input.value = text;
                input.dispatchEvent(new Event("input", {bubbles: true}));
            }
            document.getElementById("send").click();
            input.value = "too late";
        }"""
    )
    tab.page.wait_for_selector("#reply .tree")
    assert "last of all" in tab.page.inner_text("#reply .tree")


def test_a_double_click_acts_once(tab: Tab, emulator: Emulator) -> None:
    """A slow one, too, whose second click comes after the reply; the next send is a new call."""
    tab.go("organizations.create", organization_name="Twice")
    before = len(emulator.calls.to("organizations.create"))
    tab.page.evaluate(
        """async () => {
            const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));
            const send = document.getElementById("send");
            send.click();
            send.click();
            while (!document.querySelector("#reply .tree")) await pause(5);
            send.click();
            await pause(50);
        }"""
    )
    assert before + 1 == len(emulator.calls.to("organizations.create"))
    tab.send()
    assert before + 2 == len(emulator.calls.to("organizations.create"))


def test_everything_works_by_keyboard(tab: Tab) -> None:
    """Search with `/`, open the first match, fill in, send, and read the reply: without a mouse."""
    press = tab.page.keyboard.press
    tab.go("debug.whoami")
    press("/")
    tab.page.keyboard.type("create an organization without")
    press("Enter")
    tab.page.wait_for_url("**/organizations.create")
    press("Tab")
    press("Enter")  # on the link that skips the list
    while tab.page.evaluate("document.activeElement.name") != "organization_name":
        press("Tab")
    tab.page.keyboard.type("By keyboard")
    press("Enter")
    tab.page.wait_for_selector("#reply .tree")
    assert "By keyboard" in tab.page.inner_text("#reply .tree")


def test_rows_are_added_and_removed(tab: Tab) -> None:
    """Also rows within rows."""
    tab.go("rbac.organizations.set_org_policy", organization_id="acme")
    tab.enter(**{"org_policy.roles.0.role_id": "editor", "org_policy.roles.0.description": "d"})
    tab.enter(**{"org_policy.roles.0.permissions.0.resource_id": "documents", "org_policy.roles.0.permissions.0.actions.0": "read"})
    tab.page.click("button[name=_add][value='org_policy.roles.0.permissions.0.actions']")
    tab.page.keyboard.type("write")
    tab.snippet('"actions": ["read", "write"]')
    tab.page.click("button[name=_add][value='org_policy.roles']")
    tab.page.keyboard.type("viewer")
    tab.page.wait_for_function(
        "() => document.querySelector('#snippet-note').textContent.includes('org_policy.roles.1.description')"
    )
    assert "viewer" == tab.page.input_value("[name='org_policy.roles.1.role_id']")
    assert tab.page.is_visible("[name='org_policy.roles.1.permissions.0.actions.0']")
    tab.page.click(".row:has([name='org_policy.roles.1.role_id']) > .remove")
    tab.snippet('"actions": ["read", "write"]')


def test_what_is_wrong_is_shown_before_it_is_sent(tab: Tab, emulator: Emulator) -> None:
    tab.go("passwords.authenticate", session_duration_minutes="soon")
    before = len(emulator.calls)
    tab.send()
    assert "session_duration_minutes must be an int, not a str" == tab.page.inner_text("[data-error=session_duration_minutes]")
    assert "organization_id is required" == tab.page.inner_text("[data-error=organization_id]")
    assert "organization_id" == tab.page.evaluate("document.activeElement.name")
    assert tab.page.inner_text("#reply").endswith(
        "Not sent: see organization_id, email_address, password, session_duration_minutes."
    )
    assert before == len(emulator.calls)


def test_secrets_are_masked_and_nowhere_kept(tab: Tab, emulator: Emulator) -> None:
    """A password is typed unseen, is `***` in the code until asked for, and in no storage of the browser."""
    tab.go("passwords.strength_check")
    tab.enter(password=PASSWORD)
    tab.snippet('password="***"')
    tab.page.check("#secrets")
    tab.snippet(f'password="{PASSWORD}"')
    tab.page.click("[data-reveal]")
    assert "text" == tab.page.get_attribute('[id="f-password"]', "type")
    tab.send()
    kept = tab.page.evaluate(
        "[document.documentElement.outerHTML, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]"
    )
    for text in kept:
        assert emulator.secret not in text
    assert ["{}", "{}", ""] == kept[1:]


def test_what_is_copied(tab: Tab) -> None:
    tab.go("debug.whoami")
    tab.send()
    tab.page.hover("#reply .tree li:has(.key:text-is('name'))")
    tab.page.click("#reply .tree li:has(.key:text-is('name')) .copy")
    assert "Emulated project" == tab.page.evaluate("navigator.clipboard.readText()")
    tab.page.check("#show-curl", force=True)
    tab.page.click("#copy-snippet")
    assert tab.page.evaluate("navigator.clipboard.readText()").startswith("curl --request GET")


def test_what_acts_each_time_asks_first(tab: Tab, emulator: Emulator, asking: Explorer) -> None:
    """In a real project: the first press of Send asks, with the answer under the cursor; only the second one sends."""
    tab.asked.clear()
    tab.enter_explorer(asking)
    tab.go("organizations.create", organization_name="Asked")
    before = len(emulator.calls)
    assert "Send it" in tab.send()["reply"]
    assert before == len(emulator.calls)
    tab.page.wait_for_selector("#confirm:focus")
    tab.page.wait_for_selector("form#form:not(.sending)")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_selector("#reply .tree")
    assert [("organizations.create", {"organization_name": "Asked"})] == [
        (call.operation, call.request) for call in emulator.calls[before:]
    ]


@pytest.mark.slow
def test_a_form_is_there_within_a_second(tab: Tab) -> None:
    """The best of five: from asking for the page to its code beside what was typed."""

    def seconds() -> float:
        began = time.perf_counter()
        tab.go("organizations.create")
        tab.enter(organization_name="Quick")
        tab.snippet('organization_name="Quick"')
        return time.perf_counter() - began

    assert 1 > min(seconds() for _ in range(5))


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (820, "dark"), (1440, "dark")])
def test_it_is_accessible_and_fits_every_screen(tab: Tab, tenant: dict[str, str], width: int, scheme: str) -> None:
    """Axe finds nothing, and a phone scrolls down only: first page, reply, errors, and forms within forms."""
    tab.page.emulate_media(color_scheme=scheme)
    tab.page.set_viewport_size({"width": width, "height": 900})
    for operation in ("", "passwords.email.reset_start", "passwords.authenticate", "rbac.organizations.set_org_policy"):
        fields = ("organization_id", "email_address") if operation == "passwords.email.reset_start" else ()
        tab.go(operation, **{name: tenant[name] for name in fields})
        tab.page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
        if operation.startswith("passwords."):
            tab.send()
        assert [] == violations(tab), operation
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width, operation


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_live_project_is_red_and_legible(tab: Tab, live: Explorer, scheme: str) -> None:
    tab.page.emulate_media(color_scheme=scheme)
    tab.asked.clear()
    tab.enter_explorer(live)
    tab.go("organizations.create", organization_name="Live")
    assert "It goes to the LIVE project project-live-1." in tab.send()["reply"]
    assert "rgb(179, 38, 30)" == tab.page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor")
    assert [] == violations(tab)


def violations(tab: Tab) -> list[Any]:
    """Return what axe finds."""
    tab.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = tab.page.evaluate("axe.run()")["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found]


@pytest.mark.slow
def test_every_endpoint_is_sent_from_its_form(tab: Tab, emulator: Emulator, tenant: dict[str, str], beside: Beside) -> None:
    """Each form, filled with what it requires, gets the reply of the direct call: ids, tokens and times apart."""
    statuses: Counter[int] = Counter()
    state = beside(emulator.state)
    client = emulator.blocking_client(max_attempts=1)
    for operation, declared in endpoints().items():
        made_up = {**arguments(declared.request, optional=False), **tenant, "project_id": emulator.project_id}
        given = {each.name: made_up[each.name] for each in declared.parameters if each.name in made_up}
        given |= {name: text.replace(" ", "-") for name, text in given.items() if isinstance(text, str)}  # as ids are
        tab.go(operation)
        for place, text in pairs_of(declared, given):
            tab.choose(place, text)
        answer = tab.send()
        assert answer.get("sent"), (operation, answer)
        beside(emulator.load_state, state)
        with suppress(APIStatusError):
            beside(client.send, declared.request(**given))
        direct = emulator.calls[-1]
        beside(emulator.load_state, state)
        assert operation == direct.operation
        assert comparable(direct.response) == comparable(masked(json.loads(tab.page.text_content("#reply .fold pre"))))
        assert str(direct.status) == tab.page.inner_text("#reply .badge")
        statuses[direct.status] += 1
    beside(client.close)
    assert statuses[200] > 30, statuses
    assert 6 == statuses[501]  # those of fraud prevention are not emulated


def comparable(body: Any) -> str:
    """Write JSON without what differs between two calls."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z|[\w-]{40,}", "…", json.dumps(body, sort_keys=True))
