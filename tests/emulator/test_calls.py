"""The log of calls: what was asked and answered, and no secret."""

import json
from collections.abc import Iterator

import pytest
from support.tenants import PASSWORD, Tenant

from stytch_b2b_async import Authorization, BadRequestError, BlockingClient
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.emulator.calls import MAX_CALLS, CallLog, secret_names


@pytest.fixture
def pair() -> Iterator[tuple[Emulator, BlockingClient]]:
    with Emulator() as stytch, stytch.blocking_client() as client:
        yield stytch, client


def test_call_with_request_and_response(pair: tuple[Emulator, BlockingClient]) -> None:
    """What a test wants to know of its application."""
    stytch, client = pair
    client.organizations.create(organization_name="Acme", organization_slug="acme")
    with pytest.raises(BadRequestError):
        client.organizations.create(organization_name="Acme", organization_slug="acme")
    first, second = stytch.calls.to("organizations.create")
    assert ("POST", "/v1/b2b/organizations", 200, 400) == (first.method, first.path, first.status, second.status)
    assert {"organization_name": "Acme", "organization_slug": "acme"} == first.request
    assert "acme" == first.response["organization"]["organization_slug"]
    assert "organization_slug_already_used" == second.response["error_type"]
    assert (1, 2) == (first.number, second.number)
    assert 0 < first.duration < 5
    assert not first.acting_member
    assert [first, second] == list(stytch.calls)


async def test_no_secret_is_shown(acme: Tenant) -> None:
    """Not in bodies, not in the query, not in a repr, not over HTTP."""
    token = await acme.mailed_token()
    login = await acme.client.passwords.email.reset(password_reset_token=token, password=PASSWORD)
    await acme.client.sessions.authenticate(session_token=login.session_token)
    shown = json.dumps([call.to_dict() for call in acme.stytch.calls], default=str) + repr(acme.stytch.calls)
    for secret in (token, PASSWORD, login.session_token, login.session_jwt, acme.stytch.secret):
        assert secret not in shown
    reset = acme.stytch.calls.to("passwords.email.reset")[0]
    assert {"password_reset_token": "***", "password": "***"} == reset.request
    assert "***" == reset.response["session_token"]


def test_unmaskable_bodies() -> None:
    """Bodies that cannot be masked are not shown. Only names tell what is secret."""
    log = CallLog()
    known = {"time": None, "operation": None, "method": "POST", "path": "/", "status": 400, "duration": 0, "acting_member": False}
    for sent in (b'{"password": "hunter2"', b'"hunter2"', b"hunter2", b'["hunter2"]', b"\xff", b"hunter2" * 10_000):
        log.add(**known, query="password=hunter2", sent=sent, received=b"hunter2")
    assert "hunter2" not in json.dumps([call.to_dict() for call in log])
    log.add(**known, query="password=hunter2&limit=5", sent=b"", received=b"{}")
    assert {"password": "***", "limit": "5"} == log[-1].request


def test_log_is_bounded() -> None:
    """The newest are kept, with the numbers that they have."""
    log = CallLog()
    for _ in range(MAX_CALLS + 5):
        log.add(
            time=None, operation=None, method="GET", path="/", status=404, duration=0, acting_member=False, sent=b"", received=b""
        )
    assert (MAX_CALLS, 6, MAX_CALLS + 5) == (len(log), log[0].number, log[-1].number)
    assert 2 == len(log[:2])
    log.clear()
    assert not log


def test_masked_names() -> None:
    """Secret names are those of the declarations. None is listed by hand."""
    assert {"password", "session_token", "session_jwt", "recovery_codes", "client_secret", "code"} <= secret_names()
    assert not {"organization_name", "member_id", "status_code"} & secret_names()


def test_member_s_call_is_marked(pair: tuple[Emulator, BlockingClient]) -> None:
    """That it was one, not with which session."""
    stytch, client = pair
    login = stytch.log_in("ada@example.com", roles=["stytch_admin"])
    client.organizations.members.create(
        organization_id=login.organization.organization_id,
        email_address="grace@example.com",
        authorization=Authorization(session_token=login.session_token),
    )
    assert stytch.calls[-1].acting_member
