import asyncio
import base64
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.tenants import ADA, PASSWORD, Tenant, refused

from stytch_b2b_async import BlockingClient, Client
from stytch_b2b_async.emulator import Emulator, ProjectSettings
from stytch_b2b_async.emulator.project import Project


def basic(project_id: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{project_id}:{secret}'.encode()).decode()}"


class Raw:
    """HTTP without the client: its own checks would stop most of what is sent here."""

    def __init__(self, stytch: Emulator, authorization: str | None = None) -> None:
        self.url = stytch.url
        given = basic(stytch.project_id, stytch.secret) if authorization is None else authorization
        self.headers = {"Authorization": given, "Content-Type": "application/json"}

    async def call(self, method: str, path: str, body: bytes | io.BytesIO | None = None) -> tuple[int, dict[str, Any]]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.url + path, data=body, headers=self.headers) as reply,
        ):
            assert "application/json" == reply.content_type
            return reply.status, await reply.json()


@pytest.mark.parametrize(
    ("authorization", "status", "error_type"),
    [
        ("", 401, "unauthorized_credentials"),
        ("Bearer x", 401, "unauthorized_credentials"),
        ("Basic !!!", 400, "invalid_authorization_header"),
        (basic("nobody", "x"), 400, "invalid_project_id_authentication"),
        (basic("project-test-1", "x"), 401, "unauthorized_credentials"),
    ],
)
async def test_bad_credentials(stytch: Emulator, authorization: str, status: int, error_type: str) -> None:
    """Credentials that are missing malformed or wrong are refused. Each has the API's own answer."""
    found = await Raw(stytch, authorization).call("GET", "/v1/b2b/organizations/acme")
    assert (status, error_type) == (found[0], found[1]["error_type"])


async def test_wrong_secret(stytch: Emulator) -> None:
    """The right project with a wrong secret is refused. Both halves count."""
    async with Client(stytch.project_id, "secret-test-wrong", base_url=stytch.url) as stranger:
        with refused("unauthorized_credentials", 401):
            await stranger.organizations.get(organization_id="acme")


async def test_keys_are_public(stytch: Emulator) -> None:
    """Who checks a JWT needs no secret, but a wrong one is still wrong."""
    path = f"/v1/b2b/sessions/jwks/{stytch.project_id}"
    async with aiohttp.ClientSession() as session, session.get(stytch.url + path) as reply:
        assert 1 == len((await reply.json())["keys"])
    assert 401 == (await Raw(stytch, basic(stytch.project_id, "x")).call("GET", path))[0]


async def test_unknown_route(stytch: Emulator) -> None:
    """An unknown route is told before credentials are asked for. And its address is that of the general error pages."""
    status, body = await Raw(stytch, "").call("GET", "/v1/b2b/nowhere")
    assert (404, "route_not_found") == (status, body["error_type"])
    assert "https://stytch.com/docs/api/errors/404#route_not_found" == body["error_url"]


async def test_a_wrong_method_is_told_as_such(stytch: Emulator) -> None:
    """It names the methods that the route takes."""
    status, body = await Raw(stytch).call("DELETE", "/v1/b2b/sessions/authenticate")
    assert (405, "method_not_allowed") == (status, body["error_type"])
    assert "POST" in body["error_message"]


async def test_a_wrong_method_is_told_the_right_ones(stytch: Emulator) -> None:
    """In the header that RFC 9110 demands, of endpoints and control routes."""
    async with aiohttp.ClientSession() as session:
        for path, allowed in (("/v1/b2b/organizations/acme", "DELETE, GET, PUT"), ("/_emulator/reset", "POST")):
            async with session.patch(stytch.url + path) as reply:
                assert (405, allowed) == (reply.status, reply.headers["Allow"])


async def test_odd_paths(stytch: Emulator) -> None:
    """A path with any character has an answer in JSON. Line breaks, too, of which routers' patterns may not think."""
    status, body = await Raw(stytch).call("GET", "/v1/b2b/organizations/a%0Ab")
    assert (400, "invalid_organization_id") == (status, body["error_type"])


