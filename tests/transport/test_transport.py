import asyncio
import gc
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable

import aiohttp
import pytest
from aiohttp import web
from aioresponses import aioresponses
from support.http_servers import Answer, lose, ok, read_request, serving, talking

from stytch_b2b_async import APIConnectionError, APITimeoutError, Call, ClientClosedError, Reply, SessionPool, Transport
from stytch_b2b_async.transport import BorrowedSession, body


@pytest.fixture
async def pool() -> AsyncIterator[SessionPool]:
    made = SessionPool()
    yield made
    await made.close()


def call_to(url: str, method: str = "POST", path: str = "/v1/thing") -> Call:
    return Call(method, url + path, {"Content-Type": "application/json", "X-Mine": "yes"}, b'{"a":1}')


def send(pool: Transport, url: str, *, connect_timeout: float = 5.0) -> Awaitable[Reply]:
    return pool.send(call_to(url), connect_timeout=connect_timeout)


async def stay_silent(*_: object) -> None:
    await asyncio.Event().wait()


class TestSending:
    async def test_a_call_arrives_as_it_was_written(self, pool: SessionPool) -> None:
        async with serving(ok()) as server:
            await pool.send(call_to(server.url, "PUT", "/v1/a%2Fb/%2E%2E%20c?q=%20%2B"), connect_timeout=5)
        (seen,) = server.seen
        assert ("PUT", "/v1/a%2Fb/%2E%2E%20c?q=%20%2B", b'{"a":1}') == (seen.method, seen.path, seen.body)
        assert ("application/json", "yes") == (seen.headers["Content-Type"], seen.headers["X-Mine"])

    async def test_an_answer_is_plain_values(self, pool: SessionPool) -> None:
        async with serving(Answer({"a": 1}, 404, {"X-Request-Id": "r-1"})) as server:
            reply = await send(pool, server.url)
        assert (404, b'{"a": 1}', True) == (reply.status, reply.body, reply.whole)
        assert "r-1" == reply.headers.get("x-request-id")

    async def test_a_connection_is_used_again(self, pool: SessionPool) -> None:
        ports: list[int] = []

        async def note_port(request: web.Request) -> web.Response:
            assert request.transport is not None
            ports.append(request.transport.get_extra_info("peername")[1])
            return web.Response()

        async with serving(note_port) as server:
            await send(pool, server.url)
            await send(pool, server.url)
        assert 2 == len(ports)
        assert 1 == len(set(ports))

    async def test_cookies_are_not_kept(self, pool: SessionPool) -> None:
        async with serving(Answer({}, headers={"Set-Cookie": "stytch_session=planted; Path=/"})) as server:
            url = server.url.replace("127.0.0.1", "localhost")  # a jar takes nothing from a bare address
            await send(pool, url)
            await send(pool, url)
        assert [False, False] == ["Cookie" in seen.headers for seen in server.seen]

    async def test_a_redirect_is_not_followed(self, pool: SessionPool) -> None:
        """It would carry the member's session elsewhere."""
        async with serving(ok()) as elsewhere, serving(Answer({}, 307, {"Location": elsewhere.url})) as server:
            reply = await send(pool, server.url)
        assert (307, elsewhere.url) == (reply.status, reply.headers["location"])
        assert [] == elsewhere.seen

    async def test_mocked_answer(self, pool: SessionPool, mocked: aioresponses) -> None:
        """An answer from a mock is read like any other."""
        mocked.post("https://test.stytch.com/v1/thing", status=201, payload={"a": 1}, headers={"X-Request-Id": "r"})
        reply = await send(pool, "https://test.stytch.com")
        assert (201, b'{"a": 1}', "r") == (reply.status, reply.body, reply.headers["x-request-id"])

    @pytest.mark.parametrize("failure", [aiohttp.ServerDisconnectedError(), OSError("broken"), aiohttp.ClientPayloadError("cut")])
    async def test_aiohttp_errors(self, pool: SessionPool, mocked: aioresponses, failure: Exception) -> None:
        """Whatever aiohttp raises is a connection error."""
        mocked.post("https://test.stytch.com/v1/thing", exception=failure)
        with pytest.raises(APIConnectionError, match=rf"^{type(failure).__name__}") as caught:
            await send(pool, "https://test.stytch.com")
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


