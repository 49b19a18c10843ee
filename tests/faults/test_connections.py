"""What connections go through: bounds, cancellation, idleness, proxies, certificates."""

import asyncio
import select
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from faults.certificates import client_context, self_signed, server_context
from faults.faults import FINE, GOOD_BODY, REQUESTS, SESSION, close_idle, in_turn, reset_idle, says
from faults.server import FaultServer, Peer, Script, Site, reply
from support.http_servers import PROJECT_ID, SECRET, basic_auth
from yarl import URL

from stytch_b2b_async import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    BlockingClient,
    Call,
    Client,
    DecodeError,
    Hooks,
    Request,
    SessionPool,
)
from stytch_b2b_async.api.passwords.email import ResetStart
from stytch_b2b_async.runtime import retry
from stytch_b2b_async.transport import BorrowedSession
from stytch_b2b_async.transport.body import MAX_BODY
from stytch_b2b_async.transport.guarded import GuardedHandler
from stytch_b2b_async.transport.proxies import Proxies

READ, REPEATABLE, ACTS_ONCE = REQUESTS.values()
LARGE = ResetStart(organization_id="organization-test-1", email_address="a" * 2**25)


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.002)


@pytest.fixture
async def pool() -> AsyncIterator[SessionPool]:
    made = SessionPool(limit=2)
    yield made
    await made.close()


def client(url: str, transport: SessionPool | BorrowedSession, **options: Any) -> Client:
    return Client(PROJECT_ID, SECRET, base_url=url, transport=transport, **options)


def in_use(pool: SessionPool) -> tuple[int, int, int]:
    """Count what a pool believes to be in use, those who wait for it, and the tasks beside the test."""
    lease = pool._leases.get(asyncio.get_running_loop())
    assert lease is not None
    connector = lease.connector
    assert {} == connector._waiters  # they wait before they come to aiohttp
    tasks = asyncio.all_tasks() - {asyncio.current_task()} - connector._resolve_host_tasks
    return len(connector._acquired), len(lease.slots._waiting), len(tasks)


def stalling(at: str, reached: threading.Event) -> Script:
    """Follow a request up to a point, tell that it is reached, and say nothing more."""
    words = {"the request": b"", "the headers": b"HTTP/1.1 200 OK\r\nX-A:", "the body": FINE[:-5]}

    async def script(peer: Peer) -> None:
        if at == "the handshake":
            await peer.reader.read(1)
        else:
            await peer.read()
            await peer.say(words[at])
        reached.set()
        await peer.stay()

    return script


async def seen(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 10)


class TestCancelling:
    @pytest.mark.parametrize("phase", ["the handshake", "the request", "the headers", "the body"])
    @pytest.mark.parametrize("request_", REQUESTS.values(), ids=list(REQUESTS))
    async def test_cancellation(self, server: FaultServer, pool: SessionPool, request_: Request[Any], phase: str) -> None:
        """It ends at once and leaves nothing behind."""
        reached = threading.Event()
        with server.site(stalling(phase, reached)) as site:
            url = site.url.replace("http:", "https:") if phase == "the handshake" else site.url
            call = asyncio.ensure_future(client(url, pool).send(request_))
            await seen(reached)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(call, 1)
            assert (0, 0, 0) == in_use(pool)
            assert 1 == site.connections

    async def test_cancelled_waiter(self, server: FaultServer, pool: SessionPool) -> None:
        """Who waits for a connection leaves the queue."""
        reached = threading.Event()
        with server.site(stalling("the request", reached)) as site:
            stytch = client(site.url, pool)
            calls = [asyncio.ensure_future(stytch.send(READ)) for _ in range(5)]
            await seen(reached)
            assert (2, 3) == in_use(pool)[:2]
            for call in reversed(calls):
                call.cancel()
            assert all(isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*calls, return_exceptions=True))
            assert (0, 0, 0) == in_use(pool)

    async def test_it_ends_the_wait_between_attempts(self, server: FaultServer, pool: SessionPool) -> None:
        with server.site(in_turn(reply(b"{}", "429 Slow Down", "Retry-After: 20"))) as site:
            waits = asyncio.Event()
            hooks = Hooks(on_attempt=lambda _: waits.set())
            call = asyncio.ensure_future(client(site.url, pool, hooks=hooks).send(ACTS_ONCE))
            await waits.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert (0, 0, 0) == in_use(pool)

    async def test_slow_name_lookup(self, pool: SessionPool, monkeypatch: pytest.MonkeyPatch) -> None:
        """A name that does not resolve does not hold it."""
        asked, over = stall_resolver(monkeypatch)
        call = asyncio.ensure_future(client("https://stalled.invalid", pool).send(READ))
        await seen(asked)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(call, 1)
        assert (0, 0, 0) == in_use(pool)
        over.set()

    async def test_abandoned_connection(self, server: FaultServer, pool: SessionPool) -> None:
        """The connection that was given up is not used again."""

        async def first_stalls(peer: Peer) -> None:
            while await peer.read():
                if peer.number == 1:
                    await peer.say(FINE[:-5])
                    await peer.stay()
                await peer.say(FINE)

        with server.site(first_stalls) as site:
            stytch = client(site.url, pool)
            with pytest.raises(APITimeoutError):
                await stytch.with_options(timeout=0.1).send(READ)
            assert 1 == (await stytch.send(ACTS_ONCE)).attempts


