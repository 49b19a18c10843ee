"""The login routes: what a framework could get wrong about forms, redirects, cookies and queries."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

import attrs
from web.app import IMPATIENT, LOGINS
from web.driver import Reply
from web.staging import JWT, OURS, TOKEN, Ask, Stage, Table, cookie

table = Table()

FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = (("Content-Type", "application/json"), ("Accept", "application/json"))
OWN = ("Sec-Fetch-Site", "same-origin")
EVIL = (("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example"))
PAGE = ("Accept", "text/html")
ADA = "ada@example.com"


@attrs.define(eq=False)
class Browser:
    """A browser that keeps cookies."""

    stage: Stage
    cookies: dict[str, str] = attrs.field(factory=dict[str, str])

    def get(self, target: str, *headers: tuple[str, str], method: str = "GET") -> Reply:
        """Open a page."""
        return self._send(method, target, headers or (PAGE,), b"")

    def post(self, target: str, form: dict[str, str] | None = None, *headers: tuple[str, str]) -> Reply:
        """Send a form, from a page of this site unless the headers say otherwise."""
        return self._send("POST", target, (FORM, PAGE, *(headers or (OWN,))), urlencode(form or {}).encode())

    def call(self, target: str, body: Any) -> Reply:
        """Send JSON."""
        return self._send("POST", target, (*JSON, OWN), json.dumps(body).encode())

    def mailed(self, email: str = ADA) -> str:
        """Return where the newest mail leads, on this host."""
        parts = urlsplit(self.stage.fake.outbox.last(to=email).url)
        assert ("https", "app.example.com", "/auth/callback") == (parts.scheme, parts.netloc, parts.path)
        return f"{parts.path}?{parts.query}"

    def log_in(self) -> None:
        """Log Ada in to acme by mail."""
        self.post("/auth/login/link", {"email_address": ADA, "organization": "acme"})
        assert 303 == self.get(self.mailed()).status
        assert set(OURS) <= set(self.cookies)

    @property
    def is_logged_in(self) -> bool:
        """Whether a protected route lets the browser in."""
        return 200 == self.get("/acme/invoices").status

    def _send(self, method: str, target: str, headers: tuple[tuple[str, str], ...], body: bytes) -> Reply:
        sent = (*headers, cookie(self.cookies)) if self.cookies else headers
        reply = self.stage.send(Ask(method, target, sent, body))
        for name, found in reply.cookies.items():
            assert {"httponly", "samesite=lax", "path=/", "secure"} <= found.attributes
            assert "no-store" == reply.header("cache-control")
            if found.max_age:
                self.cookies[name] = found.value
            else:
                self.cookies.pop(name, None)
        return reply


def _browser(stage: Stage) -> Browser:
    stage.fake.sign_in(ADA, organization="acme")
    return Browser(stage)


@table.case(LOGINS)
def login_page(stage: Stage) -> None:
    reply = Browser(stage).get("/auth/login?organization=acme&next=/acme/invoices")
    assert 200 == reply.status
    assert "text/html; charset=utf-8" == reply.header("content-type")
    assert b"Log in to acme" in reply.body
    assert b'action="/auth/login/password"' in reply.body
    assert "default-src 'none'" in (reply.header("content-security-policy") or "")
    assert "no-store" == reply.header("cache-control")


@table.case(LOGINS)
def a_page_that_needs_a_session_leads_to_the_login_and_back(stage: Stage) -> None:
    browser = _browser(stage)
    navigation = (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none"), PAGE)
    sent = browser.get("/acme/invoices?page=2", *navigation)
    login = browser.get(sent.header("location") or "")
    assert 200 == login.status
    browser.post("/auth/login/link", {"email_address": ADA, "organization": "acme"})
    assert "/acme/invoices?page=2" == browser.get(browser.mailed()).header("location")
    assert browser.is_logged_in


@table.case(LOGINS)
def login_by_mailed_code(stage: Stage) -> None:
    browser = _browser(stage)
    form = {"email_address": ADA, "organization": "acme"}
    assert b"Enter the code" in browser.post("/auth/login/code", form).body
    assert 401 == browser.post("/auth/login/code/check", {**form, "code": "000000"}).status
    reply = browser.post("/auth/login/code/check", {**form, "code": stage.fake.outbox.last(to=ADA).code})
    assert (303, "/me") == (reply.status, reply.header("location"))
    assert browser.is_logged_in


@table.case(LOGINS)
def login_by_discovery_in_json(stage: Stage) -> None:
    browser = _browser(stage)
    assert {"status": "sent"} == browser.call("/auth/login/code", {"email_address": ADA}).json
    code = stage.fake.outbox.last(to=ADA).code
    found = browser.call("/auth/login/code/check", {"email_address": ADA, "code": code}).json
    chosen = next(each for each in found["organizations"] if each["organization_slug"] == "acme")
    reply = browser.call("/auth/organizations/join", {"organization_id": chosen["organization_id"]})
    assert ("logged_in", "/me") == (reply.json["status"], reply.json["next"])
    assert browser.is_logged_in


@table.case(LOGINS)
def password_that_is_reset(stage: Stage) -> None:
    browser = _browser(stage)
    browser.post("/auth/password/forgot", {"email_address": ADA, "organization": "acme"})
    target = browser.mailed()
    assert b"Choose a new password" in browser.get(target).body
    assert [] == stage.calls
    fields = dict(pair.split("=") for pair in urlsplit(target).query.split("&") if "public_token" not in pair)
    form = {"token": fields["token"], "stytch_token_type": "multi_tenant_passwords"}
    assert 422 == browser.post("/auth/password/reset", {**form, "password": "password"}).status
    assert 303 == browser.post("/auth/password/reset", {**form, "password": "wobbly-teapot-orbits-47"}).status
    assert browser.is_logged_in
    other = Browser(stage)
    login = {"email_address": ADA, "password": "wobbly-teapot-orbits-47", "organization": "acme"}
    assert 401 == other.post("/auth/login/password", {**login, "password": "another"}).status
    assert 303 == other.post("/auth/login/password", login).status


@table.case(LOGINS)
def password_that_is_reset_after_a_second_factor(stage: Stage) -> None:
    """A link that starts a session resets the password only once the second factor is there."""
    vera, number, password = "vera@example.com", "+12025550143", "wobbly-teapot-orbits-47"
    member = stage.fake.sign_in(vera, organization="vault").member_session
    with stage.fake.blocking_client() as client:
        client.organizations.update(organization_id=member.organization_id, mfa_policy="REQUIRED_FOR_ALL")
        client.organizations.members.update(
            organization_id=member.organization_id, member_id=member.member_id, mfa_phone_number=number
        )
    browser = Browser(stage)
    browser.post("/auth/login/link", {"email_address": vera, "organization": "vault"})
    form = dict(pair.split("=") for pair in urlsplit(browser.mailed(vera)).query.split("&"))
    form = {"token": form["token"], "stytch_token_type": form["stytch_token_type"], "stytch_redirect_type": "reset_password"}
    assert 422 == browser.post("/auth/password/reset", {**form, "password": "password"}).status
    assert "/auth/second-factor" == browser.post("/auth/password/reset", {**form, "password": password}).header("location")
    code = stage.fake.outbox.last(to=number).code
    reply = browser.post("/auth/second-factor", {"method": "sms", "code": code})
    assert (303, "/auth/password/reset") == (reply.status, reply.header("location"))
    assert TOKEN not in browser.cookies
    assert b"once more" in browser.get("/auth/password/reset").body
    assert 422 == browser.post("/auth/password/reset", {"password": "password"}).status
    reply = browser.post("/auth/password/reset", {"password": password})
    assert (303, "/me") == (reply.status, reply.header("location"))
    assert 200 == browser.get("/vault/invoices").status
    assert 401 == Browser(stage).get("/auth/password/reset").status
    login = {"email_address": vera, "password": password, "organization": "vault"}
    assert "/auth/second-factor" == Browser(stage).post("/auth/login/password", login).header("location")


@table.case(LOGINS)
def login_at_a_provider_starts(stage: Stage) -> None:
    browser = Browser(stage)
    reply = browser.get("/auth/oauth/google/start?organization=acme&next=/acme/invoices")
    location = reply.header("location") or ""
    assert 303 == reply.status
    assert location.startswith("https://login.example.net/v1/b2b/public/oauth/google/start?")
    assert "login_redirect_url=https%3A%2F%2Fapp.example.com%2Fauth%2Fcallback" in location
    assert {"__Host-stytch_login_next"} == {name for name in browser.cookies if "verifier" not in name}
    assert 2 == len(browser.cookies)
    assert 303 == browser.get("/auth/sso/start?organization=acme").status
    assert [] == stage.calls


@table.case(LOGINS)
def callback_of_another_browser(stage: Stage) -> None:
    """Login CSRF: the attacker's link logs nobody else in."""
    attacker, victim = _browser(stage), Browser(stage)
    attacker.post("/auth/login/link", {"email_address": ADA, "organization": "acme"})
    target = attacker.mailed()
    assert b"Continue logging in?" in victim.get(target).body
    assert [] == stage.calls
    victim.get("/auth/oauth/google/start")
    assert 403 == victim.get(target).status
    assert TOKEN not in victim.cookies


