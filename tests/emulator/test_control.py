"""The control routes: no credentials, but only for programs on this machine."""

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from support.pure_api import PureAPI

from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.emulator.control import CONTROL_PREFIX

ADA = "ada@example.com"


@pytest.fixture
def api() -> Iterator[PureAPI]:
    with PureAPI() as made:
        yield made


@pytest.fixture
def remote() -> Iterator[PureAPI]:
    """An emulator that other machines may call."""
    with PureAPI(allow_remote=True) as made:
        yield made


def test_health(api: PureAPI) -> None:
    """It says which project answers, never its secret, and needs no credentials."""
    api.headers.pop("authorization")
    assert (200, {"status": "ok", "project_id": api.project.project_id}) == api.call("GET", "/_emulator/health")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8787", "localhost:8787", "app.localhost", "[::1]:8787", "127.9.9.9"])
def test_loopback_hosts_are_answered(api: PureAPI, host: str) -> None:
    """By name or by address, with a port or without."""
    assert 200 == api.call("GET", "/_emulator/outbox", host=host)[0]


@pytest.mark.parametrize("path", ["outbox", "reset", "state", "", "nowhere"])
@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example.com",
        "127.0.0.1.evil.com",
        "localhost.evil.com",
        "evil.com:8787",
        "10.0.0.1",
        "[::1",
        "[::1]evil.com",
        "evil.com[::1]",
        "a@127.0.0.1.x",
        "evil.com@127.0.0.1",
        "127.0.0.1/x",
        "127.0.0.1#x",
        "127.0.0.1:80@evil.com",
        "127.0.0.1 evil.com",
        "127.0.0.1, evil.com",
        "localhost.",
        ".localhost",
        "127.0.0.1:99999",
    ],
)
def test_other_hosts_are_misdirected(api: PureAPI, host: str, path: str) -> None:
    """A page whose name was pointed to this machine learns nothing, not even what there is."""
    status, body = api.call("GET", CONTROL_PREFIX + path, host=host)
    assert (421, "misdirected_request") == (status, body["error_type"])


