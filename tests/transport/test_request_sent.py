"""Whether a request has left is known of each attempt, whatever its task shares with others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import copy_context
from functools import partial
from typing import Any

import aiohttp
import pytest
from faults.table import watch_session
from support.http_servers import PROJECT_ID, SECRET, Answer, failed, ok, read_request, serving, talking

from stytch_b2b_async import APIConnectionError, APITimeoutError, Call, Client, Reply, SessionPool, transport
from stytch_b2b_async.api.passwords.discovery.email import ResetStart
from stytch_b2b_async.runtime import retry
from stytch_b2b_async.transport import request_sent

ACTS_ONCE = ResetStart(email_address="ada@example.com")
WAYS = ["fast", "session", "borrowed"]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.002)


@asynccontextmanager
async def client_of(way: str, url: str, **options: Any) -> AsyncIterator[Client]:
    async with AsyncExitStack() as stack:
        if way == "borrowed":
            options["session"] = await stack.enter_async_context(aiohttp.ClientSession())
        else:
            pool = options["transport"] = SessionPool()
            if way == "session":
                await watch_session(pool)
        yield await stack.enter_async_context(Client(PROJECT_ID, SECRET, base_url=url, **options))


class Losing:
    """Reads a request, waits until a second caller connects elsewhere, and drops the connection."""

    def __init__(self) -> None:
        self.requests = 0
        self.arrived = asyncio.Event()
        self.drop = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await read_request(reader)
        self.requests += 1
        self.arrived.set()
        await self.drop.wait()


async def stall(*_: object) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("way", WAYS)
class TestSharedContext:
    """Two tasks in one contextvars.Context: what one says must not be heard of the other."""

    async def test_lost_connection(self, way: str) -> None:
        """What acts once is not sent again when its connection is lost."""
        shared = copy_context()
        async with talking(losing := Losing()) as url, talking(stall) as stalled:
            secure = stalled.replace("http", "https")
            async with client_of(way, url) as client, client_of(way, secure, timeout=5) as other:
                first = asyncio.create_task(client.send(ACTS_ONCE), context=shared)
                await losing.arrived.wait()
                second = asyncio.create_task(other.send(ACTS_ONCE), context=shared)  # which has sent nothing yet
                await asyncio.sleep(0.05)
                losing.drop.set()
                with pytest.raises(APIConnectionError) as caught:
                    await first
                second.cancel()
        assert (True, 1, 1) == (caught.value.maybe_applied, caught.value.attempts, losing.requests)

    async def test_maybe_applied_of_a_timeout(self, way: str) -> None:
        """A timeout says what is true of its own call."""
        shared = copy_context()
        async with talking(losing := Losing()) as url, talking(stall) as stalled:
            secure = stalled.replace("http", "https")
            async with client_of(way, url, timeout=0.3) as client, client_of(way, secure, timeout=0.3) as other:
                first = asyncio.create_task(client.send(ACTS_ONCE), context=shared)
                await losing.arrived.wait()
                second = asyncio.create_task(other.send(ACTS_ONCE), context=shared)
                outcomes = await asyncio.gather(first, second, return_exceptions=True)
        assert [APITimeoutError, APITimeoutError] == [type(outcome) for outcome in outcomes]
        assert [True, False] == [outcome.maybe_applied for outcome in outcomes if isinstance(outcome, APITimeoutError)]


class Told:
    """A transport of somebody else's, which says by `request_sent` what has become of a request."""

    def __init__(self, tell: Any = request_sent) -> None:
        self._tell = tell
        self.sent = asyncio.Event()
        self.go = asyncio.Event()
        self.calls = 0

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        self._tell.set(False)
        self.calls += 1
        if "strength" not in call.url and self.calls == 1:
            await asyncio.sleep(0)
            self._tell.set(True)
            self.sent.set()
        await self.go.wait()
        raise TimeoutError


async def test_a_transport_of_somebody_elses_can_tell() -> None:
    async with Client(PROJECT_ID, SECRET, transport=Told(), timeout=0.05) as client:
        outcomes = [await asyncio.gather(client.send(ACTS_ONCE), return_exceptions=True) for _ in range(2)]
    assert [True, False] == [outcome.maybe_applied for (outcome,) in outcomes if isinstance(outcome, APITimeoutError)]


def test_former_name() -> None:
    """`departed` still works, and warns."""
    with pytest.warns(DeprecationWarning, match=r"request_sent$"):
        assert transport.departed is request_sent