@table.case(LOGINS)
def parallel_tabs(stage: Stage) -> None:
    browser = _browser(stage)
    form = {"email_address": ADA, "organization": "acme"}
    browser.post("/auth/login/link", form)
    first = browser.mailed()
    browser.get("/auth/oauth/google/start")
    browser.post("/auth/login/link", form)
    second = browser.mailed()
    assert 303 == browser.get(second).status
    assert 303 == browser.get(first).status
    assert browser.is_logged_in


@table.case(LOGINS)
def head_and_prefetch_spend_nothing(stage: Stage) -> None:
    browser = _browser(stage)
    browser.post("/auth/login/link", {"email_address": ADA, "organization": "acme"})
    target = browser.mailed()
    reply = browser.get(target, method="HEAD")
    assert (200, b"", {}) == (reply.status, reply.body, reply.cookies)
    assert [] == stage.calls
    assert 503 == browser.get(target, PAGE, ("Sec-Purpose", "prefetch")).status
    assert [] == stage.calls
    assert 303 == browser.get(target).status


@table.case(LOGINS)
def link_that_is_opened_twice(stage: Stage) -> None:
    browser = _browser(stage)
    browser.log_in()
    session = dict(browser.cookies)
    assert 400 == browser.get(browser.mailed()).status
    assert session == browser.cookies