class TestNoAnswer:
    async def test_a_refused_connection_applied_nothing(self, pool: SessionPool) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # and nobody listens
            with pytest.raises(APIConnectionError) as caught:
                await send(pool, f"http://127.0.0.1:{closed.getsockname()[1]}")
        assert not caught.value.maybe_applied

    async def test_an_unknown_host_applied_nothing(self, pool: SessionPool) -> None:
        with pytest.raises(APIConnectionError) as caught:
            await send(pool, "http://name.invalid")
        assert not caught.value.maybe_applied

    async def test_a_handshake_that_fails_applied_nothing(self, pool: SessionPool) -> None:
        async def refuse_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()

        async with talking(refuse_tls) as url:
            with pytest.raises(APIConnectionError) as caught:
                await send(pool, url.replace("http", "https"))
        assert not caught.value.maybe_applied

    async def test_connect_timeout(self, pool: SessionPool) -> None:
        """A connection that takes too long applied nothing."""
        async with talking(stay_silent) as url:
            with pytest.raises(APITimeoutError, match=r"^no connection within 0\.05 s$") as caught:
                await send(pool, url.replace("http", "https"), connect_timeout=0.05)
        assert not caught.value.maybe_applied

    async def test_lost_connection(self, pool: SessionPool) -> None:
        """A connection lost after the request may have applied it."""
        async with serving(lose) as server:
            with pytest.raises(APIConnectionError) as caught:
                await send(pool, server.url)
        assert caught.value.maybe_applied
        assert 1 == len(server.seen)

    async def test_connection_lost_before_reading(self, pool: SessionPool) -> None:
        """A connection lost before the request was read may have applied it.

        What has left this machine may have arrived: nobody here can tell.
        """

        async def hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read(1)

        async with talking(hang_up) as url:
            with pytest.raises(APIConnectionError) as caught:
                await send(pool, url)
        assert caught.value.maybe_applied

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
    async def test_a_request_is_never_sent_again_by_aiohttp(self, pool: SessionPool, method: str) -> None:
        """aiohttp repeats what it holds for idempotent when a kept connection breaks."""
        heads: list[bytes] = []

        async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heads.append(await read_request(reader))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            heads.append(await read_request(reader))

        async with talking(answer_once) as url:
            await pool.send(call_to(url, method), connect_timeout=5)
            with pytest.raises(APIConnectionError) as caught:
                await pool.send(call_to(url, method), connect_timeout=5)
        assert caught.value.maybe_applied
        assert 2 == len(heads)

    @pytest.mark.parametrize(
        "answer",
        [
            b"garbage\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwhat?\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
            b"\x00" * 1_000,
        ],
    )
    async def test_garbage_is_a_connection_error(self, pool: SessionPool, answer: bytes) -> None:
        async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(answer)
            writer.write_eof()
            await reader.read()

        async with talking(say) as url:
            with pytest.raises(APIConnectionError) as caught:
                await send(pool, url)
        assert caught.value.maybe_applied
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    async def test_wait_for_a_free_connection(self) -> None:
        """The wait for a free connection is not a connecting."""
        pool, free = SessionPool(limit=1), asyncio.Event()

        async def hold(_: web.Request) -> web.Response:
            await free.wait()
            return web.Response()

        async with serving(hold) as server:
            calls = [asyncio.ensure_future(send(pool, server.url, connect_timeout=0.05)) for _ in range(2)]
            done, _ = await asyncio.wait(calls, timeout=0.2)
            assert set() == done
            free.set()
            assert [200, 200] == [reply.status for reply in await asyncio.gather(*calls)]
        await pool.close()


class TestLargeBodies:
    @pytest.fixture(autouse=True)
    def _small_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(body, "MAX_BODY", 100_000)

    async def test_a_body_up_to_the_bound_is_read_whole(self, pool: SessionPool) -> None:
        async with serving(Answer(b"x" * 100_000)) as server:
            reply = await send(pool, server.url)
        assert (100_000, True) == (len(reply.body), reply.whole)

    async def test_a_body_beyond_it_is_not_whole(self, pool: SessionPool) -> None:
        async with serving(Answer(b"x" * 100_001)) as server:
            reply = await send(pool, server.url)
        assert not reply.whole

    async def test_a_body_is_measured_after_decompression(self, pool: SessionPool) -> None:
        bomb = gzip.compress(b"x" * 50_000_000)
        async with serving(Answer(bomb, headers={"Content-Encoding": "gzip"})) as server:
            reply = await send(pool, server.url)
        assert not reply.whole
        assert len(reply.body) < 5_000_000

    async def test_a_body_without_end_is_left_too(self, pool: SessionPool) -> None:
        async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
                await writer.drain()

        async with talking(pour) as url:
            assert not (await send(pool, url)).whole
            assert not (await send(pool, url)).whole  # and the connection was not kept


class TestClosing:
    async def test_a_closed_pool_says_so(self, pool: SessionPool) -> None:
        async with serving(ok()) as server:
            await send(pool, server.url)
            await pool.close()
            with pytest.raises(ClientClosedError, match="the client was closed before this call"):
                await send(pool, server.url)
        assert 1 == len(server.seen)

    async def test_closing_twice_is_harmless(self, pool: SessionPool) -> None:
        async with serving(ok()) as server:
            await send(pool, server.url)
        await pool.close()
        await pool.close()

    async def test_unused_pool(self) -> None:
        """A pool that was never used can be closed or dropped."""
        await SessionPool().close()
        SessionPool()
        gc.collect()

    async def test_a_borrowed_session_is_never_closed(self) -> None:
        async with serving(ok()) as server, aiohttp.ClientSession() as session:
            borrowed = BorrowedSession(session)
            assert 200 == (await send(borrowed, server.url)).status
            await borrowed.close()
            await borrowed.close()
            assert not session.closed
            with pytest.raises(ClientClosedError, match="the client was closed"):
                await send(borrowed, server.url)
            assert 1 == len(server.seen)

    async def test_closed_borrowed_session(self) -> None:
        """A borrowed session that its owner closed says so."""
        session = aiohttp.ClientSession()
        await session.close()
        with pytest.raises(ClientClosedError, match="the session was closed before this call"):
            await send(BorrowedSession(session), "http://127.0.0.1:1")

    async def test_maybe_applied_of_a_borrowed_session(self) -> None:
        """What a borrowed session sends may have been applied. Only a session of our own can tell when a request leaves."""
        async with serving(lose) as server, aiohttp.ClientSession() as session:
            with pytest.raises(APIConnectionError) as caught:
                await send(BorrowedSession(session), server.url)
        assert caught.value.maybe_applied

    async def test_refused_borrowed_session(self) -> None:
        """A borrowed session that was refused applied nothing."""
        async with aiohttp.ClientSession() as session:
            with socket.socket() as closed:
                closed.bind(("127.0.0.1", 0))
                with pytest.raises(APIConnectionError) as caught:
                    await send(BorrowedSession(session), f"http://127.0.0.1:{closed.getsockname()[1]}")
        assert not caught.value.maybe_applied


def test_a_pool_is_a_transport() -> None:
    made: Transport = SessionPool()
    assert callable(made.send)
