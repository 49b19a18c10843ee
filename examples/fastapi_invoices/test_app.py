"""Tests of the application, with a Stytch in memory."""

import json
from collections.abc import Iterator
from types import ModuleType

import pytest
from fastapi.testclient import TestClient

from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.testing.fake import SignedIn
from stytch_b2b_async.webhooks import Webhooks

from .seed import ROLES, WEBHOOK_SECRET

SETTINGS = {"STYTCH_PROJECT_ID": "project-test-1", "STYTCH_SECRET": "secret-test-1", "STYTCH_PUBLIC_TOKEN": "public-token-test-1"}
ORIGIN = {"Origin": "https://invoices.example"}


@pytest.fixture(scope="module")
def module() -> ModuleType:
    """Import the application with settings, as it is when it starts."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**SETTINGS, "WEBHOOK_SECRET": WEBHOOK_SECRET}.items():
            environment.setenv(name, value)
        from . import app

        return app


@pytest.fixture
def stytch(module: ModuleType) -> Iterator[FakeStytch]:
    with FakeStytch(roles=ROLES) as fake, fake.behind(module.auth):
        yield fake


@pytest.fixture
def browser(module: ModuleType, stytch: FakeStytch) -> Iterator[TestClient]:
    with TestClient(module.app, base_url="https://invoices.example", headers=ORIGIN) as client:
        yield client


def log_in(browser: TestClient, member: SignedIn) -> None:
    browser.cookies.clear()
    browser.cookies.update(member.cookies)


def test_only_health_has_no_rule(module: ModuleType) -> None:
    assert module.auth.without_rule(module.app) == {"GET /health"}


def test_login_page_for_browsers(browser: TestClient) -> None:
    """A caller that is not logged in is sent to the login page."""
    page = browser.get("/acme/invoices", headers={"Accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/auth/login?next=/acme/invoices")
    assert browser.get("/api/acme/invoices").status_code == 401


def test_an_invoice_from_creation_to_removal(browser: TestClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("ada@acme.example", organization="acme", roles=["editor", "stytch_admin"]))
    page = browser.post("/acme/invoices", data={"customer": "<Babbage & Sons>", "amount": "12.50"})
    assert "&lt;Babbage &amp; Sons&gt;" in page.text
    (invoice,) = browser.get("/api/acme/invoices").json()
    assert invoice["cents"] == 1250
    path = f"/acme/invoices/{invoice['number']}"
    assert browser.post(f"{path}/paid").status_code == 200
    assert browser.get(f"/api{path}").json()["paid"] is True
    browser.post(f"{path}/remove")
    assert browser.get(f"/api{path}").status_code == 404


@pytest.mark.parametrize("path", ["/acme/invoices", "/acme/invoices/1/paid", "/acme/invoices/1/remove"])
def test_without_a_role_members_only_read(path: str, browser: TestClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("grace@acme.example", organization="acme", roles=[]))
    assert browser.get("/acme/invoices").status_code == 200
    assert browser.post(path, data={"customer": "x", "amount": "1"}).status_code == 403
    assert "may not do that" in browser.post(path, headers={"Accept": "text/html"}).text


def test_organizations_see_nothing_of_each_other(browser: TestClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("ada@acme.example", organization="acme", roles=["editor"]))
    browser.post("/acme/invoices", data={"customer": "Babbage", "amount": "1"})
    log_in(browser, stytch.sign_in("bob@globex.example", organization="globex", roles=["editor"]))
    assert browser.get("/api/acme/invoices").status_code == 403
    assert browser.get("/api/globex/invoices/1").status_code == 404


def test_machines_import(browser: TestClient, stytch: FakeStytch) -> None:
    acme = stytch.sign_in("ada@acme.example", organization="acme")
    given = {"organization_id": acme.organization.organization_id, "drafts": [{"customer": "Babbage", "cents": 100}]}
    assert browser.post("/api/imports", json=given, headers=acme.headers).status_code == 401
    assert browser.post("/api/imports", json=given, headers=stytch.machine("read:invoices").headers).status_code == 403
    assert browser.post("/api/imports", json=given, headers=stytch.machine("write:invoices").headers).status_code == 201
    assert browser.get("/api/acme/invoices", headers=acme.headers).json()[-1]["customer"] == "Babbage"


def test_an_outage_logs_nobody_out(browser: TestClient, stytch: FakeStytch) -> None:
    log_in(browser, stytch.sign_in("ada@acme.example", organization="acme").age(minutes=6))
    with stytch.down():
        assert browser.get("/acme/invoices").status_code == 503
    assert browser.get("/acme/invoices").status_code == 200


def test_deleted_organization(browser: TestClient, stytch: FakeStytch) -> None:
    """An organization that was deleted leaves no invoices."""
    ada = stytch.sign_in("ada@acme.example", organization="acme", roles=["editor"])
    log_in(browser, ada)
    browser.post("/acme/invoices", data={"customer": "Babbage", "amount": "1"})
    assert browser.get("/api/acme/invoices").json() != []
    event = {"object_type": "organization", "action": "DELETE", "id": ada.organization.organization_id}
    body = json.dumps(event).encode()
    assert browser.post("/hooks", content=body).status_code == 400
    assert browser.post("/hooks", content=body, headers=Webhooks(WEBHOOK_SECRET).sign(body)).status_code == 204
    assert browser.get("/api/acme/invoices").json() == []
