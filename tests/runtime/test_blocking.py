import asyncio
import gc
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from aiohttp import web
from blockbuster import BlockBuster
from support.http_servers import PROJECT_ID, SECRET, Script, Scripted, failed, ok, serving_aside

from stytch_b2b_async import BlockingCallWarning, BlockingClient, ClientClosedError, NotFoundError, Reply
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.runtime.blocking import LoopRunner

REQUEST = RequireReset(email_address="ada@example.com")


@pytest.fixture
def server() -> Iterator[Script]:
    with serving_aside(ok(member_id="member-1")) as script:
        yield script


@pytest.fixture
def client(server: Script) -> Iterator[BlockingClient]:
    with BlockingClient(PROJECT_ID, SECRET, base_url=server.url) as made:
        yield made


def our_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "stytch-b2b-async"]


class TestCalling:
    def test_a_call_answers_with_its_result(self, client: BlockingClient, server: Script) -> None:
        assert "member-1" == client.passwords.email.require_reset(email_address="ada@example.com").member_id
        assert "member-1" == client.send(REQUEST).member_id
        assert [{"email_address": "ada@example.com"}] * 2 == [seen.json for seen in server.seen]

    def test_a_call_raises_what_an_awaited_one_would(self) -> None:
        client = BlockingClient(PROJECT_ID, SECRET, transport=Scripted(failed(404, "member_not_found")))
        with client, pytest.raises(NotFoundError) as caught:
            client.send(REQUEST)
        assert REQUEST == caught.value.request

    def test_one_thread(self, client: BlockingClient) -> None:
        """All calls share one thread which starts with the first."""
        before = len(our_threads())
        client.send(REQUEST)
        client.send(REQUEST)
        client.with_options(timeout=5).send(REQUEST)
        assert before + 1 == len(our_threads())

    def test_any_number_of_threads_may_call(self, client: BlockingClient, server: Script) -> None:
        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda _: client.send(REQUEST), range(200)))
        assert {"member-1"} == {reply.member_id for reply in replies}
        assert 200 == len(server.seen)

    def test_first_calls_at_once_start_one_thread(self, client: BlockingClient) -> None:
        before, together = len(our_threads()), threading.Barrier(8, timeout=10)

        def call() -> None:
            together.wait()
            client.send(REQUEST)

        with ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(call) for _ in range(8)]:
                done.result()
        assert before + 1 == len(our_threads())

    def test_concurrent_calls(self) -> None:
        """Calls of several threads run side by side. Each answer waits until all requests are there."""
        arrived: list[asyncio.Event] = []

        async def meet(_: web.Request) -> web.Response:
            arrived.append(asyncio.Event())
            if len(arrived) == 4:
                for event in arrived:
                    event.set()
            await arrived[len(arrived) - 1].wait()
            return web.Response(body=ok().content)

        with (
            serving_aside(meet) as server,
            BlockingClient(PROJECT_ID, SECRET, base_url=server.url, timeout=10) as client,
            ThreadPoolExecutor(4) as pool,
        ):
            replies = list(pool.map(lambda _: client.send(REQUEST), range(4)))
        assert 4 == len(replies)


