"""Does a call ever get another's answer? `PYTHONPATH=tests python -m faults.integrity --calls 100000`.

A server answers each call with the id that it was sent, and misbehaves meanwhile: it splits its bytes anywhere, says more than
it should behind an answer or on an idle connection, holds a part back until the connection is idle, or speaks before it is asked.
Whatever it says unasked is an answer too, with an id of its own.
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

from stytch_b2b_async import APIConnectionError, Call, SessionPool, Transport
from stytch_b2b_async.transport import BorrowedSession, listening

WIDTH = 40  # callers at once, each of whom makes one call after the other
TIMEOUT = 5.0
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
    crossed: set[str] = attrs.field(factory=set[str])
    """What was said while a first request was on its way."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        chance = random.Random(f"{self.seed} {self.connections}")  # noqa: S311  # not for secrets
        try:
            if chance.random() < 0.1:
                await self._speak_first(writer, chance)
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await self._answer(writer, head.split(b" ", 2)[1].decode().rpartition("/")[2], chance)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _speak_first(self, writer: asyncio.StreamWriter, chance: random.Random) -> None:
        """Say something before the first request; note where that crossed it on the way, which nobody can tell from its answer."""
        sock = writer.get_extra_info("socket")
        if _is_readable(sock):
            return
        words = answer(f"crossed-{self.connections}")
        self._say(writer, "speaks first", chance.choice([words, words[:30], b"\r\n"]))
        for _ in range(3):
            await asyncio.sleep(0)  # uvloop writes at the end of a turn: fewer than a client listens for
        if _is_readable(sock):
            self.crossed.add(words.rpartition(b"\n")[2].decode())
            raise ConnectionAbortedError

    def _say(self, writer: asyncio.StreamWriter, what: str, words: bytes) -> None:
        self.did[what] += 1
        writer.write(words)

    async def _answer(self, writer: asyncio.StreamWriter, asked: str, chance: random.Random) -> None:
        whole = answer(asked, chunked=chance.random() < 0.3)
        stray = answer("unasked", chunked=chance.random() < 0.3)
        cut = chance.randrange(1, len(stray))
        match chance.randrange(12):
            case 0:
                self._say(writer, "adds an answer", whole + stray)
            case 1:
                self._say(writer, "adds a part", whole + stray[:cut])
                await asyncio.sleep(0.002)
                writer.write(stray[cut:])
            case 2:
                self._say(writer, "repeats the answer", whole * 2)
            case 3:
                self._say(writer, "adds bytes", whole + chance.choice([b"\r\n", b"H", b"\0", b"0\r\n\r\n", whole[-1:]]))
            case 4 | 5:
                at = sorted(chance.sample(range(1, len(whole)), 2))
                for part in (whole[: at[0]], whole[at[0] : at[1]], whole[at[1] :]):
                    self._say(writer, "splits", part)
                    await asyncio.sleep(0)
            case 6:
                middle = chance.randrange(1, len(whole))
                self._say(writer, "splits, and adds to the last segment", whole[:middle])
                await asyncio.sleep(0.001)
                writer.write(whole[middle:] + stray[:cut])
            case 7:
                self._say(writer, "hangs up", whole[:cut])
                raise ConnectionAbortedError
            case 8:
                self._say(writer, "interim responses", b"HTTP/1.1 103 Early Hints\r\n\r\n" * chance.randrange(1, 4) + whole)
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
    lost: int = 0
    wrong: list[tuple[str, str]] = attrs.field(factory=list[tuple[str, str]])


async def call_on(pool: Transport, url: str, calls: int, tally: Tally, name: str) -> None:
    for number in range(calls):
        asked = f"{name}-{number}"
        tally.calls += 1
        try:
            async with asyncio.timeout(TIMEOUT):
                reply = await pool.send(
                    Call("GET", f"{url}/{asked}", {"Accept": "application/json"}, None), connect_timeout=TIMEOUT
                )
        except APIConnectionError:
            tally.lost += 1
            continue
        got = reply.body.decode()
        tally.answered += 1
        if got != f'{{"id":"{asked}"}}':
            tally.wrong.append((asked, got))


async def compare(calls: int, *, way: str, tls: bool, folder: Path, seed: int) -> tuple[Tally, Counter[str]]:
    """Make calls to a server of mischief, and compare what each asked with what it got."""
    mischief, tally = Mischief(seed), Tally()
    deferred = "uvloop" in type(asyncio.get_running_loop()).__module__  # it writes at the end of a turn: words cross more often
    listening.LISTEN = 0.05 if deferred else 0.001
    file = self_signed(folder) if tls else None
    async with AsyncExitStack() as stack:
        server = await asyncio.start_server(mischief.talk, "127.0.0.1", 0, ssl=server_context(file) if file else None)
        stack.callback(server.close)
        url = f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        context = client_context(file) if file else None
        pool: SessionPool | BorrowedSession
        if way == "lent session":
            connector = aiohttp.TCPConnector(ssl=True if context is None else context, limit=WIDTH // 2)
            pool = BorrowedSession(await stack.enter_async_context(aiohttp.ClientSession(connector=connector)))
        else:
            pool = SessionPool(ssl=context, fast_path=way == "fast path", limit=WIDTH // 2)
        stack.push_async_callback(pool.close)
        each = [call_on(pool, url, calls // WIDTH, tally, f"{seed}-{caller}") for caller in range(WIDTH)]
        await asyncio.gather(*each)
    tally.wrong = [wrong for wrong in tally.wrong if wrong[1] not in mischief.crossed]
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
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, run in loops().items():
            for way in given.ways:
                for tls, calls in ((False, given.calls * 3 // 4), (True, given.calls // 4)):
                    tally, did = run(compare(calls, way=way, tls=tls, folder=Path(folder), seed=given.seed))
                    sys.stdout.write(f"{name}, {way}, {'TLS' if tls else 'plain'}: {tally.calls} calls, ")
                    sys.stdout.write(f"{tally.answered} answered, {tally.lost} lost, ")
                    sys.stdout.write(f"{len(tally.wrong)} wrong {tally.wrong[:3]}\n  {dict(did)}\n")
                    sys.stdout.flush()
                    wrong += len(tally.wrong)
    return min(1, wrong)


if __name__ == "__main__":
    sys.exit(main())
