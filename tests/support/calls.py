"""Calls of each kind, over each way to the network, and what became of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from faults.table import watch_session

from stytch_b2b_async import Client, SessionPool, StytchError
from stytch_b2b_async.api.passwords import StrengthCheck
from stytch_b2b_async.api.passwords.discovery.email import ResetStart
from support.http_servers import PROJECT_ID, SECRET, read_request

READS = StrengthCheck(password="correct horse")
ACTS_ONCE = ResetStart(email_address="ada@example.com")
WAYS = ["fast", "session", "borrowed"]


@asynccontextmanager
async def client_of(way: str, url: str, limit: int = 100, **options: Any) -> AsyncIterator[Client]:
    async with AsyncExitStack() as stack:
        if way == "borrowed":
            session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=limit)))
            options["session"] = session
        else:
            pool = options["transport"] = SessionPool(limit=limit)
            if way == "session":
                await watch_session(pool)
        yield await stack.enter_async_context(Client(PROJECT_ID, SECRET, base_url=url, **options))


class Silent:
    """Takes requests and never answers; tells how many have come."""

    def __init__(self, expected: int) -> None:
        self.requests = 0
        self.arrived = asyncio.Event()
        self._expected = expected

    async def __call__(self, reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await read_request(reader)
        self.requests += 1
        if self.requests == self._expected:
            self.arrived.set()
        await reader.read()


async def outcome(call: Any) -> str:
    try:
        await call
    except (StytchError, asyncio.CancelledError) as error:
        applied = getattr(error, "maybe_applied", None)
        return f"{type(error).__name__} {applied} {getattr(error, 'attempts', None)}"
    return "answered"


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