async def test_database_in_the_loop(tmp_path: Path) -> None:
    """An emulator can use its database in the loop.

    Called from the loop, from another thread and over HTTP; hashing does not block it.
    """
    async with Emulator(db=str(tmp_path / "state.db"), database_thread=False) as stytch, stytch.client() as client:
        here = stytch.log_in(ADA)
        there = await asyncio.to_thread(stytch.log_in, "grace@example.com")
        assert here.organization.organization_id == there.organization.organization_id
        await client.passwords.email.reset_start(organization_id=here.organization.organization_id, email_address=ADA)
        token = stytch.outbox.last(to=ADA).token
        reset = asyncio.create_task(client.passwords.email.reset(password_reset_token=token, password=PASSWORD))
        await client.sessions.authenticate(session_token=there.session_token)
        assert (await reset).member_authenticated


async def test_an_error_has_the_body_that_the_api_gives(stytch: Emulator) -> None:
    """Its keys, in its order, and a request id in its format."""
    status, body = await Raw(stytch).call("GET", "/v1/b2b/organizations/nobody")
    assert ["status_code", "request_id", "error_type", "error_message", "error_url"] == list(body)
    assert body["request_id"].startswith("request-id-test-")
    assert status == body["status_code"] == 404
    assert "https://stytch.com/docs/b2b/api/errors/404#organization_not_found" == body["error_url"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b"\xff"])
async def test_body_not_an_object(stytch: Emulator, body: bytes) -> None:
    """A body that is no JSON object is a bad request. Whatever else it is."""
    status, found = await Raw(stytch).call("POST", "/v1/b2b/organizations", body)
    assert (400, "bad_request") == (status, found["error_type"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"password": 5}, "password"),
        ({}, "password"),
        ({"password": None}, "password"),
        ({"password": "x", "email_address": []}, "email_address"),
    ],
)
async def test_a_field_that_does_not_fit_is_named(stytch: Emulator, body: object, field: str) -> None:
    """The request's own declaration is the check."""
    status, found = await Raw(stytch).call("POST", "/v1/b2b/passwords/strength_check", json.dumps(body).encode())
    assert (400, "bad_request") == (status, found["error_type"])
    assert field in found["error_message"]


async def test_missing_organization_name(stytch: Emulator) -> None:
    """An organization without a name is refused by its own word. Not as any bad request."""
    status, found = await Raw(stytch).call("POST", "/v1/b2b/organizations", b"{}")
    assert (400, "organization_name_missing") == (status, found["error_type"])


async def test_unknown_fields_are_ignored(stytch: Emulator) -> None:
    """At the top and inside, as the API does."""
    body = {
        "organization_name": "Acme",
        "hat": 1,
        "rbac_email_implicit_role_assignments": [{"domain": "example.com", "role_id": "stytch_admin", "hat": 1}],
    }
    status, _ = await Raw(stytch).call("POST", "/v1/b2b/organizations", json.dumps(body).encode())
    assert 200 == status


@pytest.mark.parametrize("reference", ["a%2Fb", "a%20b", "a%00b", "%C3%A9", "x" * 129])
async def test_bad_organization_name(stytch: Emulator, reference: str) -> None:
    """What no organization can be called is malformed. Not merely unknown."""
    status, body = await Raw(stytch).call("GET", f"/v1/b2b/organizations/{reference}")
    assert (400, "invalid_organization_id") == (status, body["error_type"])


async def test_bad_member_name(acme: Tenant) -> None:
    """What no member can be called is malformed. Not merely unknown."""
    with refused("invalid_id"):
        await acme.client.organizations.members.get(organization_id=acme.organization_id, member_id="a b")


