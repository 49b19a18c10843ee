"""Closing ends each call once, with a ClientClosedError that says whether the API may have acted on it."""

import asyncio
import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest
from support.calls import ACTS_ONCE, READS, WAYS, Silent, client_of, outcome
from support.http_servers import PROJECT_ID, SECRET, Scripted, failed, serving_aside, stay_silent, talking

from stytch_b2b_async import BlockingClient, CallStart, Client, ClientClosedError, Hooks, SessionPool
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.runtime import retry


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("request_", [READS, ACTS_ONCE], ids=["reads", "acts once"])
async def test_calls_under_way_and_in_the_queue(way: str, request_: Any) -> None:
    async with talking(silent := Silent(2)) as url, client_of(way, url, limit=2) as client:
        calls = [asyncio.create_task(outcome(client.send(request_))) for _ in range(5)]
        await silent.arrived.wait()
        await client.close()
        async with asyncio.timeout(2):
            outcomes = await asyncio.gather(*calls)
        assert 2 * ["ClientClosedError True 1"] + 3 * ["ClientClosedError False 1"] == outcomes
        assert 2 == silent.requests


@pytest.mark.parametrize("way", WAYS)
async def test_a_call_whose_connection_is_being_made(way: str) -> None:
    async with talking(stay_silent) as url, client_of(way, url.replace("http", "https")) as client:
        calls = [asyncio.create_task(outcome(client.send(ACTS_ONCE))) for _ in range(3)]
        await asyncio.sleep(0.1)
        await client.close()
        async with asyncio.timeout(2):
            assert 3 * ["ClientClosedError False 1"] == await asyncio.gather(*calls)


@pytest.mark.parametrize("way", WAYS)
async def test_a_call_whose_host_is_being_looked_up(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """aiohttp cancels its look-ups when it is closed."""

    async def never(*_: object, **__: object) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    async with client_of(way, "https://stytch.invalid") as client:
        calls = [asyncio.create_task(outcome(client.send(ACTS_ONCE))) for _ in range(3)]
        await asyncio.sleep(0.05)
        await client.close()
        async with asyncio.timeout(2):
            assert 3 * ["ClientClosedError False 1"] == await asyncio.gather(*calls)


async def test_a_call_that_waits_for_its_next_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 60)
    monkeypatch.setattr(retry, "MAX_BACKOFF", 60)
    client = Client(PROJECT_ID, SECRET, transport=Scripted(failed(503, Retry_After="20")))
    call = asyncio.create_task(outcome(client.send(READS)))
    await asyncio.sleep(0.01)
    await client.close()
    async with asyncio.timeout(2):
        assert "ClientClosedError True 1" == await call


@pytest.mark.parametrize("way", WAYS)
async def test_a_task_group_hears_of_it(way: str) -> None:
    """A CancelledError of nobody's making vanishes in a TaskGroup, and the call with it."""
    async with talking(silent := Silent(1)) as url, client_of(way, url, limit=1) as client:

        async def call_and_close() -> None:
            async with asyncio.TaskGroup() as group:
                for _ in range(2):
                    group.create_task(client.send(ACTS_ONCE))
                await silent.arrived.wait()
                await client.close()

        with pytest.raises(ExceptionGroup) as caught:
            await call_and_close()
    assert [ClientClosedError, ClientClosedError] == [type(error) for error in caught.value.exceptions]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("first", ["close", "cancel"])
async def test_simultaneous_cancellation(way: str, first: str) -> None:
    """A cancellation at the same moment stays one."""
    async with talking(silent := Silent(1)) as url, client_of(way, url, limit=1) as client:
        calls = [asyncio.create_task(client.send(ACTS_ONCE)) for _ in range(2)]
        await silent.arrived.wait()
        closing = asyncio.create_task(client.close()) if first == "close" else None
        if closing is not None:
            await asyncio.sleep(0)  # in which it has ended them, and they do not know yet
        for call in calls:
            call.cancel()
        await (closing or client.close())
        assert 2 * ["CancelledError None None"] == await asyncio.gather(*map(outcome, calls))
        assert all(call.cancelled() for call in calls)