def stall_resolver(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    asked, over = threading.Event(), threading.Event()

    def getaddrinfo(*_: Any, **__: Any) -> Any:
        asked.set()
        over.wait(10)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked, over


class TestBounds:
    @pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
    async def test_unread_large_request(self, server: FaultServer, pool: SessionPool) -> None:
        """A large request that nobody reads ends by the deadline."""

        async def never_read(_: Peer) -> None:
            await asyncio.Event().wait()

        with server.site(never_read) as site:
            stytch = client(site.url, pool, timeout=0.5)
            with pytest.raises(APITimeoutError) as caught:
                await asyncio.wait_for(stytch.send(LARGE), 5)
            assert caught.value.maybe_applied
            assert (0, 0, 0) == in_use(pool)

    @pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
    async def test_early_answer_to_a_large_request(self, server: FaultServer, pool: SessionPool) -> None:
        """An answer may come before a large request was read."""

        async def refuse(peer: Peer) -> None:
            await peer.reader.readuntil(b"\r\n\r\n")
            await peer.say(reply(b"{}", "413 Too Large"))
            await peer.stay()

        with server.site(refuse) as site:
            with pytest.raises(APIStatusError) as caught:
                await client(site.url, pool, timeout=5).send(LARGE)
            assert 413 == caught.value.status_code
            assert (0, 0, 0) == in_use(pool)

    async def test_connect_timeout_over_addresses(
        self, server: FaultServer, pool: SessionPool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Connecting has one bound over all addresses of a host."""
        with server.site(stalling("the handshake", threading.Event())) as site:
            addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", site.port)) for last in (1, 1, 1, 1)]
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
            stytch = client(f"https://many.example:{site.port}", pool, connect_timeout=0.15, max_attempts=1)
            started = asyncio.get_running_loop().time()
            with pytest.raises(APITimeoutError, match=r"^no connection within 0\.15 s$"):
                await stytch.send(READ)
            assert 0.45 > asyncio.get_running_loop().time() - started

    async def test_a_body_of_64_mib_and_a_byte_is_too_large(self, server: FaultServer, pool: SessionPool) -> None:
        size = MAX_BODY + 1

        async def pour(peer: Peer) -> None:
            await peer.read()
            await peer.say(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
            await peer.say(*[b" " * 2**20] * 64, b" ")

        with server.site(pour) as site:
            with pytest.raises(DecodeError, match=r"^the response is too large \(HTTP 200\)$"):
                await client(site.url, pool).send(ACTS_ONCE)
            assert (64 * 2**20 + 1, 1) == (size, len(site.requests))

    async def test_pool_limit(self, server: FaultServer, pool: SessionPool) -> None:
        """A pool makes no more connections than its limit."""
        with server.site(in_turn(FINE)) as site:
            stytch = client(site.url, pool)
            await asyncio.gather(*(stytch.send(READ) for _ in range(20)))
            assert (20, 2) == (len(site.requests), site.connections)


class TestIdleConnections:
    @pytest.mark.parametrize(("said", "connections"), [("timeout=1", 2), ("timeout=5, max=9", 1), ("max=9", 1), ("soon", 1)])
    async def test_none_is_kept_longer_than_the_server_says(
        self, server: FaultServer, pool: SessionPool, said: str, connections: int
    ) -> None:
        """With a second's grace, in which a request may be on its way."""
        with server.site(in_turn(reply(GOOD_BODY, "200 OK", f"Keep-Alive: {said}"))) as site:
            stytch = client(site.url, pool)
            await stytch.send(ACTS_ONCE)
            await stytch.send(ACTS_ONCE)
            assert connections == site.connections

    async def test_what_one_server_says_is_not_taken_for_others(self, server: FaultServer, pool: SessionPool) -> None:
        with (
            server.site(in_turn(reply(GOOD_BODY, "200 OK", "Keep-Alive: timeout=1"))) as brief,
            server.site(in_turn(reply(GOOD_BODY, "200 OK"))) as site,
        ):
            await client(brief.url, pool).send(ACTS_ONCE)
            for _ in range(3):
                await client(site.url, pool).send(ACTS_ONCE)
            assert (1, 1) == (brief.connections, site.connections)

    async def test_a_dead_one_is_seen_without_poll(
        self, server: FaultServer, pool: SessionPool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Windows has none."""
        monkeypatch.delattr(select, "poll")

        with server.site(close_idle) as site:
            stytch = client(site.url, pool)
            await stytch.send(ACTS_ONCE)
            server.warmed(site)
            assert 1 == (await stytch.send(ACTS_ONCE)).attempts

    async def test_put_through_a_borrowed_session(self, server: FaultServer) -> None:
        """A put through a borrowed session is not sent twice.

        Aiohttp would: it takes every PUT for one that may be repeated.
        """
        served: list[str] = []

        async def note(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
            served.append(request.method)
            return await handler(request)

        with server.site(says()) as site:
            async with aiohttp.ClientSession(middlewares=(note,)) as session:
                call = Call("PUT", f"{site.url}/v1/thing", {"Content-Type": "application/json"}, b"{}")
                with pytest.raises(APIConnectionError, match=r"^ServerDisconnectedError: the connection was lost"):
                    await BorrowedSession(session).send(call, connect_timeout=5)
            assert (1, ["PUT"]) == (len(site.requests), served)


def tunnel(to: Callable[[], int], *, status: str = "200 Connection Established") -> Script:
    """Be a proxy: answer CONNECT, then pass on what comes, both ways."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def script(peer: Peer) -> None:
        await peer.read()
        await peer.say(f"HTTP/1.1 {status}\r\n\r\n".encode())
        if status.startswith("200"):
            reader, writer = await asyncio.open_connection("127.0.0.1", to())
            await asyncio.gather(pump(peer.reader, writer), pump(reader, peer.writer))

    return script


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


@pytest.fixture
def secure(server: FaultServer, certificate: Path) -> Iterator[Site]:
    with server.site(in_turn(FINE), server_context(certificate)) as site:
        yield site


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return client_context(certificate)


class TestCertificates:
    async def test_own_ssl_context(self, secure: Site, trusting: ssl.SSLContext) -> None:
        """A context of the caller's own decides whom to trust."""
        async with client(secure.url, SessionPool(ssl=trusting)) as stytch:
            assert 1 == (await stytch.send(ACTS_ONCE)).attempts

    def test_the_blocking_client_takes_one_too(self, secure: Site, trusting: ssl.SSLContext) -> None:
        transport = SessionPool(ssl=trusting, limit=1)
        with BlockingClient(PROJECT_ID, SECRET, base_url=secure.url, transport=transport) as stytch:
            assert 1 == stytch.send(ACTS_ONCE).attempts

    async def test_a_connection_under_tls_is_used_again(self, secure: Site, trusting: ssl.SSLContext) -> None:
        """What TLS itself says after the handshake, such as tickets, is nothing unasked for."""
        async with client(secure.url, SessionPool(ssl=trusting)) as stytch:
            for _ in range(3):
                await stytch.send(ACTS_ONCE)
        assert (3, 1) == (len(secure.requests), secure.connections)

    async def test_late_tls_tickets(self, secure: Site, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
        """Those that arrive after a lent session's new connection was listened to do not close it."""
        is_usable = GuardedHandler.is_usable

        def finds_tickets(self: GuardedHandler) -> bool:
            with monkeypatch.context() as patch:
                patch.setattr(self, "_poll", lambda _: [(0, select.POLLIN)])
                return is_usable(self)

        monkeypatch.setattr(GuardedHandler, "is_usable", finds_tickets)
        connector = aiohttp.TCPConnector(ssl=trusting)
        async with aiohttp.ClientSession(connector=connector) as session, client(secure.url, BorrowedSession(session)) as stytch:
            assert 1 == (await stytch.send(ACTS_ONCE)).attempts

    async def test_closed_idle_tls_connection(self, server: FaultServer, certificate: Path, trusting: ssl.SSLContext) -> None:
        """An idle one under TLS that was closed is not."""
        with server.site(reset_idle, server_context(certificate)) as site:
            async with client(site.url, SessionPool(ssl=trusting)) as stytch:
                await stytch.send(ACTS_ONCE)
                server.warmed(site)
                assert 1 == (await stytch.send(ACTS_ONCE)).attempts
            assert 2 == len(site.requests)

    async def test_what_is_not_trusted_gets_nothing(self, secure: Site, pool: SessionPool) -> None:
        with pytest.raises(APIConnectionError, match=r"^ClientConnectorCertificateError: .*self-signed certificate") as caught:
            await client(secure.url, pool).send(ACTS_ONCE)
        assert not caught.value.maybe_applied
        assert [] == secure.requests


BEYOND = "stytch.invalid"  # a host that only a proxy can reach


class TestProxies:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        return self_signed(tmp_path, BEYOND)

    @pytest.fixture
    def url(self, secure: Site) -> str:
        return f"https://{BEYOND}:{secure.port}"

    @pytest.fixture(autouse=True)
    def _no_proxies(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)

    @pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
    async def test_proxy_from_environment(
        self, server: FaultServer, secure: Site, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        """The way leads through the proxy of the environment."""
        url = f"https://{BEYOND}:{secure.port}"
        with server.site(tunnel(lambda: secure.port)) as proxy:
            monkeypatch.setenv(name, f"127.0.0.1:{proxy.port}")
            async with client(url, SessionPool(ssl=trusting, trust_env=True)) as stytch:
                assert [1, 1] == [(await stytch.send(request)).attempts for request in (ACTS_ONCE, REPEATABLE)]
            (connect,) = proxy.requests
            assert f"CONNECT {BEYOND}:{secure.port} HTTP/1.1" == connect.decode().partition("\r\n")[0]
            assert not [secret for secret in (SECRET, SESSION, "authorization") if secret.encode() in connect.lower()]
            assert 2 == len(secure.requests)

    def test_the_blocking_client_goes_the_same_way(
        self, server: FaultServer, secure: Site, url: str, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with server.site(tunnel(lambda: secure.port)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://ada:planted@127.0.0.1:{proxy.port}")
            transport = SessionPool(ssl=trusting, trust_env=True)
            with BlockingClient(PROJECT_ID, SECRET, base_url=url, transport=transport) as stytch:
                assert [1, 1] == [stytch.send(request).attempts for request in (ACTS_ONCE, REPEATABLE)]
            assert (1, 2) == (len(proxy.requests), len(secure.requests))

    async def test_proxy_credentials(
        self, server: FaultServer, secure: Site, url: str, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Credentials for the proxy reach only the proxy."""
        with server.site(tunnel(lambda: secure.port)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://ada:pl%40nted@127.0.0.1:{proxy.port}")
            async with client(url, SessionPool(ssl=trusting, trust_env=True)) as stytch:
                await stytch.send(ACTS_ONCE)
            assert b"proxy-authorization: " + basic_auth("ada", "pl@nted").lower().encode() in (proxy.requests[0].lower())
            assert b"proxy-authorization" not in secure.requests[0].lower()

    async def test_credentials_for_the_proxy_are_in_no_repr(
        self, server: FaultServer, secure: Site, url: str, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with server.site(tunnel(lambda: secure.port)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://ada:planted@127.0.0.1:{proxy.port}")
            pool = SessionPool(ssl=trusting, trust_env=True)
            async with client(url, pool) as stytch:
                await stytch.send(ACTS_ONCE)
                lease = pool._leases.get(asyncio.get_running_loop())
                assert lease is not None
                assert pool._proxies is not None
                shown = repr([*lease.connector._conns, pool._proxies._proxies, pool._proxies._known])
        assert str(proxy.port) in shown
        assert "planted" not in shown

    @pytest.mark.parametrize("base_url", ["http://127.0.0.1", "http://localhost", "http://ada.localhost", "http://[::1]"])
    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    def test_this_machine_is_reached_without_a_proxy(self, monkeypatch: pytest.MonkeyPatch, base_url: str, name: str) -> None:
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        assert Proxies().find(URL(base_url)) is None

    async def test_an_emulator_is_called_without_a_proxy(self, server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
        """It would be sent the secret in the clear."""
        with server.site(in_turn(FINE)) as proxy, server.site(in_turn(FINE)) as site:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            async with client(site.url, SessionPool(trust_env=True)) as stytch:
                await stytch.send(ACTS_ONCE)
            assert (0, 1) == (len(proxy.requests), len(site.requests))

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    async def test_no_proxy_is_shown_a_secret_in_the_clear(
        self, server: FaultServer, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        with server.site(in_turn(FINE)) as proxy:
            monkeypatch.setenv(name, proxy.url)
            pool = SessionPool(trust_env=True)
            call = Call("POST", f"http://{BEYOND}/v1", {"Authorization": f"Basic {SECRET}"}, b"{}")
            with pytest.raises(ValueError, match=r"^http://stytch\.invalid would be reached through .*: use https://, ") as caught:
                await pool.send(call, connect_timeout=5)
            await pool.close()
            assert (0, []) == (proxy.connections, proxy.requests)
        assert SECRET not in str(caught.value)

    @pytest.mark.parametrize(
        ("environment", "https"),
        [
            ({"HTTPS_PROXY": "http://upper:1"}, "upper"),
            ({"HTTPS_PROXY": "http://upper:1", "https_proxy": "http://lower:1"}, "lower"),
            ({"HTTPS_PROXY": "http://upper:1", "https_proxy": ""}, None),
            ({"HTTP_PROXY": "http://other:1"}, None),
            ({"ALL_PROXY": "http://all:1"}, "all"),
            ({"ALL_PROXY": "http://all:1", "HTTPS_PROXY": "http://upper:1"}, "upper"),
        ],
    )
    def test_the_proxy_is_that_of_the_scheme(
        self, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], https: str | None
    ) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        proxy = Proxies().find(URL("https://api.stytch.com"))
        assert https == (proxy and proxy.url.host)

    @pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
    @pytest.mark.parametrize(
        ("excepted", "straight"),
        [
            ("*", True),
            ("stytch.com", True),
            (".stytch.com", True),
            ("example.com, api.stytch.com", True),
            ("API.STYTCH.COM", True),
            ("api.stytch.com:443", True),
            ("api.stytch.com:8443", False),
            ("tytch.com", False),
            ("stytch.com.example.com", False),
            ("", False),
        ],
    )
    def test_exceptions_go_straight(self, monkeypatch: pytest.MonkeyPatch, name: str, excepted: str, *, straight: bool) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv(name, excepted)
        assert straight == (Proxies().find(URL("https://api.stytch.com:443")) is None)

    def test_the_environment_is_read_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        proxies = Proxies()
        monkeypatch.delenv("HTTPS_PROXY")
        monkeypatch.setenv("NO_PROXY", "*")
        assert proxies.find(URL("https://api.stytch.com")) is not None

    async def test_netrc(self, server: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """A netrc does not take the place of the project's credentials."""
        file = tmp_path / "netrc"
        file.write_text("default login somebody password else\n")
        file.chmod(0o600)
        monkeypatch.setenv("NETRC", str(file))
        with server.site(in_turn(FINE)) as site:
            async with client(site.url, SessionPool(trust_env=True)) as stytch:
                await stytch.send(ACTS_ONCE)
            assert f"Authorization: {basic_auth(PROJECT_ID, SECRET)}".encode() in site.requests[0]

    @pytest.mark.parametrize("trouble", ["407 Proxy Authentication Required", "502 Bad Gateway"])
    async def test_a_proxy_that_refuses_applied_nothing(
        self, server: FaultServer, secure: Site, url: str, monkeypatch: pytest.MonkeyPatch, trouble: str
    ) -> None:
        with server.site(tunnel(lambda: secure.port, status=trouble)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://ada:planted@127.0.0.1:{proxy.port}")
            async with client(url, SessionPool(trust_env=True)) as stytch:
                with pytest.raises(APIConnectionError, match=rf"^the proxy refused to connect: HTTP {trouble[:3]}") as caught:
                    await stytch.send(ACTS_ONCE)
        assert not caught.value.maybe_applied
        assert "planted" not in f"{caught.value}{caught.value!r}"
        assert [] == secure.requests

    @pytest.mark.parametrize("at", ["the request", "the headers"])
    async def test_stalled_proxy(self, server: FaultServer, url: str, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
        """A proxy that stalls is a connection that was not made."""
        with server.site(stalling(at, threading.Event())) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            async with client(url, SessionPool(trust_env=True), connect_timeout=0.1) as stytch:
                with pytest.raises(APITimeoutError, match=r"^no connection within 0\.1 s \(after 3 attempts\)$") as caught:
                    await stytch.send(ACTS_ONCE)
        assert not caught.value.maybe_applied

    @pytest.mark.parametrize("wrong", ["socks5://ada:planted@127.0.0.1:1", "https://127.0.0.1:1", "http://", "http://[::1:1"])
    def test_unsupported_proxy(self, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
        """What is no HTTP proxy is refused by its name."""
        monkeypatch.setenv("HTTPS_PROXY", wrong)
        with pytest.raises(ValueError, match=r"^the environment's https_proxy must be an http:// address$"):
            SessionPool(trust_env=True)