async def test_empty_session_header(acme: Tenant) -> None:
    """An empty session does not pass for full rights. A header that is there is meant."""
    raw = Raw(acme.stytch)
    raw.headers["X-Stytch-Member-Session"] = ""
    status, body = await raw.call("POST", "/v1/b2b/passwords/email/require_reset", b'{"email_address": "ada@example.com"}')
    assert (400, "bad_request") == (status, body["error_type"])


async def test_a_route_that_is_not_emulated_says_so(client: Client) -> None:
    """It does not pass for an unknown one."""
    with refused("not_emulated", 501):
        await client.fraud.rules.list()


async def test_a_body_beyond_bounds_is_refused(stytch: Emulator) -> None:
    """Before it is read to its end."""
    status, _ = await Raw(stytch).call("POST", "/v1/b2b/organizations", io.BytesIO(b" " * (17 * 2**20)))
    assert 413 == status


async def test_internal_error(stytch: Emulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A defect is answered without telling what it was. The log has the traceback; the change that was under way is undone."""

    def broken(_: Project) -> Any:
        raise RuntimeError("inside")

    monkeypatch.setattr(Project, "response_meta", broken)
    status, body = await Raw(stytch).call(
        "POST", "/v1/b2b/organizations", b'{"organization_name": "Acme", "organization_slug": "acme"}'
    )
    monkeypatch.undo()
    assert (500, "internal_server_error") == (status, body["error_type"])
    assert "inside" not in json.dumps(body)
    assert "inside" in caplog.text
    assert 404 == (await Raw(stytch).call("GET", "/v1/b2b/organizations/acme"))[0]


async def test_answers_are_sorted_and_end_with_a_line(stytch: Emulator) -> None:
    """As live ones do."""
    async with aiohttp.ClientSession(headers=Raw(stytch).headers) as session:
        reply = await session.post(f"{stytch.url}/v1/b2b/organizations", json={"organization_name": "Acme"})
        text = await reply.text()
    body: dict[str, Any] = json.loads(text)
    assert text.endswith("}\n")
    assert sorted(body) == list(body)
    assert sorted(body["organization"]) == list(body["organization"])
    assert body["organization"]["organization_external_id"] is None
    assert body["organization"]["created_at"].endswith("Z")


async def test_mail_over_http(acme: Tenant) -> None:
    """Mail can be read over HTTP without credentials. Newest last, for one address or for all."""
    await acme.mailed_token()
    token = await acme.mailed_token()
    _, found = await Raw(acme.stytch, "").call("GET", f"/_emulator/outbox?to={ADA}")
    _, everything = await Raw(acme.stytch, "").call("GET", "/_emulator/outbox")
    _, nothing = await Raw(acme.stytch, "").call("GET", "/_emulator/outbox?to=eve@example.com")
    assert 2 == len(found["messages"])
    assert {"to", "kind", "token", "code", "url", "login_url"} == set(found["messages"][-1])
    assert token == found["messages"][-1]["token"]
    assert found == everything
    assert {"messages": []} == nothing


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "example.com", "::"])  # noqa: S104  # refused
def test_public_host(host: str) -> None:
    """A host beyond this machine must be asked for. Or anybody could use the emulator."""
    with pytest.raises(ValueError, match="allow_remote"):
        Emulator(host=host)
    Emulator(host=host, allow_remote=True)


@pytest.mark.parametrize("port", [-1, 65_536, 99_999])
def test_port_out_of_range_is_refused(port: int) -> None:
    """Before anything starts."""
    with pytest.raises(ValueError, match="between 0 and 65535"):
        Emulator(port=port)


@pytest.mark.parametrize(
    "options", [{"project_id": "mine"}, {"project_id": ""}, {"secret": ""}, {"secret": "a b"}, {"secret": "é"}]
)
def test_impossible_credentials(options: dict[str, str]) -> None:
    """Credentials that no client could have are refused. Before anything starts."""
    with pytest.raises(ValueError, match="malformed"):
        Emulator(**options)  # type: ignore[arg-type]  # strings, all of them


async def test_given_credentials_count() -> None:
    """A live project has ids of the live environment."""
    async with Emulator("project-live-1", "secret-live-1") as stytch, stytch.client() as client:
        assert ("project-live-1", "secret-live-1") == (stytch.project_id, stytch.secret)
        made = await client.organizations.create(organization_name="Acme")
    assert made.organization.organization_id.startswith("organization-live-")
    assert made.request_id.startswith("request-id-live-")


async def test_url_before_start(stytch: Emulator) -> None:
    """An emulator that does not run has no address. Neither before nor after; and it does not run twice."""
    with pytest.raises(RuntimeError, match="is running"):
        await stytch.start()
    assert stytch.url in repr(stytch)
    with pytest.raises(RuntimeError, match="is running"):
        stytch.__enter__()
    await stytch.stop()
    await stytch.stop()
    assert [] == list(stytch.outbox)
    assert "not running" in repr(stytch)
    with pytest.raises(RuntimeError, match="not running"):
        _ = stytch.url
    with pytest.raises(RuntimeError, match="not running"):
        _ = Emulator().outbox


async def test_taken_port(stytch: Emulator) -> None:
    """A taken port is an error that leaves nothing behind. It can be tried again elsewhere."""
    port = int(stytch.url.rpartition(":")[2])
    threads = threading.active_count()
    with pytest.raises(OSError, match="address already in use"):
        await Emulator(port=port).start()
    await asyncio.sleep(0.05)
    assert threads >= threading.active_count()


async def test_two_emulators_know_nothing_of_each_other(acme: Tenant) -> None:
    """Their state and their credentials are their own."""
    async with Emulator() as other, other.client() as client:
        assert other.project_id != acme.stytch.project_id
        with refused("organization_not_found", 404):
            await client.organizations.get(organization_id=acme.organization_id)


async def test_ipv6_is_loopback_too() -> None:
    """Its address goes in brackets."""
    async with Emulator(host="::1") as stytch, stytch.client() as client:
        assert stytch.url.startswith("http://[::1]:")
        assert 200 == (await client.passwords.strength_check(password="x")).status_code


async def test_many_calls_at_once_are_all_answered(client: Client) -> None:
    """One after the other, none lost."""
    made = await asyncio.gather(*(client.organizations.create(organization_name=f"Acme {n}") for n in range(50)))
    assert 50 == len({answer.organization.organization_slug for answer in made})
    assert 50 == len({answer.request_id for answer in made})


@pytest.fixture
def from_ordinary_code() -> Iterator[tuple[Emulator, BlockingClient]]:
    with Emulator(settings=ProjectSettings()) as stytch, stytch.blocking_client() as client:
        yield stytch, client


def test_ordinary_code_has_an_emulator_too(from_ordinary_code: tuple[Emulator, BlockingClient]) -> None:
    """In a thread of its own, with the same outbox and the same clock."""
    stytch, client = from_ordinary_code
    made = client.organizations.create(organization_name="Acme")
    organization_id = made.organization.organization_id
    client.organizations.members.create(organization_id=organization_id, email_address=ADA)
    client.passwords.email.reset_start(organization_id=organization_id, email_address=ADA)
    stytch.advance(minutes=31)
    with refused("unable_to_auth_password_reset_token", 401):
        client.passwords.email.reset(password_reset_token=stytch.outbox[-1].token, password="wobbly-teapot-orbits-47")


def test_emulator_in_a_thread() -> None:
    """An emulator in a thread ends with its block. Nothing listens any more, and a failed start leaves no thread."""
    before = {*threading.enumerate()}  # fixtures of a whole run have theirs
    with Emulator() as stytch:
        port = int(stytch.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"), Emulator(port=port):
            pass
    with Emulator(port=port):
        pass
    for thread in {*threading.enumerate()} - before:
        if thread.name.startswith("stytch"):
            thread.join(5)
            assert not thread.is_alive()
