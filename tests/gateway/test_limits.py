"""Bounds on sizes, times, connections and rates."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest
from support.raw_http import FINE, RawServer, exchange, raw_server, reply, request

from stytch_b2b_async.gateway import Gateway, Limits, Rate
from stytch_b2b_async.gateway.limits import Buckets

from .conftest import READER, TOKEN, UNLIMITED, OpenGateway

READ = request("GET", "/v1/b2b/organizations/x", token=TOKEN)
JSON = "Content-Type: application/json"
CREATE = request("POST", "/v1/b2b/organizations", JSON, body='{"organization_name":"Acme"}', token=TOKEN)


@pytest.fixture(scope="module")
def upstream() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


def port_of(gateway: Gateway) -> int:
    return urlsplit(gateway.url).port or 0


def closed_after(connection: socket.socket) -> bytes:
    """Return what comes until the connection is closed."""
    received = b""
    try:
        while part := connection.recv(65_536):
            received += part
    except ConnectionError:
        pass
    return received


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"GET /v1/b2b/organizations/x HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", b"", id="half a head"),
        pytest.param(CREATE[:-5], b"HTTP/1.1 408 Request Timeout", id="half a body"),
    ],
)
def test_slow_loris(open_gateway: OpenGateway, upstream: RawServer, tmp_path: Path, sent: bytes, answer: bytes) -> None:
    """Who does not get on with it is cut off, and recorded."""
    audit = tmp_path / "audit.jsonl"
    limits = attrs.evolve(UNLIMITED, head_seconds=0.2, body_seconds=0.2)
    opened = open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", limits=limits, audit=audit)
    with opened as gateway, socket.create_connection(("127.0.0.1", port_of(gateway)), 5) as connection:
        connection.sendall(sent)
        assert closed_after(connection).startswith(answer)
    assert 408 == json.loads(audit.read_text().splitlines()[-1])["status"]


def test_half_a_second_head(open_gateway: OpenGateway, upstream: RawServer) -> None:
    """A connection that has been of use is cut off, too."""
    opened = open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", limits=attrs.evolve(UNLIMITED, head_seconds=0.2))
    with opened as gateway, socket.create_connection(("127.0.0.1", port_of(gateway)), 5) as connection:
        connection.sendall(READ)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /v1")
        assert b"" == closed_after(connection)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(READ + b"GET /v1", b"", id="at once"),
        pytest.param(READ, b"GET /v1", id="after the answer"),
        pytest.param(CREATE[:-3], CREATE[-3:] + b"G", id="with the end of a body"),
        pytest.param(READ + CREATE + READ[:-1], b"", id="behind two more requests"),
    ],
)
def test_a_head_that_has_begun(open_gateway: OpenGateway, upstream: RawServer, tmp_path: Path, first: bytes, second: bytes) -> None:
    """However it came: it has to end in the time for a head, not in the time of an idle connection."""
    audit = tmp_path / "audit.jsonl"
    limits = attrs.evolve(UNLIMITED, head_seconds=0.2)
    with (
        open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", limits=limits, audit=audit) as gateway,
        socket.create_connection(("127.0.0.1", port_of(gateway)), 5) as connection,
    ):
        connection.sendall(first)
        if not second:
            pass
        elif b"POST" in first:
            time.sleep(0.05)
        else:
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(second)
        closed_after(connection)
    assert 408 == json.loads(audit.read_text().splitlines()[-1])["status"]


@pytest.mark.parametrize(
    "parts", [(CREATE,), (CREATE[:20], CREATE[20:]), (CREATE[:-1], CREATE[-1:]), (CREATE[:-29], CREATE[-29:]), (READ + READ,)]
)
def test_idle_connections_stay(open_gateway: OpenGateway, upstream: RawServer, parts: tuple[bytes, ...]) -> None:
    """Where nothing has begun, the time for a head does not count, in however many pieces the last request came."""
    limits = attrs.evolve(UNLIMITED, head_seconds=0.2)
    with (
        open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", limits=limits) as gateway,
        socket.create_connection(("127.0.0.1", port_of(gateway)), 5) as connection,
    ):
        for part in parts:
            connection.sendall(part)
            time.sleep(0.02)
        time.sleep(0.3)
        connection.sendall(request("GET", "/v1/b2b/organizations/x", "Connection: close", token=TOKEN))
        assert b"".join(parts).count(b"HTTP/1.1") + 1 == closed_after(connection).count(b"HTTP/1.1 200")


def test_a_slow_reader(open_gateway: OpenGateway, upstream: RawServer) -> None:
    """Who does not take the response gets no more of it than the system holds."""
    size = UNLIMITED.reply - 20
    opened = open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", limits=attrs.evolve(UNLIMITED, write_seconds=0.2))
    upstream.answer = reply(b'{"a":"' + b"a" * (size - 8) + b'"}')
    with opened as gateway, socket.create_connection(("127.0.0.1", port_of(gateway)), 30) as connection:
        connection.sendall(READ)
        assert connection.recv(12) == b"HTTP/1.1 200"
        time.sleep(0.5)
        assert len(closed_after(connection)) < size
    upstream.answer = FINE


def test_more_connections_than_it_takes(open_gateway: OpenGateway, upstream: RawServer) -> None:
    """The next one is closed at once, and there is room again when one has ended."""
    with open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", limits=attrs.evolve(UNLIMITED, connections=2)) as gateway:
        port = port_of(gateway)
        held = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(2)]
        for connection in held:
            connection.sendall(READ)
            assert connection.recv(12) == b"HTTP/1.1 200"
        assert 0 == exchange(port, READ).status
        for connection in held:
            connection.close()
        deadline = time.monotonic() + 5
        while exchange(port, READ).status != 200:
            assert time.monotonic() < deadline


@pytest.fixture(scope="module")
def limited(open_gateway: OpenGateway, upstream: RawServer) -> Iterator[int]:
    limits = Limits(calls=Rate(5, 3600), acts_once=Rate(2, 3600), failed_tokens=Rate(3, 3600))
    with open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", limits=limits) as gateway:
        yield port_of(gateway)


def test_rates(limited: int) -> None:
    """What acts once is stricter; callers do not share; valid tokens pass however many invalid ones were tried."""
    failures = [exchange(limited, request("GET", "/v1/b2b/organizations/x", token="x" * 40)) for _ in range(5)]
    assert [401, 401, 401, 429, 429] == [each.status for each in failures]
    assert "gateway_rate_limited" == failures[-1].json["error_type"]
    assert 0 < int(failures[-1].headers["retry-after"]) <= 3600
    assert [200, 200, 429] == [exchange(limited, CREATE).status for _ in range(3)]
    assert [200, 200, 429] == [exchange(limited, READ).status for _ in range(3)]
    assert 200 == exchange(limited, request("GET", "/v1/b2b/organizations/x", token=READER)).status


def test_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """They fill again with time, and the longest unused ones are forgotten."""
    now = [0.0]
    monkeypatch.setattr("stytch_b2b_async.gateway.limits.monotonic", lambda: now[0])
    buckets = Buckets(Rate(2, 10), most=2)
    assert [0, 0, 5] == [buckets.take("a") for _ in range(3)]
    now[0] = 5
    assert [0, 5] == [buckets.take("a") for _ in range(2)]
    for key in ("b", "c"):
        assert 0 == buckets.take(key)
    assert 0 == buckets.take("a")


@pytest.mark.parametrize("text", ["", "100", "100/day", "0/second", "-1/second", "1.5/second", "100/second/x", "1e3/second"])
def test_rates_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        Rate.parse(text)


@pytest.mark.parametrize("values", [(0, 1), (1, 0), (1, float("nan"))])
def test_rates_that_let_nothing_pass(values: Any) -> None:
    with pytest.raises(ValueError, match="at least one call"):
        Rate(*values)
