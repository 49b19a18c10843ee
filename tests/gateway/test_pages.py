"""Who reaches the gateway: web pages of named origins, by its names, and with TLS."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from faults.certificates import client_context, self_signed, server_context
from support.raw_http import RawServer, exchange, raw_server, request

from stytch_b2b_async import Client, SessionPool
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.gateway import Gateway

from .conftest import TOKEN, TOKENS, OpenGateway

ORIGIN = "https://tools.example.com"
READ = "/v1/b2b/organizations/x"


@pytest.fixture(scope="module")
def upstream() -> Iterator[RawServer]:
    with raw_server() as server:
        yield server


@pytest.fixture(scope="module")
def port(open_gateway: OpenGateway, upstream: RawServer) -> Iterator[int]:
    """A gateway that is also called gateway.example.com, and opened to one origin."""
    url = f"http://127.0.0.1:{upstream.port}"
    with open_gateway(base_url=url, origins=[ORIGIN], hosts=["Gateway.Example.com"]) as gateway:
        yield urlsplit(gateway.url).port or 0


def test_preflight(port: int) -> None:
    """A browser asks first, without a token."""
    asked = request("OPTIONS", READ, f"Origin: {ORIGIN}", "Access-Control-Request-Method: DELETE", token=None)
    answer = exchange(port, asked)
    assert 204 == answer.status
    assert ORIGIN == answer.headers["access-control-allow-origin"]
    assert "DELETE" in answer.headers["access-control-allow-methods"]
    assert "X-Stytch-Member-SessionJWT" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" == answer.headers["vary"]


@pytest.mark.parametrize("token", [TOKEN, "x" * 40])
def test_the_page_may_read_what_comes_back(port: int, token: str) -> None:
    """Refusals, too: the page can say what is wrong."""
    answer = exchange(port, request("GET", READ, f"Origin: {ORIGIN}", "Sec-Fetch-Site: cross-site", token=token))
    assert (200 if token == TOKEN else 401) == answer.status
    assert ORIGIN == answer.headers["access-control-allow-origin"]


@pytest.mark.parametrize("origin", ["http://tools.example.com", f"{ORIGIN}:444", f"{ORIGIN}.evil.example", "null"])
def test_other_origins(port: int, origin: str) -> None:
    answer = exchange(port, request("GET", READ, f"Origin: {origin}", token=TOKEN))
    assert 403 == answer.status
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("headers", [[], ["Sec-Fetch-Site: none"], ["Sec-Fetch-Site: same-origin"]])
def test_no_cors_by_default(port: int, headers: list[str]) -> None:
    """Nothing is opened to those who do not ask."""
    answer = exchange(port, request("GET", READ, *headers, token=TOKEN))
    assert 200 == answer.status
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("host", ["gateway.example.com", "GATEWAY.example.com:443", "localhost:1", "LOCALHOST", "[::1]:80"])
def test_names_of_the_gateway(port: int, host: str) -> None:
    """Case and port do not matter: a port may be forwarded."""
    assert 200 == exchange(port, request("GET", READ, host=host, token=TOKEN)).status


@pytest.mark.parametrize(
    "origin", ["*", "null", "tools.example.com", "https://", "https://*.a", "https://a/b", "ftp://a", "https://A"]
)
def test_what_is_no_origin(origin: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        Gateway("project-test-1", "secret-test-1", authenticate=lambda _: None, origins=[origin])


@pytest.mark.parametrize("host", ["", "*", "*.example.com", "a/b", "a b", "http://a", "user@a"])
def test_what_is_no_host(host: str) -> None:
    with pytest.raises(ValueError, match="is not the name"):
        Gateway("project-test-1", "secret-test-1", authenticate=lambda _: None, hosts=[host])


async def test_tls(emulator: Emulator, tmp_path: Path) -> None:
    """With a certificate, callers reach it by https alone."""
    certificate = await asyncio.to_thread(self_signed, tmp_path)
    tls = server_context(certificate)
    gateway = Gateway(emulator.project_id, emulator.secret, base_url=emulator.url, tokens=TOKENS, tls=tls)
    transport = SessionPool(ssl=client_context(certificate))
    async with gateway, Client(emulator.project_id, TOKEN, base_url=gateway.url, transport=transport) as client:
        assert gateway.url.startswith("https://127.0.0.1:")
        assert 200 == (await client.organizations.search()).status_code
        port = urlsplit(gateway.url).port or 0
        assert 200 != (await asyncio.to_thread(exchange, port, request("GET", READ, token=TOKEN))).status


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "gateway.example.com"])  # noqa: S104  # refused
def test_beyond_this_machine(host: str) -> None:
    """Others reach it only if that was asked for."""
    with pytest.raises(ValueError, match="allow_remote=True"):
        Gateway("project-test-1", "secret-test-1", tokens=TOKENS, host=host)


async def test_a_warning_without_tls(caplog: pytest.LogCaptureFixture) -> None:
    gateway = Gateway("project-test-1", "secret-test-1", tokens=TOKENS, host="0.0.0.0", allow_remote=True)  # noqa: S104  # for a moment
    async with gateway:
        assert gateway.url.startswith("http://127.0.0.1:")
    assert "without TLS" in caplog.text
