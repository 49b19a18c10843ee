"""A ledger, a server on this machine that counts how often each request reached it; and a Redis."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeAlias

import pytest
import pytest_asyncio
from aiohttp import web
from support.http_servers import PROJECT_ID, SECRET, Answer, ok, serving
from support.redis import RedisServer, redis_server

from stytch_b2b_async import Client
from stytch_b2b_async.api.organizations import Create
from stytch_b2b_async.api.passwords.email import RequireReset

Respond: TypeAlias = Callable[[str], Answer]


class Ledger:
    """What reached the server, and what it answers."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.respond: Respond = lambda _: ok(member=None)
        self.url = ""

    async def __call__(self, request: web.Request) -> web.Response:
        body = await request.json()
        name = body.get("email_address") or body.get("organization_name")
        self.seen[name] += 1
        answer = self.respond(name)
        return web.Response(body=answer.content, status=answer.status, content_type="application/json", headers=answer.headers)


@pytest_asyncio.fixture
async def ledger() -> AsyncIterator[Ledger]:
    ledger = Ledger()
    async with serving(ledger) as server:
        ledger.url = server.url
        yield ledger


@pytest_asyncio.fixture
async def client(ledger: Ledger) -> AsyncIterator[Client]:
    async with Client(PROJECT_ID, SECRET, base_url=ledger.url) as made:
        yield made


def resets(count: int) -> list[RequireReset]:
    """Requests that can be repeated."""
    return [RequireReset(email_address=f"{number}@example.com") for number in range(count)]


def creations(count: int) -> list[Create]:
    """Requests that act each time."""
    return [Create(organization_name=f"Department {number}") for number in range(count)]


@pytest.fixture(scope="session")
def running_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One Redis for all tests of a process."""
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(running_redis: RedisServer) -> str:
    """The URL of a Redis that is empty."""
    with running_redis.client as client:
        client.flushall()
    return running_redis.url
