"""What arrives at the API: the SDK's own request, and nothing else of what was sent."""

import json

import pytest
from support.http_servers import basic_auth
from support.raw_http import reply, request

from stytch_b2b_async import Client

from .conftest import PROJECT_ID, SECRET, TOKEN, Setup

MEMBERS = "/v1/b2b/organizations/organization-test-1/members"
JSON = "Content-Type: application/json"
EMAIL = '{"email_address":"ada@example.com"}'
FORM = "Content-Type: application/x-www-form-urlencoded"
MINE = [
    "Cookie: a=b",
    "X-Forwarded-For: 10.0.0.1",
    "X-Forwarded-Host: evil.example",
    "Forwarded: for=10.0.0.1",
    "X-HTTP-Method-Override: DELETE",
    "X-Original-URL: /v1/b2b/organizations/x",
    "TE: trailers",
    "Keep-Alive: timeout=1",
    "Connection: X-Stytch-Member-Session, Authorization, Content-Type, Content-Length",
    "Accept-Encoding: br",
    "User-Agent: evil",
    "X-Evil: 1",
]


def arrived(raw: Setup) -> tuple[str, dict[str, str], bytes]:
    """Return the only request that arrived: its first line, headers and body."""
    [received] = raw.upstream.requests
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = [line.split(": ", 1) for line in lines]
    assert len(headers) == len({name.lower() for name, _ in headers})
    return first, {name.lower(): value for name, value in headers}, body


def test_only_what_is_declared(raw: Setup) -> None:
    """The credentials are the project's; headers, parameters and fields that nobody declared are gone."""
    kept: dict[str, object] = {"email_address": "ada@example.com", "untrusted_metadata": {"kept": None}, "roles": []}
    body = {**kept, "name": None, "evil": 1}
    answer = raw.ask(request("POST", f"{MEMBERS}?evil=1", JSON, *MINE, body=json.dumps(body), token=TOKEN))
    assert 200 == answer.status
    first, headers, sent = arrived(raw)
    assert f"POST {MEMBERS} HTTP/1.1" == first
    assert basic_auth(PROJECT_ID, SECRET) == headers["authorization"]
    assert {"host", "authorization", "accept", "user-agent", "content-type", "content-length"} >= set(headers) - {"accept-encoding"}
    assert "evil" not in str(headers)
    assert kept == json.loads(sent)


@pytest.mark.parametrize("value", ["a", "eyJhbGciOiJub25lIn0.e30.", "a b", "~!@#$%^&*()_+", "%0d%0a", "Zm9v=" * 1000])
@pytest.mark.parametrize("name", ["X-Stytch-Member-Session", "X-Stytch-Member-SessionJWT", "x-stytch-member-session"])
def test_a_member_s_session(raw: Setup, name: str, value: str) -> None:
    """It travels byte for byte, whatever `Connection` says; it never turns into the project's full rights."""
    sent = request("POST", MEMBERS, JSON, f"{name}: {value}", f"Connection: {name}", body=EMAIL, token=TOKEN)
    assert 200 == raw.ask(sent).status
    assert value == arrived(raw)[1][name.lower()]
    assert raw.lines()[-1]["as_member"]


def test_a_parameter_in_the_query(raw: Setup) -> None:
    target = "/v1/b2b/sessions?organization_id=a%7Cb&member_id=c%26d&evil=1"
    assert 200 == raw.ask(request("GET", target, token=TOKEN)).status
    assert "GET /v1/b2b/sessions?organization_id=a%7Cb&member_id=c%26d HTTP/1.1" == arrived(raw)[0]


@pytest.mark.parametrize("segment", ["a%7Cb", "a|b", "a%2Bb", "a+b", "a~b", "a;b", "a=b"])
def test_an_id_in_the_path(raw: Setup, segment: str) -> None:
    """It means the same, however it was escaped."""
    assert 200 == raw.ask(request("GET", f"/v1/b2b/organizations/{segment}", token=TOKEN)).status
    [_, path, _] = arrived(raw)[0].split(" ")
    assert path.startswith("/v1/b2b/organizations/a%") or path.endswith("/a~b")


