"""Nothing stays open for calls that have ended, for loops that were dropped, and for servers that do not read."""

import asyncio
import gc
import ssl
import sys
import threading
import warnings
import weakref
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from faults.certificates import client_context, self_signed, server_context
from faults.table import watch_session
from support.calls import WAYS, open_files
from support.http_servers import ok, read_request, serving_aside, talking

from stytch_b2b_async import Call, ClientClosedError, SessionPool, Transport
from stytch_b2b_async.transport import BorrowedSession

LARGE = b"a" * 8_000_000
counted = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted there")


class Deaf(asyncio.Protocol):
    """A server that accepts connections, reads nothing, and keeps them."""

    def __init__(self, accepted: "asyncio.Queue[Any]") -> None:
        self._accepted = accepted

    def connection_made(self, transport: Any) -> None:
        transport.pause_reading()
        self._accepted.put_nowait(transport)


@asynccontextmanager
async def transport_of(way: str, trusted: ssl.SSLContext | None) -> AsyncIterator[Any]:
    async with AsyncExitStack() as stack:
        if way == "borrowed":
            connector = aiohttp.TCPConnector(ssl=True if trusted is None else trusted)
            yield BorrowedSession(await stack.enter_async_context(aiohttp.ClientSession(connector=connector)))
            return
        pool = SessionPool(ssl=trusted)
        if way == "session":
            await watch_session(pool)
        yield pool
        await pool.close()


