"""Requests that no client makes: each has an answer of the API's own kind, and none is a 500."""

import asyncio
import base64
import json
import logging
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.pure_api import PureAPI

from stytch_b2b_async.emulator import Emulator


@pytest.fixture(scope="module")
def api() -> Iterator[PureAPI]:
    with PureAPI() as made:
        yield made


@pytest.mark.parametrize(
    ("authorization", "status", "error_type"),
    [
        ("Basic é", 400, "invalid_authorization_header"),
        ("Basic \udce9", 400, "invalid_authorization_header"),
        ("Basic " + base64.b64encode(b"\xff\xfe:x").decode(), 400, "invalid_authorization_header"),
        ("Basic " + base64.b64encode("project-test-1:é".encode()).decode(), 401, "unauthorized_credentials"),
        ("Basic " + base64.b64encode("project-test-é:x".encode()).decode(), 400, "invalid_project_id_authentication"),
        ("é", 401, "unauthorized_credentials"),
        ("Basic", 401, "unauthorized_credentials"),
        ("Basic Og==", 400, "invalid_project_id_authentication"),
        ("Basic " + "A" * 10_000, 400, "invalid_project_id_authentication"),
    ],
)
def test_authorization_header(api: PureAPI, authorization: str, status: int, error_type: str) -> None:
    """Whatever its characters."""
    found, body = api.call("GET", "/v1/b2b/organizations/acme", authorization=authorization)
    assert (status, error_type) == (found, body["error_type"])


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "nonsense", "gzip, gzip", "é"])
@pytest.mark.parametrize("body", [b"{}", b"\x1f\x8b", zlib.compress(b"{}")])
def test_content_encoding_is_refused(api: PureAPI, encoding: str, body: bytes) -> None:
    """Whether the body is what it says or not."""
    response = api.send("POST", "/v1/b2b/organizations", body, content_encoding=encoding)
    assert (400, "bad_request") == (response.status, json.loads(response.body)["error_type"])


DEEP = b'{"trusted_metadata":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
WIDE = json.dumps({"organization_name": "Acme", "trusted_metadata": {"a": [[]] * 100_000}}).encode()


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        b'{"a":' * 400 + b"1" + b"}" * 400,
        WIDE,
        b'{"organization_name":"Acme","trusted_metadata":{"a":100000000000000000000000000}}',
        b'{"organization_name":"Acme","trusted_metadata":{"a":NaN}}',
        b'{"organization_name":"Acme","trusted_metadata":{"a":1e999}}',
        b'{"organization_name":"\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"{" * 1000,
        b"\x00",
    ],
    ids=["deep", "less deep", "wide", "huge integer", "NaN", "infinite", "half a character", "mark", "open", "zero"],
)
def test_unwritable_json(api: PureAPI, body: bytes) -> None:
    """JSON that could not be written again is refused. What is stored must come back."""
    response = api.send("POST", "/v1/b2b/organizations", body)
    assert 400 == response.status, response.body[:300]


@pytest.mark.parametrize(
    "path", ["/v1/b2b/organizations/\udcff", "/%", "/%ff%fe", "/v1/b2b/organizations/%ed%a0%80", "/" + "a" * 10**5, "//"]
)
def test_odd_paths(api: PureAPI, path: str) -> None:
    """They are unknown or malformed."""
    assert api.send("GET", path).status in {400, 404}


def test_odd_paths_in_the_log(api: PureAPI, caplog: pytest.LogCaptureFixture) -> None:
    """Bytes that are not UTF-8 are escaped: a log can write no surrogates."""
    caplog.set_level(logging.INFO, "stytch_b2b_async.emulator")
    api.send("GET", "/v1/b2b/\udcff\n")
    assert ["GET /v1/b2b/\\udcff\\n 404"] == caplog.messages


@pytest.mark.parametrize("query", ["a=1&" * 2000, "%ff=%ff", "=&=", "member_id=\udcff", "member_id=%00"])
def test_odd_queries(api: PureAPI, query: str) -> None:
    """They are malformed or find nothing."""
    assert api.send("GET", "/v1/b2b/organizations/acme/member", b"", query).status in {400, 404}


PATHS = st.sampled_from(["/v1/b2b/organizations", "/v1/b2b/passwords/migrate", "/v1/b2b/sessions", "/_emulator/clock"])
TEXT = st.text() | st.binary().map(lambda sent: sent.decode(errors="surrogateescape"))
JSON = st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
HEADERS = st.sampled_from(["authorization", "content_encoding", "host", "origin", "x_stytch_member_session"])
REQUESTS = st.tuples(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "", "é"]),
    PATHS | TEXT.map("/v1/b2b/{}".format) | TEXT.map("/v1/b2b/organizations/{}".format) | TEXT,
    st.binary() | JSON.map(lambda value: json.dumps(value).encode()),
    TEXT,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS, headers=st.dictionaries(HEADERS, TEXT))
def test_anything(api: PureAPI, request: tuple[str, str, bytes, str], headers: dict[str, str]) -> None:
    """No text in any place is an internal error, and every answer is JSON."""
    response = api.send(*request, **headers)
    assert response.status < 500 or response.status == 501, response.body
    assert isinstance(json.loads(response.body), dict)


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"Authorization: Basic \xe9\r\nContent-Length: 0\r\n\r\n",
        b"Content-Type: text/\xff\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
async def test_malformed_http(stytch: Emulator, sent: bytes) -> None:
    """Bad lengths, chunks and encodings end in a refusal; the emulator goes on."""
    basic = base64.b64encode(f"{stytch.project_id}:{stytch.secret}".encode())
    authorization = b"" if b"Authorization" in sent else b"Authorization: Basic " + basic + b"\r\n"
    host, port = stytch.url.removeprefix("http://").split(":")
    head = b"POST /v1/b2b/organizations HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + authorization
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head + sent)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    assert answer.split(b" ")[1] in {b"400", b"401"}, answer
    async with stytch.client() as client:
        assert 200 == (await client.passwords.strength_check(password="x")).status_code
