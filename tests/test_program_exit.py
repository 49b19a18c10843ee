"""Programs that end during calls, and calls at exit."""

import asyncio
import sys
from collections.abc import Iterator

import pytest
from aiohttp import web
from support.http_servers import Script, ok, serving_aside
from support.programs import complaints, shown


@pytest.fixture
def server() -> Iterator[Script]:
    with serving_aside(ok(member_id="member-1")) as script:
        yield script


async def hold(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


CUT_SHORT = {
    "sys.exit(3)": "ClientClosedError",
    "raise RuntimeError('over')": "ClientClosedError",
    "os.kill(os.getpid(), signal.SIGINT)": "CancelledError",  # gather() cancels what it waits for
}


class TestEndingDuringACall:
    @pytest.mark.parametrize("leave", CUT_SHORT)
    def test_async_exit(self, leave: str) -> None:
        """An awaited program that ends during calls ends."""
        with serving_aside(hold) as server:
            out, errors = shown(
                f"""
                async def call(client):
                    try:
                        await client.send(request)
                    except BaseException as error:
                        print(type(error).__name__)

                async def main():
                    async with awaited() as client:
                        calls = [asyncio.create_task(call(client)) for _ in range(3)]
                        await asyncio.sleep(0.2)
                        {leave}
                        await asyncio.gather(*calls)

                try:
                    asyncio.run(main())
                except BaseException as error:
                    print(type(error).__name__, file=sys.stderr)
                """,
                server.url,
            )
        assert 1 == len(complaints(errors))
        assert 3 * [CUT_SHORT[leave]] == out.split()

    @pytest.mark.parametrize("daemon", [True, False])
    def test_blocking_exit(self, *, daemon: bool) -> None:
        """A blocking program that ends during a call of another thread ends.

        A thread that is no daemon is waited for, as Python does; its deadline bounds that. Python connects to nobody by then.
        """
        with serving_aside(hold) as server:
            out, _ = shown(
                f"""
                client = blocking().with_options(timeout=1)

                def call():
                    try:
                        client.send(request)
                    except Exception as error:
                        print(type(error).__name__)

                threading.Thread(target=call, daemon={daemon}).start()
                while not client._runner._current[0]._loop:
                    pass
                """,
                server.url,
            )
        outcomes = {"APIConnectionError", "APITimeoutError", "ClientClosedError"} | ({""} if daemon else set())
        assert out.strip() in outcomes  # a daemon may be gone before its line is

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_calls_at_exit(self, host: str, server: Script) -> None:
        """Handlers run in an order that programs do not think about: before the first call, or after it, each is answered."""
        out, errors = shown(
            """
            client = blocking()
            last = lambda: print(client.send(request).member_id)
            atexit.register(last)
            client.send(request)
            atexit.register(last)
            """,
            server.url.replace("127.0.0.1", host),
        )
        assert ("member-1\nmember-1\n", []) == (out, complaints(errors))

    @pytest.mark.parametrize("client", ["blocking", "awaited"])
    @pytest.mark.parametrize("used", ["", "call()"])
    @pytest.mark.parametrize("last", ["atexit.register(call)", "threading.Thread(target=after_main).start()"])
    def test_large_responses_at_exit(self, last: str, used: str, client: str) -> None:
        """They are decoded in a thread, and executors take no more work once the main thread has ended."""
        if sys.version_info[:2] == (3, 12) and (client, used) == ("blocking", ""):
            pytest.skip("3.12 starts no thread by then, and so no event loop")
        with serving_aside(ok(member_id="m" * 2**18)) as server:
            out, errors = shown(
                f"""
                made = blocking() if {client == "blocking"} else None

                async def awaited_call():
                    async with awaited() as client:
                        return await client.send(request)

                def call():
                    response = asyncio.run(awaited_call()) if made is None else made.send(request)
                    print(len(response.member_id))

                def after_main():
                    threading.main_thread().join()
                    call()

                {used}
                {last}
                """,
                server.url,
            )
        assert [str(2**18)] * (2 if used else 1) == out.split()
        assert [] == complaints(errors)

    def test_first_call_at_exit(self, server: Script) -> None:
        """Python 3.12 starts no threads by then: the error says what to do."""
        out, errors = shown(
            """
            from stytch_b2b_async import ClientClosedError

            client = blocking()

            def last():
                try:
                    print(client.send(request).member_id)
                except ClientClosedError as error:
                    print(error)

            atexit.register(last)
            """,
            server.url,
        )
        told = "member-1" if sys.version_info[:2] != (3, 12) else "make the client's first blocking call earlier"
        assert told in out
        assert [] == complaints(errors)

    @pytest.mark.parametrize("used", ["client.send(request)", "pass"])
    def test_call_after_the_loops_were_stopped(self, used: str, server: Script) -> None:
        """A handler that was registered before this package was imported runs after its own."""
        out, errors = shown(
            f"""
            from stytch_b2b_async import ClientClosedError
            from stytch_b2b_async.concurrency import loop_thread

            client = blocking()

            def last():
                try:
                    client.send(request)
                except ClientClosedError as error:
                    print(error)

            atexit.unregister(loop_thread._threads.stop_all)
            atexit.register(last)
            atexit.register(loop_thread._threads.stop_all)
            {used}
            """,
            server.url,
        )
        assert "the program is exiting" in out
        assert [] == complaints(errors)

    def test_names_at_exit(self, server: Script) -> None:
        """A first connection that needs a name needs a thread, which 3.12 refuses by then."""
        out, errors = shown(
            """
            client = BlockingClient("project-test-1", "secret-test-1", base_url=url, max_attempts=1)
            other = client.with_options()
            client._runner.call(lambda: asyncio.sleep(0))  # its loop runs, and has no connection

            def last():
                try:
                    print(client.send(request).member_id)
                except Exception as error:
                    print(type(error).__name__)

            atexit.register(last)
            """,
            server.url.replace("127.0.0.1", "localhost"),
        )
        assert ("member-1\n" if sys.version_info[:2] != (3, 12) else "APIConnectionError\n", []) == (out, complaints(errors))
