"""The short way of a call, beside the long one."""

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from unittest.mock import patch

import aiohttp
import pytest
from aioresponses import aioresponses
from faults.faults import FINE, GOOD_BODY, in_turn
from faults.server import FaultServer, Peer, reply
from faults.table import watch_session
from support.http_servers import ok, read_request, serving, talking

from stytch_b2b_async import APIConnectionError, Call, SessionPool
from stytch_b2b_async.transport import aiohttp_internals, fast_path, head
from stytch_b2b_async.transport.guarded import GuardedHandler

TRACING = aiohttp.TraceConfig()
HEADERS = {"Authorization": "Basic cGxhbnRlZA==", "Accept": "application/json", "User-Agent": "ours/1"}
BODY_HEADERS = {**HEADERS, "Content-Type": "application/json"}


@pytest.fixture
async def pool() -> AsyncIterator[SessionPool]:
    made = SessionPool()
    yield made
    await made.close()


@pytest.fixture
async def long_pool() -> AsyncIterator[SessionPool]:
    made = SessionPool()
    await watch_session(made)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer.running() as running:
        yield running


async def session_of(pool: SessionPool) -> aiohttp.ClientSession:
    loop = asyncio.get_running_loop()
    return (pool._leases.get(loop) or await pool._lease(loop)).session


