"""Requests that nobody sends by accident: each is refused, recorded, and not sent on."""

from base64 import b64encode
from typing import Any

import pytest
from support.raw_http import request

from .conftest import EXPIRED, PROJECT_ID, READER, SECRET, TOKEN, Setup

SEARCH = "/v1/b2b/organizations/search"
ORGANIZATION = "/v1/b2b/organizations/organization-test-1"
SESSION = "X-Stytch-Member-Session"
JWT = "X-Stytch-Member-SessionJWT"
BEHIND = f"2\r\n{{}}\r\n0\r\n{SESSION}: a\r\n\r\n"
NOWHERE = '{"organization_id":"","email_address":"ada@example.com","password":"x"}'
EMAIL = '{"email_address":"ada@example.com"}'
MEMBERS = f"{ORGANIZATION}/members"
INTROSPECT = f"/v1/public/{PROJECT_ID}/oauth2/introspect"
FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"


def get(target: str, *headers: str, **more: Any) -> bytes:
    return request("GET", target, *headers, **{"token": TOKEN, **more})


def post(*headers: str, target: str = SEARCH, body: bytes | str = "{}", **more: Any) -> bytes:
    return request("POST", target, *headers, body=body, **{"token": TOKEN, **more})


def basic(text: str | bytes) -> str:
    return f"Authorization: Basic {b64encode(text if isinstance(text, bytes) else text.encode()).decode()}"


TARGETS = {
    "absolute form": (get(f"http://evil.example{ORGANIZATION}"), 400),
    "absolute form of this host": (get(f"http://127.0.0.1{ORGANIZATION}"), 400),
    "absolute form with https": (get(f"https://test.stytch.com{ORGANIZATION}"), 400),
    "absolute form with credentials": (get(f"http://a:b@127.0.0.1{ORGANIZATION}"), 400),
    "authority form": (request("CONNECT", "evil.example:443", token=TOKEN), 400),
    "asterisk form": (request("OPTIONS", "*", token=TOKEN), 400),
    "asterisk with GET": (get("*"), 400),
    "no leading slash": (get("v1/b2b/organizations/x"), 400),
    "two leading slashes": (get(f"/{ORGANIZATION}"), 400),
    "three leading slashes": (get(f"//evil.example{ORGANIZATION}"), 400),
    "empty segment": (get("/v1/b2b//organizations/x"), 400),
    "trailing slash": (get(f"{ORGANIZATION}/"), 400),
    "root": (get("/"), 400),
    "parent": (get("/v1/b2b/organizations/.."), 400),
    "parent within": (get("/v1/b2b/organizations/../sessions"), 400),
    "dot": (get("/v1/b2b/organizations/."), 400),
    "encoded parent": (get("/v1/b2b/organizations/%2e%2e"), 400),
    "encoded parent in capitals": (get("/v1/b2b/organizations/%2E%2E"), 400),
    "half-encoded parent": (get("/v1/b2b/organizations/.%2e"), 400),
    "encoded dot": (get("/v1/b2b/organizations/a%2eb"), 400),
    "encoded slash": (get("/v1/b2b/organizations/a%2Fb"), 400),
    "parent and encoded slash": (get("/v1/b2b/organizations/..%2f..%2fdebug%2fwhoami"), 400),
    "encoded backslash": (get("/v1/b2b/organizations/..%5c"), 400),
    "backslash": (get("/v1/b2b/organizations/..\\x"), 400),
    "doubly encoded parent": (get("/v1/b2b/organizations/%252e%252e"), 400),
    "encoded percent sign": (get("/v1/b2b/organizations/a%25b"), 400),
    "encoded question mark": (get("/v1/b2b/organizations/a%3fb"), 400),
    "encoded number sign": (get("/v1/b2b/organizations/a%23b"), 400),
    "encoded NUL": (get("/v1/b2b/organizations/a%00b"), 400),
    "encoded line break": (get("/v1/b2b/organizations/a%0d%0aX-Evil:%201"), 400),
    "encoded line feed first": (get("/%0a/v1/b2b/organizations/a"), 400),
    "encoded tab": (get("/v1/b2b/organizations/a%09"), 400),
    "encoded delete": (get("/v1/b2b/organizations/a%7f"), 400),
    "encoded space": (get("/v1/b2b/organizations/%20"), 400),
    "encoded space first": (get("/v1/b2b/organizations/%20a"), 400),
    "encoded space last": (get(f"{ORGANIZATION}%20"), 400),
    "lone percent sign": (get("/v1/b2b/organizations/a%"), 400),
    "percent sign and no digits": (get("/v1/b2b/organizations/a%zz"), 400),
    "overlong encoding of a dot": (get("/v1/b2b/organizations/%c0%ae%c0%ae"), 400),
    "encoding that is no UTF-8": (get("/v1/b2b/organizations/%ff"), 400),
    "bytes beyond ASCII": (get("/v1/b2b/organizations/\xe9"), 400),
    "full-width dots": (get("/v1/b2b/organizations/%EF%BC%8E%EF%BC%8E"), 400),
    "NUL": (get("/v1/b2b/organizations/a\0b"), 400),
    "tab": (get("/v1/b2b/organizations/a\tb"), 400),
    "space": (get("/v1/b2b/organizations/a b"), 400),
    "fragment": (get(f"{ORGANIZATION}#x"), 400),
    "5000 characters": (get("/v1/b2b/organizations/" + "a" * 5000), 414),
    "10000 characters": (get("/v1/b2b/organizations/" + "a" * 10000), 400),
    "unknown route": (get("/v1/b2b/organisations/x"), 404),
    "known route with more": (get(f"{ORGANIZATION}/everything"), 404),
    "capitals": (get("/V1/B2B/organizations/x"), 404),
    "consumer API": (get("/v1/users/user-test-1"), 404),
    "emulator's own routes": (get("/_emulator/outbox"), 404),
    "another project's route": (
        post(
            FORM,
            target="/v1/public/project-test-2/oauth2/token",
            body="client_id=a&client_secret=b",
        ),
        403,
    ),
    "doubled parameter": (get("/v1/b2b/sessions?organization_id=a&organization_id=b&member_id=c"), 400),
    "line break in a parameter": (get("/v1/b2b/sessions?organization_id=a%0d%0ab&member_id=c"), 400),
    "quotes in the query": (get('/v1/b2b/sessions?organization_id="a"&member_id=c'), 400),
    "broken escape in the query": (get("/v1/b2b/sessions?organization_id=%zz&member_id=c"), 400),
    "two thousand parameters": (get("/v1/b2b/sessions?" + "&".join(f"a{n}=" for n in range(900))), 414),
}