class TestClosing:
    def test_closing_ends_the_thread(self, client: BlockingClient) -> None:
        before = set(our_threads())
        client.send(REQUEST)
        (thread,) = set(our_threads()) - before
        client.close()
        assert not thread.is_alive()

    def test_closing_twice_is_harmless(self, client: BlockingClient) -> None:
        client.send(REQUEST)
        client.close()
        client.close()

    def test_closing_what_was_never_used_is_harmless(self) -> None:
        client = BlockingClient(PROJECT_ID, SECRET)
        client.close()
        client.close()

    @pytest.mark.parametrize("used", [True, False])
    def test_a_call_after_close_is_a_clear_error(self, client: BlockingClient, server: Script, *, used: bool) -> None:
        if used:
            client.send(REQUEST)
        client.close()
        with pytest.raises(ClientClosedError, match="the client was closed before this call") as caught:
            client.passwords.email.require_reset(email_address="ada@example.com")
        assert RequireReset(email_address="ada@example.com") == caught.value.request
        assert used == len(server.seen)

    def test_closing_a_view_leaves_the_client_open(self, client: BlockingClient) -> None:
        with client.with_options(timeout=5) as view:
            view.send(REQUEST)
        assert "member-1" == client.send(REQUEST).member_id == view.send(REQUEST).member_id

    def test_closing_the_client_closes_its_views(self, client: BlockingClient) -> None:
        view = client.with_options(timeout=5)
        client.close()
        with pytest.raises(ClientClosedError):
            view.send(REQUEST)

    def test_transport_closed_in_its_loop(self) -> None:
        """A transport is closed in the loop that used it."""
        loops: list[asyncio.AbstractEventLoop] = []

        class Noting:
            async def send(self, *_: object, **__: object) -> Reply:
                loops.append(asyncio.get_running_loop())
                return Reply(200, {}, ok().content)

            async def close(self) -> None:
                loops.append(asyncio.get_running_loop())

        with BlockingClient(PROJECT_ID, SECRET, transport=Noting()) as client:
            client.send(REQUEST)
        assert 2 == len(loops)
        assert 1 == len(set(loops))

    def test_close_during_calls(self) -> None:
        """Closing ends calls under way with a clear error."""
        begun = threading.Event()

        async def hold(_: web.Request) -> web.Response:
            begun.set()
            await asyncio.Event().wait()
            return web.Response()

        with serving_aside(hold) as server, ThreadPoolExecutor(1) as pool:
            client = BlockingClient(PROJECT_ID, SECRET, base_url=server.url)
            call = pool.submit(client.send, REQUEST)
            assert begun.wait(10)
            client.close()
            assert isinstance(call.exception(10), ClientClosedError)

    def test_a_client_that_is_dropped_ends_its_thread(self, server: Script) -> None:
        before = set(our_threads())
        client = BlockingClient(PROJECT_ID, SECRET, base_url=server.url)
        client.send(REQUEST)
        (thread,) = set(our_threads()) - before
        del client
        gc.collect()
        thread.join(10)
        assert not thread.is_alive()

    def test_dropped_in_its_own_thread(self) -> None:
        """A client may be dropped in its own thread. The garbage collector runs wherever it likes."""
        before = set(our_threads())
        loops: list[asyncio.AbstractEventLoop] = []

        class Noting:
            async def send(self, *_: object, **__: object) -> Reply:
                loops.append(asyncio.get_running_loop())
                return Reply(200, {}, ok().content)

        clients = [BlockingClient(PROJECT_ID, SECRET, transport=Noting())]
        clients[0].send(REQUEST)
        (thread,) = set(our_threads()) - before
        loops[0].call_soon_threadsafe(clients.clear)
        thread.join(10)
        assert not thread.is_alive()
        assert [] == clients


async def kind_of_loop() -> str:
    return "uvloop" if any(base.__module__.startswith("uvloop") for base in type(asyncio.get_running_loop()).__mro__) else "asyncio"


async def nothing() -> None:
    return