@pytest.mark.parametrize(
    ("hosts", "status"),
    [(["127.0.0.1"], 200), (["127.0.0.1", "evil.com"], 400), (["evil.com", "127.0.0.1"], 400), (["evil.com@127.0.0.1"], 421)],
)
async def test_hosts_as_they_are_sent(stytch: Emulator, hosts: list[str], status: int) -> None:
    """Two of them are refused, whichever comes first."""
    head = "".join(f"Host: {host}\r\n" for host in hosts)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(stytch.url.rpartition(":")[2]))
    writer.write(f"GET /_emulator/health HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
    received = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert status == int(received.split()[1])


def test_any_host_on_public_address(remote: PureAPI) -> None:
    """Any host is answered where other machines may call. In docker-compose the emulator has the name of its service."""
    assert 200 == remote.call("GET", "/_emulator/health", host="stytch:8787")[0]


@pytest.mark.parametrize(
    "origin", ["https://evil.example.com", "null", "http://127.0.0.1.evil.com", "http://evil.com@127.0.0.1", "localhost", ""]
)
@pytest.mark.parametrize("which", ["api", "remote"])
def test_pages_of_other_sites_change_nothing(origin: str, which: str, request: pytest.FixtureRequest) -> None:
    """A browser sends a simple POST anywhere; its Origin tells from where."""
    api: PureAPI = request.getfixturevalue(which)
    api.post("organizations", organization_name="Acme", organization_slug="acme")
    status, body = api.call("POST", "/_emulator/reset", origin=origin)
    assert (403, "cross_origin_request") == (status, body["error_type"])
    assert 200 == api.call("GET", "/v1/b2b/organizations/acme")[0]


def test_own_pages_may_reset(api: PureAPI) -> None:
    """Those of this machine."""
    assert 200 == api.call("POST", "/_emulator/reset", origin="http://localhost:3000")[0]


def test_reset(api: PureAPI) -> None:
    """Reset forgets everything but credentials and keys. Time is the machine's again."""
    organization_id = api.post("organizations", organization_name="Acme", organization_slug="acme")["organization"][
        "organization_id"
    ]
    api.post(f"organizations/{organization_id}/members", email_address=ADA)
    api.post("passwords/email/reset/start", organization_id=organization_id, email_address=ADA)
    api.post("passwords/email/reset", password_reset_token=api.project.outbox[-1].token, password="wobbly-teapot-orbits-47")
    jwks = f"/v1/b2b/sessions/jwks/{api.project.project_id}"
    keys, now = api.call("GET", jwks)[1]["keys"], api.project.clock.now()
    api.call("POST", "/_emulator/clock", {"advance_seconds": 3600})
    assert (200, {"status": "ok"}) == api.call("POST", "/_emulator/reset")
    assert 404 == api.call("GET", "/v1/b2b/organizations/acme")[0]
    assert ([], now) == (list(api.project.outbox), api.project.clock.now())
    assert keys == api.call("GET", jwks)[1]["keys"]
    filled = {
        table
        for (table,) in api.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if api.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  # the schema's own names
    }
    assert {"project", "signing_keys"} == filled


def test_clock_skips_time(api: PureAPI) -> None:
    """And tells what it is then."""
    assert {"now": "2026-01-01T00:00:00Z"} == api.call("GET", "/_emulator/clock")[1]
    assert (200, {"now": "2026-01-01T01:00:00Z"}) == api.call("POST", "/_emulator/clock", {"advance_seconds": 3600})
    assert {"now": "2026-01-01T01:00:00Z"} == api.call("GET", "/_emulator/clock")[1]


@pytest.mark.parametrize("seconds", [None, -1, "60", True, [], 10**18, 1e300, 10**30])
def test_clock_refuses_what_is_not_a_duration(api: PureAPI, seconds: Any) -> None:
    """Time stays as it is."""
    status, body = api.call("POST", "/_emulator/clock", {"advance_seconds": seconds})
    assert (400, "bad_request") == (status, body["error_type"])
    assert {"now": "2026-01-01T00:00:00Z"} == api.call("GET", "/_emulator/clock")[1]


def test_clock_goes_to_a_moment(api: PureAPI) -> None:
    """In any offset; one without is UTC."""
    assert (200, {"now": "2027-01-01T00:00:00Z"}) == api.call("POST", "/_emulator/clock", {"now": "2027-01-01T01:00:00+01:00"})
    assert (200, {"now": "2028-01-01T00:00:00Z"}) == api.call("POST", "/_emulator/clock", {"now": "2028-01-01T00:00:00"})


@pytest.mark.parametrize(
    "now", ["2025-12-31T23:59:59Z", "tomorrow", "", 5, None, [], "2027-13-01T00:00:00Z", "9999-12-31T23:59:59-23:59"]
)
def test_clock_refuses_what_is_not_a_moment(api: PureAPI, now: Any) -> None:
    """The past, too; and both ways at once."""
    assert 400 == api.call("POST", "/_emulator/clock", {"now": now})[0]
    assert 400 == api.call("POST", "/_emulator/clock", {"now": "2027-01-01T00:00:00Z", "advance_seconds": 1})[0]
    assert {"now": "2026-01-01T00:00:00Z"} == api.call("GET", "/_emulator/clock")[1]


def test_clock_ends_with_the_calendar(api: PureAPI) -> None:
    """Many long steps lead to an error, not to a broken clock."""
    statuses = [api.call("POST", "/_emulator/clock", {"advance_seconds": 100 * 366 * 24 * 3600})[0] for _ in range(90)]
    assert 400 == statuses[-1]
    assert 200 == api.call("GET", "/_emulator/clock")[0]
    assert 200 == api.call("POST", "/_emulator/reset")[0]


def test_unknown_control_routes_and_methods(api: PureAPI) -> None:
    """Each is told as such."""
    assert 404 == api.call("GET", "/_emulator/nowhere")[0]
    status, body = api.call("GET", "/_emulator/reset")
    assert (405, "method_not_allowed") == (status, body["error_type"])


async def test_control_routes_over_http(stytch: Emulator) -> None:
    """The Host of a real server's request counts."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{stytch.url}/_emulator/health") as reply:
            assert 200 == reply.status
        async with session.get(f"{stytch.url}/_emulator/health", headers={"Host": "evil.example.com"}) as reply:
            assert 421 == reply.status


def test_impersonation_and_key_rotation() -> None:
    """Impersonation tokens and key rotation over HTTP. For programs in other languages."""
    with PureAPI() as api:
        made = api.post("organizations", organization_name="Acme")["organization"]["organization_id"]
        member_id = api.post(f"organizations/{made}/members", email_address="ada@example.com")["member_id"]
        status, found = api.call("POST", "/_emulator/impersonation", {"member_id": member_id})
        assert 200 == status
        assert member_id == api.post("impersonation/authenticate", **found)["member_id"]
        for body, error in (({}, 400), ({"member_id": 7}, 400), ({"member_id": "nobody"}, 404)):
            assert error == api.call("POST", "/_emulator/impersonation", body)[0]
        status, rotated = api.call("POST", "/_emulator/signing_keys/rotate")
        assert (200, True) == (status, rotated["kid"].startswith("jwk-test-"))
