"""Nothing stays open for calls that have ended, for loops that were dropped, and for servers that do not read."""

import asyncio
import gc
import ssl
import threading
import warnings
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from faults.certificates import client_context, self_signed, server_context
from faults.table import watch_session
from support.calls import WAYS, open_files
from support.http_servers import ok, serving_aside

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


def in_a_loop(pool: SessionPool, url: str, leave: Callable[[asyncio.AbstractEventLoop], None]) -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
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


def test_close_from_another_loop() -> None:
    """Closing elsewhere closes the sessions of stopped loops.

    Their servers see the end at once, and aiohttp has nothing to warn of.
    """
    pool = SessionPool()
    with serving_aside(ok()) as server:
        stopped = [in_a_loop(pool, server.url, lambda _: None) for _ in range(3)]
        sessions = [lease.session for _, lease in pool._leases.items()]
        asyncio.run(pool.close())
        assert 3 * [True] == [session.closed for session in sessions]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            del sessions
            for loop in stopped:
                loop.run_until_complete(asyncio.sleep(0))
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.close()
            del stopped, loop
            gc.collect()


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