class TestUvloop:
    """uvloop comes with uvicorn's extras too: whether it is installed must not decide which loop runs."""

    @pytest.mark.parametrize(
        ("argument", "environment", "kind"),
        [
            (None, None, "asyncio"),
            (None, "0", "asyncio"),
            (None, "", "asyncio"),
            (None, "1", "uvloop"),
            (False, "1", "asyncio"),
            (True, None, "uvloop"),
            (True, "0", "uvloop"),
        ],
    )
    def test_choice(self, monkeypatch: pytest.MonkeyPatch, argument: bool | None, environment: str | None, kind: str) -> None:  # noqa: FBT001
        """The argument counts, then the environment; without either it is asyncio."""
        pytest.importorskip("uvloop")
        monkeypatch.delenv("STYTCH_USE_UVLOOP", raising=False)
        if environment is not None:
            monkeypatch.setenv("STYTCH_USE_UVLOOP", environment)
        runner = LoopRunner(nothing, use_uvloop=argument)
        assert kind == runner.call(kind_of_loop)
        runner.close()

    def test_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A choice that cannot be met is an error where the client is made, not another loop."""
        monkeypatch.setitem(sys.modules, "uvloop", None)
        with pytest.raises(ImportError, match=r"use_uvloop needs uvloop: pip install 'stytch-b2b-async\[speed\]'"):
            BlockingClient(PROJECT_ID, SECRET, use_uvloop=True)
        monkeypatch.setenv("STYTCH_USE_UVLOOP", "1")
        with pytest.raises(ImportError, match="use_uvloop needs uvloop"):
            BlockingClient(PROJECT_ID, SECRET)

    def test_refused_values(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(TypeError, match="use_uvloop must be a bool"):
            BlockingClient(PROJECT_ID, SECRET, use_uvloop="yes")  # type: ignore[arg-type]
        monkeypatch.setenv("STYTCH_USE_UVLOOP", "yes")
        with pytest.raises(ValueError, match="STYTCH_USE_UVLOOP must be 1 or 0"):
            BlockingClient(PROJECT_ID, SECRET)

    def test_calls(self, server: Script) -> None:
        pytest.importorskip("uvloop")
        for host in ("127.0.0.1", "localhost"):
            url = server.url.replace("127.0.0.1", host)
            with BlockingClient(PROJECT_ID, SECRET, base_url=url, use_uvloop=True) as client:
                assert "member-1" == client.send(REQUEST).member_id


class TestInsideRunningLoop:
    """A blocking call there stops everything else in that loop, which nobody wants and nobody sees."""

    async def test_warns_once(self, client: BlockingClient, loops_do_not_block: BlockBuster) -> None:
        loops_do_not_block.deactivate()
        with pytest.warns(BlockingCallWarning, match="await a Client instead") as caught:
            client.passwords.email.require_reset(email_address="ada@example.com")
        assert "member-1" == client.with_options(timeout=5).send(REQUEST).member_id
        assert [__file__] == [warning.filename for warning in caught]

    async def test_where_warnings_are_errors(self, client: BlockingClient, server: Script, loops_do_not_block: BlockBuster) -> None:
        """Each such call is one, before anything is sent; its text says how to allow it."""
        loops_do_not_block.deactivate()
        for _ in range(2):
            with pytest.raises(BlockingCallWarning, match=r'simplefilter\("ignore", stytch_b2b_async.BlockingCallWarning\)'):
                client.send(REQUEST)
        assert [] == server.seen
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BlockingCallWarning)
            assert "member-1" == client.send(REQUEST).member_id

    async def test_worker_threads(self, client: BlockingClient) -> None:
        """No loop runs in those, neither asyncio's nor anyio's."""
        assert "member-1" == (await asyncio.to_thread(client.send, REQUEST)).member_id
        assert "member-1" == (await anyio.to_thread.run_sync(client.send, REQUEST)).member_id

    async def test_prompts_and_notebooks(
        self, client: BlockingClient, monkeypatch: pytest.MonkeyPatch, loops_do_not_block: BlockBuster
    ) -> None:
        """Their loop runs whatever is typed, and waits for it anyway."""
        loops_do_not_block.deactivate()
        monkeypatch.setattr(sys, "ps1", "In [1]: ", raising=False)
        assert "member-1" == client.send(REQUEST).member_id

    def test_own_loop_thread(self) -> None:
        """That is refused with another text, and does not warn."""
        clients: list[BlockingClient] = []

        class Again:
            async def send(self, *_: object, **__: object) -> Reply:
                clients[0].send(REQUEST)
                raise AssertionError

        clients.append(BlockingClient(PROJECT_ID, SECRET, transport=Again()))
        with clients[0], pytest.raises(RuntimeError, match="it would wait for itself"):
            clients[0].send(REQUEST)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_addresses_are_resolved(server: Script, host: str) -> None:
    with BlockingClient(PROJECT_ID, SECRET, base_url=server.url.replace("127.0.0.1", host)) as client:
        assert "member-1" == client.send(REQUEST).member_id