@table.case(LOGINS)
def logout(stage: Stage) -> None:
    browser = _browser(stage)
    browser.log_in()
    assert b"Log out?" in browser.get("/auth/logout").body
    assert browser.is_logged_in
    reply = browser.post("/auth/logout")
    assert (303, "/about") == (reply.status, reply.header("location"))
    assert ["sessions.revoke"] == stage.calls
    assert {} == browser.cookies


@table.case(LOGINS)
def logout_during_an_outage(stage: Stage) -> None:
    browser = _browser(stage)
    browser.log_in()
    stolen = Browser(stage, dict(browser.cookies))
    with stage.fake.down():
        assert 303 == browser.post("/auth/logout").status
        assert {} == browser.cookies
        assert 401 == stolen.get("/me", ("Accept", "*/*")).status


@table.case(LOGINS)
def outage_during_a_login(stage: Stage) -> None:
    browser = _browser(stage)
    browser.post("/auth/login/link", {"email_address": ADA, "organization": "acme"})
    target, cookies = browser.mailed(), dict(browser.cookies)
    with stage.fake.down():
        reply = browser.get(target)
    assert 503 == reply.status
    assert int(reply.header("retry-after") or "0") > 0
    assert cookies == browser.cookies
    assert 303 == browser.get(target).status


@table.case(IMPATIENT)
def api_that_hangs(stage: Stage) -> None:
    """There is one deadline for an answer, however many calls it takes."""
    ada = stage.fake.sign_in(ADA, organization="acme")
    browser = Browser(stage, {JWT: ada.age(minutes=6).session_jwt, TOKEN: ada.session_token})
    form = {"stytch_token_type": "multi_tenant_magic_links", "stytch_redirect_type": "reset_password", "token": "t" * 44}
    with stage.fake.slow(5):
        _within(1, lambda: _unavailable(browser.get("/me", ("Accept", "*/*"))))
        _within(1, lambda: _unavailable(browser.post("/auth/login/password", {"email_address": ADA, "password": "a guess"})))
        _within(1, lambda: _unavailable(browser.get("/auth/organizations")))
        assert {JWT, TOKEN} == set(browser.cookies)
        _within(1, lambda: browser.post("/auth/logout"))
        assert {} == browser.cookies
    with stage.fake.slow(0.2):  # the second call would end after the deadline
        assert 503 == browser.post("/auth/password/reset", {**form, "password": "wobbly-teapot-orbits-47"}).status


def _unavailable(reply: Reply) -> None:
    assert 503 == reply.status
    assert int(reply.header("retry-after") or "0") > 0


def _within(seconds: float, act: Callable[[], object]) -> None:
    began = monotonic()
    act()
    assert monotonic() < began + seconds


@table.case(LOGINS)
def forms_of_another_site(stage: Stage) -> None:
    browser = _browser(stage)
    browser.log_in()
    for target in ("/auth/logout", "/auth/login/link", "/auth/callback", "/auth/organizations/join"):
        assert 403 == browser.post(target, {"email_address": ADA}, *EVIL).status
        assert [] == stage.calls
    assert browser.is_logged_in


