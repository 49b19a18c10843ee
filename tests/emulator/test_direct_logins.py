"""Logins without factors, for tests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.pure_api import PureAPI

from stytch_b2b_async import SessionNotFoundError
from stytch_b2b_async.emulator import Emulator

ADA = "ada@example.com"


def test_log_in_directly() -> None:
    """The session is as real as any: the API knows it, its JWT can be checked locally, it expires."""
    with Emulator() as stytch, stytch.blocking_client(strict=True) as client:
        login = stytch.log_in(ADA, roles=["stytch_admin"], session_duration_minutes=30, session_custom_claims={"plan": "pro"})
        assert login.member == client.sessions.authenticate(session_token=login.session_token).member
        local = client.sessions.authenticate_jwt_local(session_jwt=login.session_jwt)
        assert (login.member.member_id, {"plan": "pro"}) == (local.member_id, local.custom_claims)
        assert "stytch_admin" in login.member_session.roles
        again = stytch.log_in(ADA)
        assert (login.member.member_id, True) == (again.member.member_id, again.member.is_admin)
        other = stytch.log_in(ADA, organization="other")
        assert ("other", "acme") == (other.organization.organization_slug, again.organization.organization_slug)
        stytch.advance(minutes=31)
        with pytest.raises(SessionNotFoundError):
            client.sessions.authenticate(session_token=login.session_token)


def test_advance_to_a_moment() -> None:
    """Forward only."""
    with Emulator() as stytch:
        login = stytch.log_in(ADA)
        expires = login.member_session.expires_at
        assert expires is not None
        stytch.advance_to(expires - timedelta(seconds=2))
        with stytch.blocking_client() as client:
            client.sessions.authenticate(session_token=login.session_token)
            stytch.advance_to(expires)
            with pytest.raises(SessionNotFoundError):
                client.sessions.authenticate(session_token=login.session_token)
        with pytest.raises(ValueError, match="turned back"):
            stytch.advance_to(datetime(2020, 1, 1, tzinfo=UTC))


def test_what_the_api_would_refuse() -> None:
    """Says why, and changes nothing."""
    with Emulator() as stytch:
        for given in (
            ("ada", {}),
            (ADA, {"roles": ["emperor"]}),
            (ADA, {"session_duration_minutes": 1}),
            (ADA, {"organization": "a b"}),
        ):
            with pytest.raises(ValueError, match=r"\w"):
                stytch.log_in(given[0], **given[1])
        assert [] == stytch.state()["tables"]["organizations"]


@pytest.fixture
def api() -> Iterator[PureAPI]:
    with PureAPI() as made:
        yield made


def test_log_in_over_http(api: PureAPI) -> None:
    """For tests in other languages."""
    status, login = api.call("POST", "/_emulator/logins", {"email_address": ADA, "roles": ["stytch_admin"]})
    assert 200 == status
    assert login["member"] == api.post("sessions/authenticate", session_token=login["session_token"])["member"]
    assert "acme" == login["organization"]["organization_slug"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email_address": None},
        {"email_address": 5},
        {"email_address": ADA, "roles": "stytch_admin"},
        {"email_address": ADA, "roles": [5]},
        {"email_address": ADA, "organization": None},
        {"email_address": ADA, "session_duration_minutes": "60"},
        {"email_address": ADA, "session_duration_minutes": True},
        {"email_address": ADA, "session_custom_claims": []},
        {"email_address": ADA, "hat": 1},
    ],
    ids=str,
)
def test_malformed_login(api: PureAPI, body: dict[str, Any]) -> None:
    """The field is named, and nothing is created."""
    before = api.project.store.dump()
    status, found = api.call("POST", "/_emulator/logins", body)
    assert (400, "bad_request") == (status, found["error_type"])
    assert before == api.project.store.dump()
