"""Does a call ever get another's answer? `PYTHONPATH=tests python -m faults.integrity --calls 100000`.

A server answers each call with the id that it was sent, and misbehaves meanwhile: it splits its bytes anywhere, sends more than
it should after a response or on an idle connection, holds a part back until the connection is idle, or sends a response before it
has received a request. Whatever it sends unasked is a response too, with an id of its own.
"""

import argparse
import asyncio
import random
import select
import ssl
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import attrs
from faults.certificates import client_context, self_signed, server_context
from support.deafness import AVAILABLE, deaf

from stytch_b2b_async import APIConnectionError, Call, Reply, SessionPool, Transport
from stytch_b2b_async.transport import BorrowedSession, connector

WIDTH = 40  # callers at once, each of whom makes one call after the other
TIMEOUT = 5.0  # seconds after which a call hangs, as `Watchdog` counts them
LOSES = ("hangs up", "adds what is not HTTP", "speaks first", "crosses a request")  # what may make a call fail
WAYS = ("fast path", "session", "lent session")


def answer(said: str, *, chunked: bool = False) -> bytes:
    body = f'{{"id":"{said}"}}'.encode()
    if chunked:
        half = len(body) // 2
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]))
        return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


@attrs.define
class Mischief:
    """A server that misbehaves as a seed says, and counts how."""

    seed: int
    did: Counter[str] = attrs.field(factory=Counter[str])
    connections: int = 0
    _conversations: set[asyncio.Task[None]] = attrs.field(factory=set[asyncio.Task[None]])

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.ensure_future(self._talk(reader, writer))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)

    async def close(self) -> None:
        """End every conversation that is still open."""
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        chance = random.Random(f"{self.seed} {self.connections}")  # noqa: S311  # not for secrets
        try:
            if chance.random() < 0.1:
                await self._send_unasked("speaks first", reader, writer, chance)
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await self._answer(writer, head.split(b" ", 2)[1].decode().rpartition("/")[2], chance)
                if chance.random() < 0.05:
                    await self._send_unasked("crosses a request", reader, writer, chance)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _send_unasked(
        self, what: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random
    ) -> None:
        """Send a response, or a part of one, before the next request is received: it may be on its way, but never arrives first."""
        sock = writer.get_extra_info("socket")
        if not AVAILABLE or writer.is_closing():
            return
        with deaf(sock):
            if chance.random() < 0.5:
                await asyncio.sleep(0.003)  # in which a client may write its request
            held: Any = reader
            if writer.is_closing() or held._buffer or reader.at_eof() or _is_readable(sock):
                return  # one was received already: what is sent now would be its response
            words = answer("unasked")
            self._say(writer, what, chance.choice([words, words[:30], b"\r\n"]))
            for _ in range(4):
                await asyncio.sleep(0)  # uvloop writes at the end of a turn

    def _say(self, writer: asyncio.StreamWriter, what: str, words: bytes) -> None:
        if writer.is_closing():
            raise ConnectionAbortedError  # to write would be an error in uvloop
        self.did[what] += 1
        writer.write(words)

    async def _answer(self, writer: asyncio.StreamWriter, asked: str, chance: random.Random) -> None:  # noqa: C901  # a case for each kind
        whole = answer(asked, chunked=chance.random() < 0.3)
        stray = answer("unasked", chunked=chance.random() < 0.3)
        cut = chance.randrange(1, len(stray))
        match chance.randrange(13):
            case 0:
                self._say(writer, "adds an answer", whole + stray)
            case 1:
                self._say(writer, "adds a part", whole + stray[:cut])
                await asyncio.sleep(0.002)
                self._say(writer, "adds the rest", stray[cut:])
            case 2:
                self._say(writer, "repeats the answer", whole * 2)
            case 3:
                self._say(writer, "adds bytes", whole + chance.choice([b"\r\n", b"H", b"HTTP/1.1 20"]))
            case 4 | 5:
                at = sorted(chance.sample(range(1, len(whole)), 2))
                for part in (whole[: at[0]], whole[at[0] : at[1]], whole[at[1] :]):
                    self._say(writer, "splits", part)
                    await asyncio.sleep(0)
            case 6:
                middle = chance.randrange(1, len(whole))
                self._say(writer, "splits", whole[:middle])
                await asyncio.sleep(0.001)
                self._say(writer, "adds to the last segment", whole[middle:] + stray[:cut])
            case 7:
                self._say(writer, "hangs up", whole[:cut])
                raise ConnectionAbortedError
            case 8:
                self._say(writer, "interim responses", b"HTTP/1.1 103 Early Hints\r\n\r\n" * chance.randrange(1, 4) + whole)
            case 9:
                self._say(writer, "adds what is not HTTP", whole + chance.choice([b"\0", b"0\r\n\r\n", whole[-1:]]))
            case _:
                self._say(writer, "behaves", whole)
        await writer.drain()


def _is_readable(sock: Any) -> bool:
    return bool(select.select([sock.fileno()], [], [], 0)[0])


