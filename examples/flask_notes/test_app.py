"""Tests of the application, with a Stytch in memory."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.testing.fake import SignedIn

from .seed import ROLES

SETTINGS = {"STYTCH_PROJECT_ID": "project-test-1", "STYTCH_SECRET": "secret-test-1"}


@pytest.fixture(scope="module")
def module() -> ModuleType:
    """Import the application with settings, as it is when it starts."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in SETTINGS.items():
            environment.setenv(name, value)
        from . import app

        return app


@pytest.fixture
def stytch(module: ModuleType) -> Iterator[FakeStytch]:
    with FakeStytch(roles=ROLES) as fake, fake.behind(module.auth):
        yield fake


@pytest.fixture
def browser(module: ModuleType, stytch: FakeStytch) -> FlaskClient:
    browser: FlaskClient = module.app.test_client()
    browser.environ_base |= {"HTTP_ORIGIN": "http://localhost", "HTTP_ACCEPT": "text/html"}
    return browser


def log_in(browser: FlaskClient, member: SignedIn) -> None:
    for name, value in member.cookies.items():
        browser.set_cookie(name, value)


def test_only_health_has_no_rule(module: ModuleType) -> None:
    assert module.auth.without_rule(module.app) == {"GET /health", "GET /static/<path:filename>"}


def test_login_and_logout(browser: FlaskClient, stytch: FakeStytch) -> None:
    """A login by a mailed link up to the logout."""
    stytch.sign_in("ada@acme.example", organization="acme")
    page = browser.get("/acme/notes")
    assert (page.status_code, page.location) == (303, "/auth/login?next=/acme/notes")
    browser.get(page.location)
    browser.post("/auth/login/link", data={"email_address": "ada@acme.example", "organization": "acme"})
    page = browser.get(stytch.outbox.last(to="ada@acme.example").url)
    assert page.location == "/acme/notes"
    assert "Notes of acme" in browser.get(page.location).text
    browser.post("/auth/logout")
    assert browser.get("/acme/notes").status_code == 303


def test_a_note_from_its_start_to_its_end(browser: FlaskClient, stytch: FakeStytch, module: ModuleType) -> None:
    ada = stytch.sign_in("ada@acme.example", organization="acme", roles=["keeper"])
    log_in(browser, ada)
    page = browser.post("/acme/notes", data={"text": "<milk & honey>"}, follow_redirects=True)
    assert "&lt;milk &amp; honey&gt;" in page.text
    (number,) = module.notes.of(ada.organization.organization_id)
    browser.post(f"/acme/notes/{number}/remove")
    assert "There are no notes yet" in browser.get("/acme/notes").text


def test_without_a_role_nobody_removes(browser: FlaskClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("grace@acme.example", organization="acme", roles=[]))
    page = browser.post("/acme/notes/1/remove")
    assert page.status_code == 403
    assert "You may not do that" in page.text


def test_organizations_see_nothing_of_each_other(browser: FlaskClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("bob@globex.example", organization="globex", roles=["keeper"]))
    assert browser.get("/acme/notes").status_code == 403
    assert browser.get("/globex/notes").status_code == 200


def test_forms_of_other_sites_are_refused(browser: FlaskClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("ada@acme.example", organization="acme"))
    page = browser.post("/acme/notes", data={"text": "spam"}, headers={"Origin": "https://evil.example"})
    assert page.status_code == 403


@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
def test_what_is_no_note(text: str, browser: FlaskClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("ada@acme.example", organization="acme"))
    assert browser.post("/acme/notes", data={"text": text}).status_code == 422


def test_an_outage_logs_nobody_out(browser: FlaskClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("ada@acme.example", organization="acme").age(minutes=6))
    with stytch.down():
        assert browser.get("/acme/notes").status_code == 503
    assert browser.get("/acme/notes").status_code == 200
