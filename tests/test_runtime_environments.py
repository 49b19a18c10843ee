"""One client in many places. Programs are run as people run them, with warnings shown: what they print is what there is to see."""

import asyncio
import gc
import os
import re
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiohttp import web
from support.http_servers import PROJECT_ID, SECRET, Script, ok, serving_aside

from stytch_b2b_async import BlockingClient, Client
from stytch_b2b_async.api.passwords.email import RequireReset

REQUEST = RequireReset(email_address="ada@example.com")

HEAD = """
import asyncio, atexit, gc, multiprocessing, os, signal, sys, threading, warnings
from stytch_b2b_async import BlockingClient, Client
from stytch_b2b_async.api.passwords.email import RequireReset

url = sys.argv[1]
request = RequireReset(email_address="ada@example.com")

def awaited():
    return Client("project-test-1", "secret-test-1", base_url=url)

def blocking():
    return BlockingClient("project-test-1", "secret-test-1", base_url=url)
"""

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")


@pytest.fixture
def server() -> Iterator[Script]:
    with serving_aside(ok(member_id="member-1")) as script:
        yield script


def shown(script: str, url: str, *, code: int = 0) -> tuple[str, str]:
    """Run a program in Python's development mode, within a bound that only a hang reaches; tell what it printed and complained."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-X", "dev", "-W", "default", "-c", HEAD + textwrap.dedent(script), url],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert code == done.returncode, done.stderr
    return done.stdout, done.stderr


def complaints(errors: str) -> list[str]:
    """List what a program complained of, a line each, but for advice and for how slow this machine was."""
    errors = re.sub(r"(Warning: .*)\n  .*", r"\1", errors)  # since 3.13 the code that a warning is about, of `-c` too
    return [line for line in errors.splitlines() if line.strip() and not re.search(r"Enable tracemalloc|^Executing .* took", line)]


class TestLoops:
    def test_one_client_serves_many_loops_and_threads_at_once(self, server: Script) -> None:
        """Eight threads with a loop of their own each share what eight others call in the ordinary way."""
        awaited = Client(PROJECT_ID, SECRET, base_url=server.url)
        blocking = BlockingClient(PROJECT_ID, SECRET, base_url=server.url)
        together = threading.Barrier(16, timeout=30)
        blocking.send(REQUEST)  # what is imported at the first call would hold the loops up

        async def several() -> set[str | None]:
            return {reply.member_id for reply in await asyncio.gather(*(awaited.send(REQUEST) for _ in range(20)))}

        def in_a_loop() -> set[str | None]:
            together.wait()
            return asyncio.run(several()) | asyncio.run(several())

        def in_the_ordinary_way() -> set[str | None]:
            together.wait()
            return {blocking.send(REQUEST).member_id for _ in range(40)}

        with ThreadPoolExecutor(16) as threads:
            work = [threads.submit(place) for place in [in_a_loop, in_the_ordinary_way] * 8]
            assert [{"member-1"}] * 16 == [done.result(60) for done in work]
        asyncio.run(awaited.close())
        blocking.close()
        assert 16 * 40 + 1 == len(server.seen)

    def test_in_a_loop_s_debug_mode_nothing_is_slow_or_forgotten(self, server: Script) -> None:
        _, errors = shown(
            """
            async def main():
                asyncio.get_running_loop().slow_callback_duration = 2
                async with awaited() as client:
                    await asyncio.gather(*(client.send(request) for _ in range(20)))

            asyncio.run(main(), debug=True)
            """,
            server.url,
        )
        assert [] == complaints(errors)

    def test_uvloop_runs_both_clients(self, server: Script) -> None:
        pytest.importorskip("uvloop")
        out, errors = shown(
            """
            import uvloop

            client = awaited()

            async def main():
                other = BlockingClient("project-test-1", "secret-test-1", base_url=url, use_uvloop=True)
                print((await client.send(request)).member_id, (await asyncio.to_thread(other.send, request)).member_id)

            uvloop.run(main())
            uvloop.run(main())
            uvloop.run(client.close())
            """,
            server.url,
        )
        assert ("member-1 member-1\n" * 2, []) == (out, complaints(errors))

    def test_a_blocking_client_works_from_inside_a_running_loop(self, server: Script) -> None:
        out, errors = shown(
            """
            async def main():
                asyncio.get_running_loop().slow_callback_duration = 60
                client = blocking()
                print(client.send(request).member_id, (await asyncio.to_thread(client.send, request)).member_id)

            asyncio.run(main())
            """,
            server.url,
        )
        (complaint,) = complaints(errors)
        assert "<string>:18: BlockingCallWarning" == complaint[: complaint.index(": this blocking call")]
        assert "member-1 member-1\n" == out


class TestLeftOpen:
    """At most one warning, which says what to do; never a hang."""

    def test_a_blocking_client_says_nothing(self, server: Script) -> None:
        out, errors = shown("client = blocking(); print(client.send(request).member_id)", server.url)
        assert ("member-1\n", []) == (out, complaints(errors))

    def test_a_client_that_was_never_used_says_nothing(self, server: Script) -> None:
        assert ("", "") == shown("clients = awaited(), blocking()", server.url)

    @pytest.mark.parametrize(
        "script",
        [
            "client = awaited(); asyncio.run(client.send(request))",
            """
            async def main():
                await awaited().send(request)
                gc.collect()

            asyncio.run(main())
            """,
            """
            client = awaited()
            asyncio.run(client.send(request))
            asyncio.run(client.send(request))
            del client
            """,
            """
            async def main():
                client = awaited()
                await client.with_options(timeout=5).send(request)
                client.itself = client  # a cycle
                del client

            asyncio.run(main())
            gc.collect()
            """,
        ],
        ids=["until exit", "inside its loop", "after two loops", "in a cycle, through a view"],
    )
    def test_an_awaited_client_is_one_resource_warning(self, script: str, server: Script) -> None:
        _, errors = shown(script, server.url)
        (complaint,) = complaints(errors)
        assert complaint.endswith("ResourceWarning: a stytch_b2b_async client was never closed")

    @pytest.mark.parametrize("end", ["", "loop.close()", "loop.close(); del client; gc.collect()"])
    def test_a_loop_that_is_never_shut_down_adds_only_what_python_says_itself(self, end: str, server: Script) -> None:
        """Old programs do that."""
        _, errors = shown(
            f"""
            client = awaited()
            loop = asyncio.new_event_loop()
            loop.run_until_complete(client.send(request))
            {end}
            """,
            server.url,
        )
        assert ["a stytch_b2b_async client was never closed"] == [
            told
            for told in re.findall(r"Warning: (.*)", errors)
            if not re.match(r"unclosed (event loop|transport|<socket)|Enable", told)
        ]
        assert [] == re.findall(r"Unclosed.*|Traceback|Exception.*", errors)

    def test_a_client_that_was_closed_says_nothing(self, server: Script) -> None:
        script = """
            async def main():
                async with awaited() as client:
                    await client.send(request)

            asyncio.run(main())
            with blocking() as client:
                client.send(request)
            """
        assert [] == complaints(shown(script, server.url)[1])

    def test_a_hundred_clients_that_are_dropped_leave_no_thread_and_no_file(self, server: Script) -> None:
        """A client for each tenant or each test must not add up."""
        threads, files = set(threading.enumerate()), open_files()
        for _ in range(50):
            BlockingClient(PROJECT_ID, SECRET, base_url=server.url).send(REQUEST)

        async def one() -> None:
            await Client(PROJECT_ID, SECRET, base_url=server.url).send(REQUEST)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # of each, rightly
            for _ in range(50):
                asyncio.run(one())
            gc.collect()
        for thread in set(threading.enumerate()) - threads:
            thread.join(10)
        assert set(threading.enumerate()) <= threads
        assert files + 20 > open_files()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112, PTH208


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
    def test_an_awaited_program_that_ends_during_calls_ends(self, leave: str) -> None:
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
    def test_a_blocking_program_that_ends_during_a_call_of_another_thread_ends(self, *, daemon: bool) -> None:
        """A thread that is no daemon is waited for, as Python does; its deadline bounds that. Python connects to nobody by then."""
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


@forks
class TestForks:
    @pytest.mark.parametrize("used", ["client.send(request)", "pass"], ids=["used before", "unused before"])
    def test_a_pool_of_forked_workers_shares_what_its_parent_made(self, used: str, server: Script) -> None:
        out, errors = shown(
            f"""
            warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads is what is tried here
            client = blocking()
            {used}

            def call(_):
                return client.send(request).member_id, os.getpid()

            with multiprocessing.get_context("fork").Pool(4) as pool:
                answers = pool.map(call, range(40), chunksize=1)
                pool.close()
                pool.join()
            print(len(answers), {{member for member, _ in answers}}, client.send(request).member_id)
            """,
            server.url,
        )
        assert ("40 {'member-1'} member-1\n", []) == (out, complaints(errors))

    def test_a_fork_while_other_threads_call_hangs_nobody(self, server: Script) -> None:
        out, errors = shown(
            """
            warnings.simplefilter("ignore", DeprecationWarning)
            client, over = blocking(), threading.Event()
            client.send(request)  # a module that is being imported at a fork stays locked in the child: Python's own trap

            def keep_calling():
                while not over.is_set():
                    client.send(request)

            threads = [threading.Thread(target=keep_calling) for _ in range(4)]
            for thread in threads:
                thread.start()
            children = []
            for _ in range(8):
                child = os.fork()
                if child == 0:
                    client.send(request)
                    os._exit(0)
                children.append(child)
            print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
            over.set()
            for thread in threads:
                thread.join()
            """,
            server.url,
        )
        assert ("[0, 0, 0, 0, 0, 0, 0, 0]\n", []) == (out, complaints(errors))

    def test_a_child_of_a_child_works_too(self, server: Script) -> None:
        out, errors = shown(
            """
            warnings.simplefilter("ignore", DeprecationWarning)
            client = blocking()

            def descend(depth):
                client.send(request)
                if depth:
                    child = os.fork()
                    if child == 0:
                        descend(depth - 1)
                        sys.exit(0)
                    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

            descend(3)
            print(client.send(request).member_id)
            """,
            server.url,
        )
        assert ("member-1\n", []) == (out, complaints(errors))

    def test_a_parent_s_awaited_client_serves_its_children_in_loops_of_their_own(self, server: Script) -> None:
        """As prefork servers do: made when the module is imported, used after the fork."""
        out, errors = shown(
            """
            client = awaited()
            children = []
            for _ in range(3):
                child = os.fork()
                if child == 0:
                    async def main():
                        async with client:
                            await asyncio.gather(*(client.send(request) for _ in range(5)))

                    asyncio.run(main())
                    sys.exit(0)
                children.append(child)
            print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
            """,
            server.url,
        )
        assert ("[0, 0, 0]\n", []) == (out, complaints(errors))