async def test_maybe_applied_text() -> None:
    """The text says whether the API may have acted."""
    async with talking(silent := Silent(1)) as url, client_of("fast", url, limit=1) as client:
        calls = [asyncio.create_task(client.send(ACTS_ONCE)) for _ in range(2)]
        await silent.arrived.wait()
        await client.close()
        sent, queued = await asyncio.gather(*calls, return_exceptions=True)
    assert "the client was closed during this call; the API may have acted on it" == str(sent)
    assert "the client was closed during this call" == str(queued)
    assert isinstance(sent, ClientClosedError)
    assert (ACTS_ONCE, None, None) == (sent.request, sent.__context__, sent.__cause__)


@pytest.mark.parametrize("way", WAYS)
async def test_close_during_first_call(way: str) -> None:
    """A first call that opens its session while the client is closed."""
    async with talking(silent := Silent(1)) as url:
        for steps in range(40):
            async with client_of(way, url) as client:
                call = asyncio.create_task(outcome(client.send(ACTS_ONCE)))
                for _ in range(steps):
                    await asyncio.sleep(0)
                await client.close()
                async with asyncio.timeout(2):
                    assert (await call).startswith("ClientClosedError")
    assert silent.requests <= 40


async def test_from_several_tasks_at_once() -> None:
    async with talking(silent := Silent(1)) as url, client_of("fast", url) as client:
        call = asyncio.create_task(outcome(client.send(ACTS_ONCE)))
        await silent.arrived.wait()
        await asyncio.gather(*(client.close() for _ in range(5)))
        assert "ClientClosedError True 1" == await call


def test_from_several_loops_in_threads_at_once() -> None:
    """Each loop's calls end in that loop."""

    async def hold(_: Any) -> Any:
        await asyncio.Event().wait()

    outcomes: list[str] = []
    raised: list[BaseException] = []
    under_way = threading.Barrier(4, timeout=10)

    async def work(client: Client) -> None:
        calls = [asyncio.create_task(outcome(client.send(ACTS_ONCE))) for _ in range(10)]
        await asyncio.sleep(0.2)
        await asyncio.to_thread(under_way.wait)
        await client.close()
        outcomes.extend(await asyncio.gather(*calls))

    def run(client: Client) -> None:
        try:
            asyncio.run(work(client))
        except BaseException as error:  # noqa: BLE001  # whatever it is
            raised.append(error)

    with serving_aside(hold) as server:
        client = Client(PROJECT_ID, SECRET, base_url=server.url)
        threads = [threading.Thread(target=run, args=(client,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert [] == raised
    assert 40 * ["ClientClosedError True 1"] == outcomes


def test_blocking_calls() -> None:
    """Blocking calls under way and in the queue."""

    async def hold(_: Any) -> Any:
        await asyncio.Event().wait()

    outcomes: list[str] = []
    errors: list[ClientClosedError] = []
    started: list[CallStart] = []

    def call(client: BlockingClient) -> None:
        try:
            client.send(ACTS_ONCE)
        except ClientClosedError as error:
            errors.append(error)
            outcomes.append(str(error))

    with serving_aside(hold) as server:
        pool, hooks = SessionPool(limit=2), Hooks(on_start=started.append)
        client = BlockingClient(PROJECT_ID, SECRET, base_url=server.url, transport=pool, hooks=hooks)
        threads = [threading.Thread(target=call, args=(client,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        _until(lambda: (len(started), len(server.seen)) == (4, 2))
        client.close()
        for thread in threads:
            thread.join(5)
    acted, not_acted = (
        "the client was closed during this call; the API may have acted on it",
        "the client was closed during this call",
    )
    assert 2 * [not_acted] + 2 * [acted] == sorted(outcomes)
    assert 4 * [(ACTS_ONCE, 1)] == [(error.request, error.attempts) for error in errors]


def _until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come to that")


async def test_a_disconnected_client_connects_again(stytch: Emulator, recwarn: pytest.WarningsRecorder) -> None:
    """An application that ends leaves nothing open, and may start again; nobody complains if that was the end."""
    client = Client(stytch.project_id, stytch.secret, base_url=stytch.url)
    for _ in range(2):
        await client.passwords.strength_check(password="a guess")
        await client.disconnect()
    del client
    gc.collect()
    assert [] == [str(warning.message) for warning in recwarn]