@table.case(LOGINS)
def addresses_that_do_not_exist(stage: Stage) -> None:
    for target in ("/auth/login/link", "/auth/login/code", "/auth/password/forgot", "/auth/login/password"):
        replies: list[tuple[object, ...]] = []
        for email in (ADA, "nobody@example.com"):
            form = {"email_address": email, "organization": "acme", "password": "a guess"}
            reply = _browser(stage).post(target, form)
            names = sorted(name.rpartition("_")[0] for name in reply.cookies)
            replies.append((reply.status, reply.body.replace(email.encode(), b""), names, len(stage.calls)))
        assert replies[0] == replies[1]


@table.case(LOGINS)
def next_that_leads_elsewhere(stage: Stage) -> None:
    for path in ("//evil.example", "/%5Cevil.example", "https://evil.example", "/%09/evil.example", "/%2F/evil.example"):
        reply = Browser(stage).get(f"/auth/login?next={path}")
        assert (400, {}) == (reply.status, reply.cookies)
    browser = _browser(stage)
    browser.cookies["__Host-stytch_login_next"] = urlsafe_b64encode(b"//evil.example").decode().rstrip("=")
    browser.post("/auth/login/link", {"email_address": ADA, "organization": "acme"})
    assert "/me" == browser.get(browser.mailed()).header("location")


@table.case(LOGINS)
def malformed_callbacks(stage: Stage) -> None:
    good = "stytch_token_type=oauth&token=t"
    for query in ("", "token=t", f"{good}&token=u", f"{good}&x=1", "stytch_token_type=x&token=t", f"{good}%00", f"{good}%ff", "%"):
        assert 400 == Browser(stage).get(f"/auth/callback?{query}").status, query
        assert [] == stage.calls


@table.case(LOGINS)
def malformed_forms(stage: Stage) -> None:
    for body in (b"", b"\xff\xfe", b"email_address=a@b&email_address=c@d", b"email_address=" + b"a" * 5_000, b"[" * 50_000):
        for kind in (FORM, ("Content-Type", "application/json"), ("Content-Type", "multipart/form-data"), ("Content-Type", "x")):
            reply = stage.send(Ask("POST", "/auth/login/code", (kind, PAGE, OWN), body))
            assert 400 <= reply.status < 500
            assert [] == stage.calls


@table.case(LOGINS)
def bodies_of_another_type(stage: Stage) -> None:
    form = b'--x\r\nContent-Disposition: form-data; name="email_address"\r\n\r\nada@example.com\r\n--x--\r\n'
    for kind in ("multipart/form-data; boundary=x", "text/plain", "application/xml"):
        for target in ("/auth/login/code", "/auth/password/reset", "/auth/callback", "/auth/organizations/join"):
            reply = stage.send(Ask("POST", target, (("Content-Type", kind), PAGE, OWN), form))
            assert (415, "text/html; charset=utf-8") == (reply.status, reply.header("content-type"))
            assert [] == stage.calls
    reply = stage.send(Ask("POST", "/auth/login/code", (("Content-Type", "text/plain"), ("Accept", "application/json"), OWN), form))
    assert (415, "unsupported_media_type") == (reply.status, reply.json["code"])


@table.case(LOGINS)
def project_s_credentials_that_are_refused(stage: Stage) -> None:
    """A browser is told so by a page, and a program by a problem; neither learns more."""
    browser = _browser(stage)
    browser.post("/auth/login/link", {"email_address": ADA, "organization": "acme"})
    target, cookies = browser.mailed(), dict(browser.cookies)
    with stage.fake.down(status=401):
        page = browser.get(target)
        problem = browser.get(target, ("Accept", "application/json"))
    assert (500, "text/html; charset=utf-8") == (page.status, page.header("content-type"))
    assert b"Logins do not work at the moment." in page.body
    assert (500, "application/problem+json") == (problem.status, problem.header("content-type"))
    assert b"credentials" not in page.body + problem.body
    assert cookies == browser.cookies
    assert 303 == browser.get(target).status


@table.case(LOGINS)
def form_that_is_too_large(stage: Stage) -> None:
    assert 413 == stage.send(Ask("POST", "/auth/login/code", (FORM, OWN), b"a=" + b"b" * 70_000)).status


@table.case(LOGINS)
def methods_that_there_are_not(stage: Stage) -> None:
    browser = Browser(stage)
    assert 405 == browser.get("/auth/login/password").status
    assert 405 == browser.get("/auth/login", method="DELETE").status
    assert [] == stage.calls