async def test_shared_context() -> None:
    """Where contexts are shared it is taken for sent.

    By its context alone nobody can tell which call such a transport speaks of.
    """
    shared = copy_context()
    async with Client(PROJECT_ID, SECRET, transport=(told := Told()), timeout=0.1) as client:
        first = asyncio.create_task(client.send(ACTS_ONCE), context=shared)
        await told.sent.wait()
        second = asyncio.create_task(client.send(ACTS_ONCE), context=shared)
        await asyncio.sleep(0)
        third = asyncio.create_task(client.send(ACTS_ONCE), context=shared)
        outcomes = await asyncio.gather(first, second, third, return_exceptions=True)
    assert [True, True, False] == [outcome.maybe_applied for outcome in outcomes if isinstance(outcome, APITimeoutError)]


async def test_a_transport_that_waits_in_a_shared_context() -> None:
    """A transport that waits before it hands a call on finds the attempt of another task in its context; each keeps its own."""
    pool, together = SessionPool(limit=1), asyncio.Barrier(2)

    class Waiting:
        async def send(self, call: Call, *, connect_timeout: float) -> Reply:
            await together.wait()
            return await pool.send(call, connect_timeout=connect_timeout)

    shared = copy_context()
    async with serving(ok(email_address="ada@example.com")) as server:
        async with Client(PROJECT_ID, SECRET, base_url=server.url, transport=Waiting(), timeout=5) as client:
            calls = [asyncio.create_task(client.send(ACTS_ONCE), context=shared) for _ in range(2)]
            assert [200, 200] == [response.status_code for response in await asyncio.gather(*calls)]
        await pool.close()


async def test_who_says_nothing_is_taken_to_have_sent() -> None:
    class Mute:
        async def send(self, *_: object, **__: object) -> Any:
            await asyncio.Event().wait()

    async with Client(PROJECT_ID, SECRET, transport=Mute(), timeout=0.05) as client:
        with pytest.raises(APITimeoutError) as caught:
            await client.send(ACTS_ONCE)
    assert caught.value.maybe_applied


async def test_a_thread_may_say_it() -> None:
    class InAThread:
        async def send(self, *_: object, **__: object) -> Any:
            request_sent.set(False)
            await asyncio.to_thread(partial(request_sent.set, value=True))
            await asyncio.Event().wait()

    async with Client(PROJECT_ID, SECRET, transport=InAThread(), timeout=0.1) as client:
        with pytest.raises(APITimeoutError) as caught:
            await client.send(ACTS_ONCE)
    assert caught.value.maybe_applied


async def test_second_try_of_a_wrapper() -> None:
    """A second try of a wrapper does not hide the first. Nobody may say that a request has not left once it has."""

    class Again:
        def __init__(self, pool: SessionPool, then: str) -> None:
            self._pool, self._then = pool, then

        async def send(self, call: Call, *, connect_timeout: float) -> Reply:
            try:
                return await self._pool.send(call, connect_timeout=connect_timeout)
            except APIConnectionError:
                again = Call(call.method, self._then, call.headers, call.body)
                return await self._pool.send(again, connect_timeout=connect_timeout)

    pool = SessionPool()
    async with talking(losing := Losing()) as url, talking(stall) as stalled:
        losing.drop.set()
        transport = Again(pool, stalled.replace("http", "https"))
        async with Client(PROJECT_ID, SECRET, base_url=url, transport=transport, timeout=0.3) as client:
            with pytest.raises(APITimeoutError) as caught:
                await client.send(ACTS_ONCE)
        await pool.close()
    assert caught.value.maybe_applied


async def test_calls_of_a_transport_itself() -> None:
    """A call that a transport makes itself is told apart."""

    class Outer:
        def __init__(self, inner: Client) -> None:
            self._inner = inner

        async def send(self, *_: object, **__: object) -> Any:
            request_sent.set(False)
            await self._inner.send(ACTS_ONCE)
            request_sent.set(True)
            await asyncio.Event().wait()

    class Inner:
        async def send(self, *_: object, **__: object) -> Reply:
            request_sent.set(False)
            answer: Answer = ok(member_id="member-1", member_email_id="email-1", member={}, organization={})
            return Reply(200, {}, answer.content)

    inner = Client(PROJECT_ID, SECRET, transport=Inner())
    async with inner, Client(PROJECT_ID, SECRET, transport=Outer(inner), timeout=0.1) as client:
        with pytest.raises(APITimeoutError) as caught:
            await client.send(ACTS_ONCE)
    assert caught.value.maybe_applied


async def test_an_ended_attempt_keeps_no_task_alive() -> None:
    """The context that it was made in may live as long as the program."""

    class Plain:
        async def send(self, *_: object, **__: object) -> Reply:
            return Reply(401, {}, failed(401).content)

    async with Client(PROJECT_ID, SECRET, transport=Plain()) as client:
        with pytest.raises(Exception, match="401"):
            await client.send(ACTS_ONCE)
    request_sent.set(False)  # speaks of nothing
    assert request_sent.get()
