"""An emulator and a server that answers what it is told, with gateways before them, for a whole session."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import attrs
import pytest
from anyio.from_thread import start_blocking_portal
from support.raw_http import FINE, RawAnswer, RawServer, exchange, raw_server

from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.gateway import Gateway, GatewayToken, Limits, Rate

OpenGateway: TypeAlias = Callable[..., AbstractContextManager[Gateway]]

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-planted/by+the=tests"
TOKEN = "stytch-gateway-planted-by-the-tests-0000000001"
READER = "stytch-gateway-planted-by-the-tests-0000000002"
EXPIRED = "stytch-gateway-planted-by-the-tests-0000000003"
TOKENS = [
    GatewayToken.of(TOKEN, "tests"),
    GatewayToken.of(READER, "reader", allow="effect:reads"),
    GatewayToken.of(EXPIRED, "expired", expires_at=datetime(2020, 1, 1, tzinfo=UTC)),
]

UNLIMITED = Limits(calls=Rate(10**6, 1), acts_once=Rate(10**6, 1), failed_tokens=Rate(10**6, 1))


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="session")
def open_gateway() -> Iterator[OpenGateway]:
    """Run gateways in a thread, open for everything unless told otherwise."""
    with start_blocking_portal() as portal:

        @contextmanager
        def opened(**settings: Any) -> Iterator[Gateway]:
            given = {
                "project_id": PROJECT_ID,
                "secret": SECRET,
                "tokens": TOKENS,
                "allow": "*",
                "limits": UNLIMITED,
                **settings,
            }
            with portal.wrap_async_context_manager(portal.call(lambda: Gateway(**given))) as gateway:
                yield gateway

        yield opened


@pytest.fixture(scope="session")
def gateway(open_gateway: OpenGateway, emulator: Emulator) -> Iterator[Gateway]:
    """A gateway before the emulator."""
    with open_gateway(project_id=emulator.project_id, secret=emulator.secret, base_url=emulator.url) as running:
        yield running


@attrs.frozen
class Setup:
    """A gateway, what it sends to, and what it writes down."""

    gateway: Gateway
    upstream: RawServer
    audit: Path
    asked: list[bytes] = attrs.field(factory=list[bytes])

    @property
    def port(self) -> int:
        return urlsplit(self.gateway.url).port or 0

    def ask(self, sent: bytes) -> RawAnswer:
        self.asked.append(sent)
        return exchange(self.port, sent)

    def ask_all(self, *sent: bytes) -> bytes:
        """Send requests on one connection; return all that comes back until it is closed."""
        self.asked.extend(sent)
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(b"".join(sent))
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the audit log, one for each request so far; they are written by a thread."""
        deadline = time.monotonic() + 10
        while (text := self.audit.read_text()).count("\n") < len(self.asked):
            assert time.monotonic() < deadline, "a line is missing"
            time.sleep(0.001)
        lines = text.splitlines()
        assert len(lines) == len(self.asked)
        return [json.loads(line) for line in lines[-10:]]


@pytest.fixture(scope="session")
def opened_raw(open_gateway: OpenGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    audit = tmp_path_factory.mktemp("gateway") / "audit.jsonl"
    with raw_server() as upstream, open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", audit=audit) as running:
        yield Setup(running, upstream, audit)


@pytest.fixture
def raw(opened_raw: Setup) -> Setup:
    """A gateway before a server that answers what it is told: at first, that all is fine."""
    opened_raw.upstream.answer, opened_raw.upstream.repeats, opened_raw.upstream.closes = FINE, 1, False
    opened_raw.upstream.requests.clear()
    return opened_raw