METHODS = {
    "PATCH": (request("PATCH", ORGANIZATION, token=TOKEN), 405),
    "TRACE": (request("TRACE", ORGANIZATION, token=TOKEN), 405),
    "HEAD": (request("HEAD", ORGANIZATION, token=TOKEN), 405),
    "OPTIONS": (request("OPTIONS", ORGANIZATION, token=TOKEN), 405),
    "POST where GET is": (post(JSON, target=ORGANIZATION), 405),
    "GET where POST is": (get("/v1/b2b/passwords/authenticate"), 405),
    "lower case": (request("get", ORGANIZATION, token=TOKEN), 400),
    "control characters": (request("G\x01T", ORGANIZATION, token=TOKEN), 400),
    "made up": (request("STEAL", ORGANIZATION, token=TOKEN), 400),
    "very long": (request("A" * 9000, ORGANIZATION, token=TOKEN), 400),
}

HOSTS = {
    name: (get(ORGANIZATION, host=host), 421)
    for name, host in {
        "another": "evil.example",
        "another with a port": "evil.example:8788",
        "the API's": "test.stytch.com",
        "address in a name": "127.0.0.1.evil.example",
        "localhost in a name": "localhost.evil.example",
        "before an at sign": "127.0.0.1@evil.example",
        "behind an at sign": "evil.example@127.0.0.1",
        "two ports": "127.0.0.1:80:80",
        "port that is none": "127.0.0.1:x",
        "broken brackets": "[::1",
        "text after brackets": "[::1]evil",
        "all addresses": "0.0.0.0",  # noqa: S104  # nothing listens there
        "short address": "127.1",
        "number": "2130706433",
        "hexadecimal": "0x7f.1",
        "other loopback": "127.0.0.2",
        "trailing dot": "localhost.",
        "empty": "",
        "with a path": "127.0.0.1/x",
        "list": "127.0.0.1, evil.example",
    }.items()
} | {
    "missing": (f"GET {ORGANIZATION} HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode(), 400),
    "missing in HTTP/1.0": (f"GET {ORGANIZATION} HTTP/1.0\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode(), 421),
    "doubled": (get(ORGANIZATION, "Host: evil.example"), 400),
    "doubled and equal": (get(ORGANIZATION, "Host: 127.0.0.1"), 400),
    "forwarded": (get(ORGANIZATION, "X-Forwarded-Host: 127.0.0.1", host="evil.example"), 421),
}

PAGES = {
    name: (post(JSON, *headers), 403)
    for name, headers in {
        "another origin": ["Origin: http://evil.example"],
        "no origin": ["Origin: null"],
        "other scheme": ["Origin: https://127.0.0.1"],
        "other port": ["Origin: http://127.0.0.1:81"],
        "other name of this machine": ["Origin: http://localhost"],
        "empty origin": ["Origin: "],
        "origin with a path": ["Origin: http://127.0.0.1/"],
        "two origins": ["Origin: http://127.0.0.1", "Origin: http://evil.example"],
        "another site": ["Sec-Fetch-Site: cross-site"],
        "another origin of the site": ["Sec-Fetch-Site: same-site"],
        "own origin from another site": ["Origin: http://127.0.0.1", "Sec-Fetch-Site: cross-site"],
        "two sites": ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"],
        "preflight": ["Origin: http://evil.example", "Access-Control-Request-Method: POST"],
    }.items()
}

CREDENTIALS = {
    name: (post(JSON, *headers, token=None), status)
    for name, (headers, status) in {
        "none": ([], 401),
        "empty": (["Authorization: "], 401),
        "empty Bearer": (["Authorization: Bearer "], 401),
        "unknown": (["Authorization: Bearer stytch-gateway-guessed-000000000000000000000001"], 401),
        "start of a token": ([f"Authorization: Bearer {TOKEN[:-1]}"], 401),
        "more than a token": ([f"Authorization: Bearer {TOKEN}0"], 401),
        "token in capitals": ([f"Authorization: Bearer {TOKEN.upper()}"], 401),
        "two tokens in one": ([f"Authorization: Bearer {TOKEN},{READER}"], 401),
        "expired": ([f"Authorization: Bearer {EXPIRED}"], 401),
        "project's secret": ([f"Authorization: Bearer {SECRET}"], 401),
        "hash of a token": (["Authorization: Bearer " + "0" * 64], 401),
        "another scheme": ([f"Authorization: Digest {TOKEN}"], 401),
        "no scheme": ([f"Authorization: {TOKEN}"], 401),
        "Basic that is no base64": (["Authorization: Basic ***"], 401),
        "Basic that is no UTF-8": ([basic(b"a:\xff\xfe")], 401),
        "Basic without a colon": ([basic(TOKEN)], 401),
        "Basic with the token as the user": ([basic(f"{TOKEN}:")], 401),
        "Basic with the project's secret": ([basic(f"project:{SECRET}")], 401),
        "bytes beyond ASCII": (["Authorization: Bearer \xff\xfe"], 401),
        "100 kB": (["Authorization: Bearer " + "a" * 100_000], 400),
        "two headers": ([f"Authorization: Bearer {TOKEN}", f"Authorization: Bearer {READER}"], 400),
        "for a proxy": ([f"Proxy-Authorization: Bearer {TOKEN}"], 401),
        "as a cookie": ([f"Cookie: token={TOKEN}; Authorization={TOKEN}"], 401),
    }.items()
} | {
    "in the query": (get(f"{ORGANIZATION}?token={TOKEN}&access_token={TOKEN}", token=None), 401),
    "of a reader that writes": (request("DELETE", ORGANIZATION, token=READER), 403),
    "of nobody, on an unknown route": (get("/v1/unknown", token=None), 401),
}

SESSIONS = {
    "doubled": (post(JSON, f"{SESSION}: a", f"{SESSION}: b"), 400),
    "doubled and equal": (post(JSON, f"{SESSION}: a", f"{SESSION}: a"), 400),
    "doubled JWT": (post(JSON, f"{JWT}: a", f"{JWT.lower()}: a"), 400),
    "empty": (post(JSON, f"{SESSION}: ", target=MEMBERS), 400),
    "empty JWT": (post(JSON, f"{JWT}:", target=MEMBERS), 400),
    "empty and a JWT": (post(JSON, f"{SESSION}: ", f"{JWT}: a", target=MEMBERS), 400),
    "blank": (post(JSON, f"{SESSION}:  \t ", target=MEMBERS), 400),
    "where none acts": (get(ORGANIZATION, f"{SESSION}: a"), 400),
    "JWT where none acts": (post(JSON, f"{JWT}: a", target="/v1/b2b/sessions/authenticate"), 400),
    "beyond ASCII": (
        post(JSON, f"{SESSION}: \xe9", target=MEMBERS, body=EMAIL),
        400,
    ),
    "tab within": (post(JSON, f"{SESSION}: a\tb", target=MEMBERS, body=EMAIL), 400),
    "NUL within": (post(JSON, f"{SESSION}: a\0b", target=MEMBERS), 400),
    "folded": (post(JSON, f"{SESSION}: a\r\n b", target=MEMBERS), 400),
    "underscores": (post(JSON, f"{SESSION.replace('-', '_')}: a", target=MEMBERS), 400),
    "half a name": (post(JSON, "X-Stytch-Member: a", target=MEMBERS), 400),
    "longer name": (post(JSON, f"{SESSION}-Token: a", target=MEMBERS), 400),
    "space before the colon": (post(JSON, f"{SESSION} : a", target=MEMBERS), 400),
    "behind the body": (
        post(JSON, "Transfer-Encoding: chunked", target=MEMBERS, body=BEHIND),
        411,
    ),
    "announced behind the body": (post(JSON, f"Trailer: {SESSION}", target=MEMBERS), 411),
}

FRAMES = {
    "length and chunks": (post(JSON, "Content-Length: 2", "Transfer-Encoding: chunked", body="0\r\n\r\n"), 400),
    "chunks and length": (post(JSON, "Transfer-Encoding: chunked", "Content-Length: 2", body="0\r\n\r\n"), 400),
    "two lengths": (post(JSON, "Content-Length: 2", "Content-Length: 3"), 400),
    "two equal lengths": (post(JSON, "Content-Length: 2", "Content-Length: 2"), 400),
    "list of lengths": (post(JSON, "Content-Length: 2, 2"), 400),
    "negative length": (post(JSON, "Content-Length: -1"), 400),
    "signed length": (post(JSON, "Content-Length: +2"), 400),
    "hexadecimal length": (post(JSON, "Content-Length: 0x2"), 400),
    "endless length": (post(JSON, f"Content-Length: {10**30}"), 400),
    "length beyond the limit": (post(JSON, f"Content-Length: {2**31}"), 413),
    "more than the limit": (post(JSON, body='{"a":"' + "a" * 300_000 + '"}'), 413),
    "chunks": (post(JSON, "Transfer-Encoding: chunked", body="2\r\n{}\r\n0\r\n\r\n"), 411),
    "another coding": (post(JSON, "Transfer-Encoding: gzip, chunked", body="0\r\n\r\n"), 411),
    "coding that is none": (post(JSON, "Transfer-Encoding: xchunked", body="0\r\n\r\n"), 400),
    "identity behind chunks": (post(JSON, "Transfer-Encoding: chunked, identity", body="0\r\n\r\n"), 400),
    "hidden coding": (post(JSON, "Transfer-Encoding:\x0bchunked", body="0\r\n\r\n"), 400),
    "broken chunk": (post(JSON, "Transfer-Encoding: chunked", body="zz\r\n{}\r\n0\r\n\r\n"), 400),
    "upgrade to websockets": (
        get(
            ORGANIZATION,
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        ),
        400,
    ),
    "upgrade to HTTP/2": (
        get(ORGANIZATION, "Connection: Upgrade", "Upgrade: h2c"),
        400,
    ),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400),
    "HTTP of another kind": (f"GET {ORGANIZATION} HTTQ/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(), 400),
    "HTTP/9.9": (f"GET {ORGANIZATION} HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n".encode(), 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), 400),
    "bytes": (bytes(range(256)), 400),
    "no colon in a header": (get(ORGANIZATION, "X-Header"), 400),
    "no name of a header": (get(ORGANIZATION, ": x"), 400),
    "line break in a header": (get(ORGANIZATION, "X-Header: a\rX-Evil: b"), 400),
    "NUL in a header": (get(ORGANIZATION, "X-Header: a\0b"), 400),
    "folded header": (get(ORGANIZATION, "X-Header: a\r\n\tb"), 400),
    "200 headers": (get(ORGANIZATION, *(f"X-Header-{n}: a" for n in range(200))), 400),
    "header of 20 kB": (get(ORGANIZATION, "X-Header: " + "a" * 20_000), 400),
}

BODIES = {
    "no type": (post(), 415),
    "plain text": (post("Content-Type: text/plain"), 415),
    "form": (post(FORM, body="limit=1"), 415),
    "files": (post("Content-Type: multipart/form-data; boundary=a"), 415),
    "charset": (post("Content-Type: application/json; charset=utf-8"), 415),
    "two types": (post(JSON, "Content-Type: text/plain"), 400),
    "two types in one": (post("Content-Type: application/json, text/plain"), 415),
    "another JSON": (post("Content-Type: application/problem+json"), 415),
    "gzip": (post(JSON, "Content-Encoding: gzip", body=b"\x1f\x8b\x08\x00"), 415),
    "two encodings": (post(JSON, "Content-Encoding: identity", "Content-Encoding: gzip"), 400),
    "with GET": (request("GET", ORGANIZATION, JSON, body="{}", token=TOKEN), 400),
    "with DELETE": (request("DELETE", ORGANIZATION, JSON, body="{}", token=TOKEN), 400),
    "no JSON": (post(JSON, body="{"), 400),
    "two values": (post(JSON, body="{}{}"), 400),
    "list": (post(JSON, body="[]"), 400),
    "text": (post(JSON, body='"x"'), 400),
    "not a number": (post(JSON, body='{"limit":NaN}'), 400),
    "number of 100 digits": (post(JSON, body='{"limit":' + "9" * 100 + "}"), 400),
    "number as text": (post(JSON, body='{"limit":"many"}'), 400),
    "nested 10000 times": (post(JSON, body='{"a":' * 10_000 + "1" + "}" * 10_000), 400),
    "byte order mark": (post(JSON, body=b"\xef\xbb\xbf{}"), 400),
    "UTF-16": (post(JSON, body="{}".encode("utf-16")), 400),
    "no UTF-8": (post(JSON, body=b'{"cursor":"\xff"}'), 400),
    "half a surrogate": (post(JSON, body='{"cursor":"\\ud800"}'), 400),
    "list instead of text": (post(JSON, body='{"cursor":["a"]}'), 400),
    "object instead of text": (post(JSON, body='{"cursor":{"$ne":""}}'), 400),
    "null instead of what is required": (post(JSON, target="/v1/b2b/organizations", body='{"organization_name":null}'), 400),
    "empty id": (
        post(JSON, target="/v1/b2b/passwords/authenticate", body=NOWHERE),
        400,
    ),
    "doubled form parameter": (
        post(
            FORM,
            target=INTROSPECT,
            body="token=a&token=b",
        ),
        400,
    ),
}

GROUPS = {
    "targets": TARGETS,
    "methods": METHODS,
    "hosts": HOSTS,
    "pages": PAGES,
    "credentials": CREDENTIALS,
    "sessions": SESSIONS,
    "frames": FRAMES,
    "bodies": BODIES,
}


CASES = [
    pytest.param(sent, status, id=f"{group}: {name}")
    for group, entries in GROUPS.items()
    for name, (sent, status) in entries.items()
]


@pytest.mark.parametrize(("sent", "status"), CASES)
def test_refused(raw: Setup, sent: bytes, status: int) -> None:
    """Refused with that status and the shape of the API's errors, recorded in one line, and nothing was sent on."""
    answer = raw.ask(sent)
    assert status == answer.status, answer.raw
    if not sent.startswith(b"HEAD"):
        assert status == answer.json["status_code"]
        assert answer.json["error_type"]
    assert [] == raw.upstream.requests
    line = raw.lines()[-1]
    assert (status, False) == (line["status"], line["sent"])
    assert line["request_id"] == answer.headers["x-request-id"]
    for planted in (TOKEN, READER, EXPIRED, SECRET):
        assert planted.encode() not in answer.raw


def test_at_least_a_hundred() -> None:
    assert len(CASES) >= 100
