"""Tests of the FastAPI application, with the fixtures of the SDK's pytest plugin. Run them with `pytest examples`."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from fastapi_app import COOKIE, app

from stytch_b2b_async import BlockingClient, LoggedIn, SessionNotFoundError
from stytch_b2b_async.emulator import Emulator

PASSWORD = "wobbly-teapot-orbits-47"  # noqa: S105  # made up
MEMBER = {"email_address": "ada@example.com", "password": PASSWORD, "roles": ["editor"]}


@pytest.fixture(scope="session")
def stytch_emulator_options() -> dict[str, object]:
    roles = {"editor": {"documents": ["write"]}}
    acme = {"organization_name": "Acme", "organization_slug": "acme", "members": [MEMBER]}
    return {"seed": {"roles": roles, "organizations": [acme]}}


@pytest.fixture
def browser(stytch_environment: Emulator) -> Iterator[TestClient]:
    with TestClient(app, base_url="https://app.example.com") as client:
        yield client


@pytest.fixture
def logged_in(browser: TestClient, stytch_session: LoggedIn) -> TestClient:
    browser.cookies.set(COOKIE, stytch_session.session_jwt)
    return browser


def test_login_with_a_password(browser: TestClient) -> None:
    credentials = {"organization_id": "acme", "email_address": "ada@example.com"}
    assert browser.post("/login", json={**credentials, "password": "a guess"}).status_code == 401
    assert browser.post("/login", json={**credentials, "password": PASSWORD}).status_code == 200
    assert browser.get("/me").json()["organization"] == "acme"


def test_who_is_not_logged_in_is_turned_away(browser: TestClient) -> None:
    assert browser.get("/me").status_code == 401


def test_me(logged_in: TestClient, stytch_session: LoggedIn) -> None:
    assert logged_in.get("/me").json() == {"member_id": stytch_session.member.member_id, "organization": "acme"}


def test_logout(logged_in: TestClient, stytch_session: LoggedIn, stytch_blocking_client: BlockingClient) -> None:
    assert logged_in.post("/logout").status_code == 200
    with pytest.raises(SessionNotFoundError):
        stytch_blocking_client.sessions.authenticate(session_token=stytch_session.session_token)


def test_outage(logged_in: TestClient, stytch_emulator: Emulator) -> None:
    logged_in.get("/me")
    stytch_emulator.faults.add("sessions.*", status=503)
    assert logged_in.post("/logout").status_code == 503


@pytest.mark.parametrize("number", range(50))
def test_each_test_finds_a_clean_project(number: int, stytch_emulator: Emulator) -> None:
    assert len(stytch_emulator.state()["tables"]["members"]) == 1
    stytch_emulator.log_in(f"member-{number}@example.com")