@counted
@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("end", ["cancel", "close"])
async def test_unread_large_request(way: str, end: str, tmp_path: Path, *, secure: bool) -> None:
    """A large request to a server that does not read.

    To flush it would keep its connection and its eight megabytes for ever.
    """
    file = self_signed(tmp_path)
    accepted: asyncio.Queue[Any] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    context = server_context(file) if secure else None
    server = await loop.create_server(lambda: Deaf(accepted), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    call = Call("POST", f"http{'s' if secure else ''}://127.0.0.1:{port}/", {}, LARGE)
    async with transport_of(way, client_context(file) if secure else None) as transport:
        before = connections_to(port)
        sending = asyncio.ensure_future(transport.send(call, connect_timeout=5))
        heard = await accepted.get()
        await asyncio.sleep(0.2)
        assert before < connections_to(port)
        if end == "cancel":
            sending.cancel()
        else:
            await transport.close()
        with pytest.raises((asyncio.CancelledError, ClientClosedError)):
            await sending
        await asyncio.sleep(0.05)
        left = connections_to(port)
    heard.abort()
    server.close()
    await server.wait_closed()
    assert before == left


def connections_to(port: int) -> int:
    """Count this process's own ends of connections to a port that are not closed yet."""
    lines = Path("/proc/self/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    inodes = {line.split()[9] for line in lines if int(line.split()[2].rpartition(":")[2], 16) == port}
    return sum(_inode(file) in inodes for file in Path("/proc/self/fd").iterdir())


def _inode(file: Path) -> str:
    try:
        return str(file.readlink()).removeprefix("socket:[").removesuffix("]")
    except OSError:  # it was that of the listing
        return ""


def send(pool: Transport, url: str) -> Any:
    return pool.send(Call("POST", f"{url}/v1/thing", {}, b"{}"), connect_timeout=5)


LOOPS = [pytest.param(asyncio.new_event_loop, id="asyncio")]
with suppress(ImportError):
    import uvloop

    LOOPS.append(pytest.param(uvloop.new_event_loop, id="uvloop"))


def in_a_loop(
    pool: SessionPool,
    url: str,
    leave: Callable[[asyncio.AbstractEventLoop], None],
    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
) -> asyncio.AbstractEventLoop:
    loop = new_loop()
    loop.run_until_complete(send(pool, url))
    leave(loop)
    return loop


@counted
@pytest.mark.parametrize("close", [lambda loop: loop.close(), lambda _: None], ids=["closed", "only dropped"])
def test_dropped_loops(close: Callable[[asyncio.AbstractEventLoop], None]) -> None:
    """Loops that are dropped take everything along."""
    pool = SessionPool()
    with serving_aside(ok()) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # of the loops and connections that nobody closed
        # Since 3.12, if the garbage collector comes to the session's finalizer before it comes to the loop.
        warnings.filterwarnings("ignore", "coroutine method 'aclose' of '_closing' was never awaited", RuntimeWarning)
        in_a_loop(pool, server.url, close)
        gc.collect()
        before = open_files()
        loops = [weakref.ref(in_a_loop(pool, server.url, close)) for _ in range(20)]
        gc.collect()
        assert 20 * [None] == [loop() for loop in loops]
        assert [] == pool._leases.items()
        threading.Event().wait(0.2)  # for the server's own ends
        assert before >= open_files()
        asyncio.run(pool.close())


@pytest.mark.parametrize("new_loop", LOOPS)
async def test_close_from_another_loop(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Closing elsewhere closes the sessions of stopped loops.

    Their servers see the end at once, and aiohttp has nothing to warn of.
    """
    pool = SessionPool()
    seen: asyncio.Queue[bytes] = asyncio.Queue()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        seen.put_nowait(await reader.read())
        writer.close()

    async with talking(keep) as url:
        stopped = [await asyncio.to_thread(in_a_loop, pool, url, lambda _: None, new_loop) for _ in range(3)]
        sessions = [lease.session for _, lease in pool._leases.items()]
        await pool.close()
        async with asyncio.timeout(5):
            assert 3 * [b""] == [await seen.get() for _ in stopped]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await asyncio.to_thread(go_on, stopped)
        assert 3 * [True] == [session.closed for session in sessions]
        stopped.clear()
        del sessions
        gc.collect()


def go_on(loops: list[asyncio.AbstractEventLoop]) -> None:
    """Run loops again, and end them as programs do."""
    for loop in loops:
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def test_close_while_a_closed_loop_looks_up_a_host() -> None:
    """Nothing can be cancelled in a closed loop, and nothing needs to be."""

    async def never(*_: object, **__: object) -> Any:
        await asyncio.Event().wait()

    async def close() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            await pool.close()

    pool, loop = SessionPool(), asyncio.new_event_loop()
    loop.getaddrinfo = never  # type: ignore[method-assign]
    calls = [loop.create_task(send(pool, "https://stytch.invalid")) for _ in range(2)]
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()
    asyncio.run(close())
    for call in calls:
        call._log_destroy_pending = False  # type: ignore[attr-defined]  # they are the loop's, which closed without them


async def test_disconnect_and_close_at_once() -> None:
    pool = SessionPool()
    with serving_aside(ok()) as server:
        await send(pool, server.url)
        await asyncio.gather(pool.disconnect(), pool.disconnect(), pool.close(), pool.close())
    assert [] == pool._leases.items()


async def test_cancelled_close() -> None:
    """A close that is cancelled while it waits for its own loop's connections has closed the sessions of the others."""
    pool, other = SessionPool(), asyncio.new_event_loop()
    with serving_aside(ok()) as server:
        await asyncio.to_thread(other.run_until_complete, send(pool, server.url))
        await send(pool, server.url)
        sessions = [lease.session for _, lease in pool._leases.items()]
        closing = asyncio.ensure_future(pool.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        await asyncio.to_thread(go_on, [other])
    assert 2 * [True] == [session.closed for session in sessions]


def test_close_beside_loops_that_come_and_go() -> None:
    """Threads run their loops call by call, and end them, while another thread closes the client.

    A loop that did not run when it was looked at may run a moment later, or be closed.
    """
    outcomes: Counter[str] = Counter()

    def call(pool: SessionPool, over: threading.Event) -> None:
        while not over.is_set():
            loop = asyncio.new_event_loop()
            for _ in range(2):
                try:
                    loop.run_until_complete(send(pool, server.url))
                    outcomes["answered"] += 1
                except ClientClosedError:
                    outcomes["closed"] += 1
                except BaseException as error:  # noqa: BLE001  # a test's own thread
                    outcomes[repr(error)] += 1
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with serving_aside(ok()) as server:
            for attempt in range(40):
                pool, over = SessionPool(), threading.Event()
                threads = [threading.Thread(target=call, args=(pool, over)) for _ in range(4)]
                for thread in threads:
                    thread.start()
                threading.Event().wait(attempt * 0.0003)
                asyncio.run(pool.close())
                over.set()
                for thread in threads:
                    thread.join(10)
                    assert not thread.is_alive()
    finally:
        sys.setswitchinterval(interval)
    assert {"answered", "closed"} == set(outcomes)


def test_calls_in_a_stopped_loop() -> None:
    """Calls that stand still in a stopped loop end when it goes on."""

    async def hold(_: Any) -> Any:
        await asyncio.Event().wait()

    pool = SessionPool()
    with serving_aside(hold) as server:
        loop = asyncio.new_event_loop()
        call = loop.create_task(send(pool, server.url))
        loop.run_until_complete(asyncio.sleep(0.2))
        asyncio.run(pool.close())
        with pytest.raises(ClientClosedError, match="the client was closed during this call; the API may have acted on it"):
            loop.run_until_complete(call)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
