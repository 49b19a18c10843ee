"""One client in several event loops and threads, or left open. Programs run in their own process, with warnings shown."""

import asyncio
import gc
import os
import re
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.http_servers import PROJECT_ID, SECRET, Script, ok, serving_aside
from support.programs import REQUEST, complaints, shown

from stytch_b2b_async import BlockingClient, Client


@pytest.fixture
def server() -> Iterator[Script]:
    with serving_aside(ok(member_id="member-1")) as script:
        yield script


class TestLoops:
    def test_many_loops_and_threads(self, server: Script) -> None:
        """One client serves many loops and threads at once.

        Eight threads with a loop of their own each share what eight others call in the ordinary way.
        """
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

    def test_asyncio_debug_mode(self, server: Script) -> None:
        """In a loop's debug mode nothing is slow or forgotten."""
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

    def test_blocking_in_a_loop(self, server: Script) -> None:
        """A blocking client works from inside a running loop."""
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

    def test_unused_client(self, server: Script) -> None:
        """A client that was never used says nothing."""
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
    def test_unclosed_client(self, script: str, server: Script) -> None:
        """An awaited client is one resource warning."""
        _, errors = shown(script, server.url)
        (complaint,) = complaints(errors)
        assert complaint.endswith("ResourceWarning: a stytch_b2b_async client was never closed")

    @pytest.mark.parametrize("end", ["", "loop.close()", "loop.close(); del client; gc.collect()"])
    def test_unfinished_loop(self, end: str, server: Script) -> None:
        """A loop that is never shut down adds only what python says itself. Old programs do that."""
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

    def test_many_dropped_clients(self, server: Script) -> None:
        """A hundred clients that are dropped leave no thread and no file.

        A client for each tenant or each test must not add up.
        """
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