def lines(request: bytes) -> tuple[bytes, set[bytes], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    return first, set(headers), body


CALLS = [
    Call("POST", "/v1/b2b/thing", BODY_HEADERS, b'{"a":1}'),
    Call("PUT", "/v1/b2b/a%2Fb/%2E%2E%20c?q=%20%2B", BODY_HEADERS, b"{}"),
    Call("GET", "/v1/b2b/thing?limit=1", HEADERS, None),
    Call("DELETE", "/v1/b2b/thing", {**HEADERS, "X-Stytch-Member-Session": "planted"}, None),
    Call("POST", "/v1/b2b/form", {"content-type": "application/x-www-form-urlencoded", "user-agent": "x"}, "ä=ß".encode()),
    Call("GET", "", HEADERS, None),
    Call("GET", "?limit=1", HEADERS, None),
]


async def pass_on(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    return await handler(request)


class TestWhichWay:
    async def test_a_session_of_our_own_takes_the_short_one(self, pool: SessionPool) -> None:
        """With the installed release of aiohttp: when this fails for a new one, see whether the way fits it, and name it."""
        assert fast_path.available(await session_of(pool))

    async def test_nothing_is_asked_of_the_session_there(self, pool: SessionPool, monkeypatch: pytest.MonkeyPatch) -> None:
        async with serving(ok()) as server:
            session = await session_of(pool)
            monkeypatch.delattr(aiohttp.ClientSession, "_prepare_headers")  # no request could be made without it
            assert fast_path.available(session)
            assert 200 == (await pool.send(Call("GET", server.url + "/", HEADERS, None), connect_timeout=5)).status

    @pytest.mark.parametrize("name", ["request", "_request"])
    async def test_patched_aiohttp(self, pool: SessionPool, name: str) -> None:
        """What takes the place of aiohttp's sending is used."""
        session = await session_of(pool)
        with patch.object(aiohttp.ClientSession, name):
            assert not fast_path.available(session)
        assert fast_path.available(session)

    async def test_late_mock(self, pool: SessionPool) -> None:
        """A mock that starts between two calls is met."""
        async with serving(ok()) as server:
            call = Call("GET", server.url + "/", HEADERS, None)
            assert 200 == (await pool.send(call, connect_timeout=5)).status
            with aioresponses() as mock:
                mock.get(server.url + "/", exception=aiohttp.ServerDisconnectedError())
                with pytest.raises(APIConnectionError):
                    await pool.send(call, connect_timeout=5)
            assert 200 == (await pool.send(call, connect_timeout=5)).status
        assert 2 == len(server.seen)

    async def test_traces_are_told(self, pool: SessionPool) -> None:
        """Instruments of aiohttp put theirs into each session that is made."""
        told: list[str] = []

        async def tell(_: object, __: object, started: aiohttp.TraceRequestStartParams) -> None:
            told.append(started.method)

        tracing = aiohttp.TraceConfig()
        tracing.on_request_start.append(tell)
        tracing.freeze()
        async with serving(ok()) as server:
            (await session_of(pool)).trace_configs.append(tracing)
            await pool.send(Call("GET", server.url + "/", HEADERS, None), connect_timeout=5)
        assert ["GET"] == told

    @pytest.mark.parametrize("added", [{"headers": {"X-Their": "own"}}, {"middlewares": (pass_on,)}, {"trace_configs": [TRACING]}])
    async def test_patched_session_class(self, added: dict[str, Any]) -> None:
        """What is added to every session that is made is kept."""
        async with aiohttp.ClientSession() as plain, aiohttp.ClientSession(**added) as session:
            assert [True, False] == [fast_path.available(plain), fast_path.available(session)]

    async def test_failed_probe(self, pool: SessionPool, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the probe of the fast path calls go through the session."""
        monkeypatch.setattr(aiohttp_internals, "FAST_PATH", False)
        assert not fast_path.available(await session_of(pool))
        async with serving(ok()) as server:
            assert 200 == (await pool.send(Call("GET", server.url + "/", HEADERS, None), connect_timeout=5)).status

    def test_probes(self) -> None:
        """Every probe finds what it needs in the installed release.

        When this fails for a new release of aiohttp, see what changed there before naming the release as tested.
        """
        assert aiohttp_internals.FAST_PATH
        assert aiohttp_internals.GUARDS_CONNECTIONS
        assert aiohttp_internals.BOUNDS_CONNECTING

    def test_earlier_patch(self) -> None:
        """What took that place before us is not the original."""

        async def wrapped(*_: object) -> None: ...

        with patch.object(aiohttp.ClientSession, "_request", wrapped):
            assert aiohttp_internals._original("_request") is None
        with patch.object(aiohttp.ClientSession, "_request"):
            assert aiohttp_internals._original("_request") is None
        assert aiohttp_internals._original("_request") is aiohttp.ClientSession._request


class TestWhatIsSaid:
    @pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.url}")
    async def test_both_ways_say_the_same(self, pool: SessionPool, long_pool: SessionPool, call: Call) -> None:
        heard: list[bytes] = []

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.append(await read_request(reader))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            await reader.read()

        async with talking(listen) as url:
            for each in (pool, long_pool):
                await each.send(Call(call.method, url + call.url, call.headers, call.body), connect_timeout=5)
            port = url.rpartition(":")[2].encode()
        short, long = map(lines, heard)
        assert long == short
        assert b"Host: 127.0.0.1:" + port in short[1]

    @pytest.mark.parametrize("planted", ["a\r\nX-Evil: 1", "a\nb", "a\0b", "a\x7f"])
    @pytest.mark.parametrize("put", ["header", "target"])
    async def test_control_characters_never_leave(self, pool: SessionPool, planted: str, put: str) -> None:
        target, headers = ("/" + planted, HEADERS) if put == "target" else ("/", {**HEADERS, "X-Stytch-Member-Session": planted})
        async with serving(ok()) as server:
            with pytest.raises(APIConnectionError) as caught:
                await pool.send(Call("POST", server.url + target, headers, b"{}"), connect_timeout=5)
            assert [] == server.seen
        assert not caught.value.maybe_applied
        assert planted not in str(caught.value)

    @pytest.mark.parametrize("planted", ["a\r\nX-Evil: 1", "a\rb", "a\nb", "a\0b", "a\x7f", "a\r\n\r\nGET /evil HTTP/1.1\r\n"])
    @pytest.mark.parametrize("put", ["header", "target"])
    async def test_aiohttp_is_not_relied_on_to_refuse_them(
        self, pool: SessionPool, monkeypatch: pytest.MonkeyPatch, planted: str, put: str
    ) -> None:
        """Several of its releases wrote whatever they were given."""

        def write(line: str, headers: Mapping[str, str]) -> bytes:
            return "\r\n".join([line, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()

        monkeypatch.setattr(head, "write_head", write)
        await self.test_control_characters_never_leave(pool, planted, put)

    @pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "127.0.0.1", "", "http://", "http:///v1", "https://[::1"])
    async def test_bad_url(self, pool: SessionPool, long_pool: SessionPool, address: str) -> None:
        """What is not an address of HTTP is refused on both ways."""
        for each in (pool, long_pool):
            with pytest.raises(APIConnectionError) as caught:
                await each.send(Call("GET", address, HEADERS, None), connect_timeout=5)
            assert not caught.value.maybe_applied

    async def test_two_hosts_get_their_own_name(self, pool: SessionPool) -> None:
        async with serving(ok()) as one, serving(ok()) as other:
            for server in (one, other, one):
                await pool.send(Call("GET", server.url + "/", HEADERS, None), connect_timeout=5)
        assert [one.url[7:]] * 2 == [seen.headers["Host"] for seen in one.seen]
        assert [other.url[7:]] == [seen.headers["Host"] for seen in other.seen]


class TestConnections:
    async def test_early_answer(self, server: FaultServer, pool: SessionPool) -> None:
        """An answer before the request was read ends the connection.

        What is left of the request would stand before the next one.
        """

        async def refuse_first(peer: Peer) -> None:
            if peer.number == 1:
                await peer.reader.readuntil(b"\r\n\r\n")
                await peer.say(reply(b"{}", "413 Too Large"))
                await peer.stay()
            while await peer.read():
                await peer.say(FINE)

        with server.site(refuse_first) as site:
            large = Call("POST", site.url + "/", BODY_HEADERS, b"a" * 2**25)
            assert 413 == (await pool.send(large, connect_timeout=5)).status
            assert 200 == (await pool.send(Call("POST", site.url + "/", BODY_HEADERS, b"{}"), connect_timeout=5)).status
            assert 2 == site.connections

    @pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3])
    async def test_interim_answers_are_passed_over(self, server: FaultServer, pool: SessionPool, interim: bytes) -> None:
        with server.site(in_turn(interim + FINE)) as site:
            for _ in range(2):
                assert 200 == (await pool.send(Call("GET", site.url + "/", HEADERS, None), connect_timeout=5)).status
            assert 1 == site.connections

    @pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
    async def test_answer_without_a_body(self, server: FaultServer, pool: SessionPool, status: str) -> None:
        """An answer without a body leaves the connection usable."""
        with server.site(in_turn(f"HTTP/1.1 {status}\r\n\r\n".encode())) as site:
            for _ in range(2):
                said = await pool.send(Call("GET", site.url + "/", HEADERS, None), connect_timeout=5)
                assert (int(status[:3]), b"", True) == (said.status, said.body, said.whole)
            assert 1 == site.connections

    async def test_a_head_has_no_body_whatever_its_length(self, server: FaultServer, pool: SessionPool) -> None:
        with server.site(in_turn(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")) as site:
            for _ in range(2):
                assert b"" == (await pool.send(Call("HEAD", site.url + "/", HEADERS, None), connect_timeout=5)).body
            held_on = aiohttp.__version__ < "3.14"  # whose parser waits for the body, so that nobody can tell what comes behind
            assert 1 + held_on == site.connections

    @pytest.mark.parametrize("fast", [True, False], ids=["fast path", "session"])
    @pytest.mark.parametrize("name", ["_ends_exactly", "is_answered", "_is_clean"])
    async def test_a_whole_answer_survives_its_connection(
        self, server: FaultServer, monkeypatch: pytest.MonkeyPatch, name: str, *, fast: bool
    ) -> None:
        """Whatever goes wrong where the connection is given back: the answer may hold the only copy of a session token."""

        def fail(_: object) -> bool:
            raise RuntimeError

        monkeypatch.setattr(GuardedHandler, name, fail)
        pool = SessionPool(fast_path=fast)
        with server.site(in_turn(FINE)) as site:
            for _ in range(2):
                said = await pool.send(Call("GET", site.url + "/", HEADERS, None), connect_timeout=5)
                assert (200, GOOD_BODY, True) == (said.status, said.body, said.whole)
            await pool.close()

    @pytest.mark.parametrize("fast", [True, False], ids=["fast path", "session"])
    async def test_a_body_that_grows_a_thousandfold_is_left(self, server: FaultServer, *, fast: bool) -> None:
        """By its ratio, long before it is too large."""
        bomb = reply(gzip.compress(bytes(2**23)), "200 OK", "Content-Encoding: gzip")
        pool = SessionPool(fast_path=fast)
        with server.site(in_turn(bomb)) as site:
            said = await pool.send(Call("GET", site.url + "/", HEADERS, None), connect_timeout=5)
            assert (200, False) == (said.status, said.whole)
            await pool.close()

    async def test_switched_protocols(self, server: FaultServer, pool: SessionPool) -> None:
        """Switched protocols are not answer to build on."""
        with server.site(in_turn(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", FINE)) as site:
            assert 101 == (await pool.send(Call("GET", site.url + "/", HEADERS, None), connect_timeout=5)).status
            assert 200 == (await pool.send(Call("GET", site.url + "/", HEADERS, None), connect_timeout=5)).status
            assert 2 == site.connections

    async def test_both_ways_share_idle_connections(self, server: FaultServer, pool: SessionPool) -> None:
        with server.site(in_turn(FINE)) as site:
            call = Call("GET", site.url + "/", HEADERS, None)
            await pool.send(call, connect_timeout=5)
            await watch_session(pool)
            await pool.send(call, connect_timeout=5)
            assert 1 == site.connections


async def test_a_cancelled_call_ends_its_connection(server: FaultServer, pool: SessionPool) -> None:
    """Its answer would pass for that of the next call."""
    arrived = threading.Event()

    async def answer_late(peer: Peer) -> None:
        await peer.read()
        arrived.set()
        if peer.number == 1:
            await asyncio.sleep(0.1)
        await peer.say(reply(f'{{"number":{peer.number}}}'.encode()))
        await peer.stay()

    with server.site(answer_late) as site:
        call = Call("GET", site.url + "/", HEADERS, None)
        first = asyncio.ensure_future(pool.send(call, connect_timeout=5))
        await asyncio.to_thread(arrived.wait, 5)
        first.cancel()
        await asyncio.wait([first])
        assert b'{"number":2}' == (await pool.send(call, connect_timeout=5)).body