@attrs.define
class Tally:
    """What came of the calls."""

    calls: int = 0
    answered: int = 0
    lost: Counter[str] = attrs.field(factory=Counter[str])
    """Calls that failed, by the text of the error."""
    hung: list[str] = attrs.field(factory=list[str])
    wrong: list[tuple[str, str]] = attrs.field(factory=list[tuple[str, str]])

    def unexplained(self, did: Counter[str]) -> int:
        """Count the calls that failed beyond what the server did to make calls fail."""
        return max(0, self.lost.total() - sum(did[what] for what in LOSES))


class Watchdog:
    """Ends calls that hang: that do not end although the event loop was free for them for so long.

    Client and server share the loop. While a busy machine does not run it, nothing can happen, and so no time is counted.
    """

    BEAT = 0.05

    def __init__(self, pool: Transport) -> None:
        self._pool = pool
        self._calls: dict[asyncio.Task[Any], float] = {}
        self._time = 0.0

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self.BEAT)
            self._time += self.BEAT
            for task, begun in self._calls.items():
                if self._time - begun > TIMEOUT:
                    task.cancel("it hangs")

    async def call(self, call: Call) -> Reply:
        task = asyncio.current_task()
        assert task is not None
        self._calls[task] = self._time
        try:
            return await self._pool.send(call, connect_timeout=60)  # a hang is the watchdog's to find, not to be a lost connection
        finally:
            del self._calls[task]


async def call_on(watchdog: Watchdog, url: str, calls: int, tally: Tally, name: str) -> None:
    for number in range(calls):
        asked = f"{name}-{number}"
        tally.calls += 1
        try:
            reply = await watchdog.call(Call("GET", f"{url}/{asked}", {"Accept": "application/json"}, None))
        except APIConnectionError as error:
            tally.lost[str(error)] += 1
            continue
        except asyncio.CancelledError:
            tally.hung.append(asked)
            continue
        got = reply.body.decode()
        tally.answered += 1
        if got != f'{{"id":"{asked}"}}':
            tally.wrong.append((asked, got))


async def compare(calls: int, *, way: str, tls: bool, folder: Path, seed: int) -> tuple[Tally, Counter[str]]:
    """Make calls to a server of mischief, and compare what each asked with what it got."""
    mischief, tally = Mischief(seed), Tally()
    file = self_signed(folder) if tls else None
    async with AsyncExitStack() as stack:
        stack.push_async_callback(mischief.close)
        server = await asyncio.start_server(mischief.accept, "127.0.0.1", 0, ssl=server_context(file) if file else None)
        stack.callback(server.close)
        url = f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        context = client_context(file) if file else None
        pool: SessionPool | BorrowedSession
        if way == "lent session":
            lent = aiohttp.TCPConnector(ssl=True if context is None else context, limit=WIDTH // 2)
            pool = BorrowedSession(await stack.enter_async_context(aiohttp.ClientSession(connector=lent)))
        else:
            pool = SessionPool(ssl=context, fast_path=way == "fast path", limit=WIDTH // 2)
        stack.push_async_callback(pool.close)
        before, connector.DISTRUST = connector.DISTRUST, 0.0  # or every connection would be used once
        stack.callback(setattr, connector, "DISTRUST", before)
        watchdog = Watchdog(pool)
        watching = asyncio.ensure_future(watchdog.run())
        stack.callback(watching.cancel)
        await asyncio.gather(*(call_on(watchdog, url, calls // WIDTH, tally, f"{seed}-{caller}") for caller in range(WIDTH)))
    return tally, mischief.did


def loops() -> dict[str, Callable[[Coroutine[Any, Any, Any]], Any]]:
    """List the event loops that are installed, as what runs in them."""
    found: dict[str, Callable[[Coroutine[Any, Any, Any]], Any]] = {"asyncio": asyncio.run}
    try:
        import uvloop
    except ImportError:
        return found
    return {**found, "uvloop": uvloop.run}


def main() -> int:
    """Compare by each way, plain and TLS, on each loop; end non-zero if a call got what was not its answer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000, help="calls by each way on each loop, a quarter of them by TLS")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, run in loops().items():
            for way in given.ways:
                for tls, calls in ((False, given.calls * 3 // 4), (True, given.calls // 4)):
                    tally, did = run(compare(calls, way=way, tls=tls, folder=Path(folder), seed=given.seed))
                    unexplained = tally.unexplained(did)
                    sys.stdout.write(f"{name}, {way}, {'TLS' if tls else 'plain'}: {tally.calls} calls, ")
                    sys.stdout.write(f"{tally.answered} answered, {tally.lost.total()} lost ({unexplained} unexplained), ")
                    sys.stdout.write(f"{len(tally.hung)} hung {tally.hung[:3]}, {len(tally.wrong)} wrong {tally.wrong[:3]}\n")
                    sys.stdout.write(f"  {dict(did)}\n  {dict(tally.lost)}\n")
                    sys.stdout.flush()
                    failures += len(tally.wrong) + len(tally.hung) + unexplained
    return min(1, failures)


if __name__ == "__main__":
    sys.exit(main())