@pytest.mark.parametrize("content", [(JSON, '{"token":"t","client_id":"c"}'), (FORM, "token=t&client_id=c")])
def test_the_project_in_the_path(raw: Setup, content: tuple[str, str]) -> None:
    """Forms arrive as forms, written as a form or as JSON."""
    target = f"/v1/public/{PROJECT_ID}/oauth2/introspect"
    assert 200 == raw.ask(request("POST", target, content[0], body=content[1], token=TOKEN)).status
    first, _, body = arrived(raw)
    assert f"POST {target} HTTP/1.1" == first
    assert b"token=t" in body.split(b"&")


def test_headers_of_the_reply(raw: Setup) -> None:
    """Only what is on the list comes back; nothing is stored, and nothing is opened to other pages."""
    raw.upstream.answer = reply(
        "{}",
        "Set-Cookie: a=b",
        "Access-Control-Allow-Origin: *",
        "Location: http://evil.example",
        "Server: evil",
        "X-Request-Id: request-id-test-1",
        "Retry-After: 3",
        "Strict-Transport-Security: max-age=1",
        "X-Evil: 1",
    )
    headers = raw.ask(request("GET", "/v1/b2b/organizations/x", token=TOKEN)).headers
    expected = {
        "cache-control",
        "content-length",
        "content-type",
        "date",
        "retry-after",
        "server",
        "x-content-type-options",
        "x-request-id",
    }
    assert expected == set(headers)
    assert ("no-store", "3", "request-id-test-1") == (headers["cache-control"], headers["retry-after"], headers["x-request-id"])
    assert "evil" not in str(headers)


@pytest.mark.parametrize(
    "status",
    ["201 Created", "400 Bad Request", "401 Unauthorized", "404 Not Found", "429 Slow down", "500 Oops", "503 Oops"],
)
def test_errors_of_the_api(raw: Setup, status: str) -> None:
    """They come back as they are, once: the gateway repeats nothing."""
    body = '{"status_code":0,"request_id":"r","error_type":"made_up","error_message":"é","new":[1,{"a":null}]}'
    raw.upstream.answer = reply(body, status=status)
    answer = raw.ask(request("GET", "/v1/b2b/organizations/x", token=TOKEN))
    assert (int(status[:3]), body.encode()) == (answer.status, answer.body)
    assert 1 == len(raw.upstream.requests)


def test_requests_on_one_connection(raw: Setup) -> None:
    """Each of those that are sent at once is answered in turn, and each for itself."""
    first = request("GET", "/v1/b2b/organizations/first", token=TOKEN)
    second = request("GET", "/v1/b2b/organizations/second", "Connection: close", token=None)
    answers = raw.ask_all(first, second)
    assert 2 == answers.count(b"HTTP/1.1 ")
    assert answers.index(b"HTTP/1.1 200") < answers.index(b"HTTP/1.1 401")
    assert 1 == len(raw.upstream.requests)


@pytest.mark.parametrize("value", ["a b", "a  b c", "a'b", "a:b|c", "a~b"])
async def test_ids_arrive_as_in_a_direct_call(raw: Setup, value: str) -> None:
    """Whatever means one thing only: encoded anew, as this SDK encodes it."""
    async with Client(PROJECT_ID, TOKEN, base_url=raw.gateway.url) as client:
        await client.organizations.members.get(organization_id=value, member_id="m")
    async with Client(PROJECT_ID, SECRET, base_url=f"http://127.0.0.1:{raw.upstream.port}") as client:
        await client.organizations.members.get(organization_id=value, member_id="m")
    through, direct = (received.partition(b"\r\n")[0] for received in raw.upstream.requests)
    assert direct == through
    raw.asked.append(through)
