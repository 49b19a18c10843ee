"""Replies that are none: a 502 that says whether the request may have been applied."""

import gzip
import json
import socket
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from support.raw_http import FINE, exchange, reply, request

from .conftest import PROJECT_ID, SECRET, TOKEN, OpenGateway, Setup

CREATE = request(
    "POST", "/v1/b2b/organizations", "Content-Type: application/json", body='{"organization_name":"Acme"}', token=TOKEN
)
BOMB = gzip.compress(bytes(100 * 2**20))
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def said(text: str) -> bytes:
    return reply(json.dumps({"status_code": 200, "request_id": "r", "text": text}))


BROKEN = {
    "none": None,
    "nothing but a line break": b"\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
    "half a chunk": CHUNKED + b"ff\r\n{}",
    "broken chunk": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
    "length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "interim replies without end": b"HTTP/1.1 102 Processing\r\n\r\n" * 100,
    "switched protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "no body": reply(""),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a page": reply("<html><script>alert(1)</script></html>"),
    "a page with an error": reply("<html>Bad gateway</html>", status="503 Service Unavailable"),
    "a list": reply("[]"),
    "text": reply('"x"'),
    "half an object": reply('{"status_code":200'),
    "two objects": reply("{}{}"),
    "no UTF-8": reply(b'{"a":"\xff"}'),
    "a redirect": reply("{}", "Location: http://evil.example/", status="302 Found"),
    "a redirect that keeps the method": reply("{}", "Location: http://evil.example/", status="307 Temporary Redirect"),
    "status below all": reply("{}", status="099 Odd"),
    "status beyond all": reply("{}", status="999 Odd"),
    "broken gzip": reply(gzip.compress(b"{}")[:-4] + b"abcd", "Content-Encoding: gzip"),
    "half of gzip": reply(gzip.compress(json.dumps([*range(99)]).encode())[:99], "Content-Encoding: gzip"),
    "no gzip": reply("{}", "Content-Encoding: gzip"),
    "unknown encoding": reply("\x1b\x00", "Content-Encoding: br"),
    "a bomb": reply(BOMB, "Content-Encoding: gzip"),
    "secret": said(SECRET),
    "secret within": said(f"Basic realm {SECRET}!"),
    "secret in capitals": said(SECRET.upper()),
    "secret escaped": reply('{"a":"' + "".join(f"\\u{ord(each):04x}" for each in SECRET) + '"}'),
    "secret with an escaped slash": reply('{"a":"' + SECRET.replace("/", "\\/") + '"}'),
    "secret as a key": reply(json.dumps({SECRET: 1})),
    "secret in the query": said(quote(SECRET, safe="")),
    "secret in base64": said(b64encode(f"x{SECRET}y".encode()).decode()),
    "secret in hexadecimal": said(SECRET.encode().hex()),
    "credentials": said(b64encode(f"{PROJECT_ID}:{SECRET}".encode()).decode()),
    "secret in an error": reply(json.dumps({"error_message": SECRET}), status="401 Unauthorized"),
    "secret compressed": reply(gzip.compress(said(SECRET).partition(b"\r\n\r\n")[2]), "Content-Encoding: gzip"),
    "secret in chunks": CHUNKED + b"".join(b"1\r\n%c\r\n" % each for each in json.dumps({"a": SECRET}).encode()) + b"0\r\n\r\n",
    "secret in a header": reply("{}", f"X-Request-Id: {SECRET}"),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_broken(raw: Setup, answer: bytes | None) -> None:
    """It may have been applied; nothing of the reply comes back, and nothing is sent twice."""
    raw.upstream.answer, raw.upstream.closes = answer, True
    refused = raw.ask(CREATE)
    assert (502, 502) == (refused.status, refused.json["status_code"]), refused.raw
    assert {"maybe_applied": True} == refused.json["error_details"]
    assert SECRET not in refused.raw.decode()
    assert b"script" not in refused.raw
    assert 1 == len(raw.upstream.requests)
    line = raw.lines()[-1]
    assert (502, True, refused.json["error_type"]) == (line["status"], line["sent"], line["error"])
    assert SECRET not in raw.audit.read_text()


def test_what_follows_a_reply(raw: Setup) -> None:
    """A second reply on the connection belongs to nobody."""
    raw.upstream.answer = FINE + reply('{"request_id":"smuggled"}')
    for _ in range(3):
        assert b"smuggled" not in raw.ask(CREATE).raw


def test_100_megabytes(raw: Setup) -> None:
    """It is not read to its end."""
    raw.upstream.answer, raw.upstream.repeats, raw.upstream.closes = b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 2**20, 100, True
    refused = raw.ask(CREATE)
    assert (502, "upstream_reply_too_large") == (refused.status, refused.json["error_type"])


def test_nobody_listens(open_gateway: OpenGateway, tmp_path: Path) -> None:
    """Where no connection was made, nothing was applied."""
    audit = tmp_path / "audit.jsonl"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with open_gateway(base_url=f"http://127.0.0.1:{port}", audit=audit) as gateway:
        refused = exchange(int(gateway.url.rpartition(":")[2]), CREATE)
    assert (502, {"maybe_applied": False}) == (refused.status, refused.json["error_details"])
    assert not json.loads(audit.read_text())["sent"]


def test_no_answer_in_time(open_gateway: OpenGateway) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        open_gateway(base_url=f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2) as gateway,
    ):
        refused = exchange(int(gateway.url.rpartition(":")[2]), CREATE)
    assert (502, "upstream_timed_out", {"maybe_applied": True}) == (
        refused.status,
        refused.json["error_type"],
        refused.json["error_details"],
    )
