"""Clients in forked processes."""

import asyncio
from collections.abc import Iterator

import pytest
from aiohttp import web
from support.http_servers import Script, ok, serving_aside
from support.programs import complaints, forks, shown


@pytest.fixture
def server() -> Iterator[Script]:
    with serving_aside(ok(member_id="member-1")) as script:
        yield script


@forks
class TestForks:
    @pytest.mark.parametrize("used", ["client.send(request)", "pass"], ids=["used before", "unused before"])
    def test_multiprocessing_pool(self, used: str, server: Script) -> None:
        """A pool of forked workers shares what its parent made."""
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

    def test_fork_under_load(self, server: Script) -> None:
        """A fork while other threads call hangs nobody."""
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

    def test_async_client_after_fork(self, server: Script) -> None:
        """A parent's awaited client serves its children in loops of their own.

        As prefork servers do: made when the module is imported, used after the fork.
        """
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

    def test_fork_during_a_call(self) -> None:
        """A child that a signal handler forks in the middle of a call has no loop that would end it: that call ends at once."""

        async def slowly(_: web.Request) -> web.Response:
            await asyncio.sleep(0.3)
            return web.json_response({"status_code": 200, "request_id": "request-id-test-1", "member_id": "member-1"})

        with serving_aside(slowly) as server:
            out, errors = shown(
                """
                warnings.simplefilter("ignore", DeprecationWarning)
                client, forked = blocking(), []
                signal.signal(signal.SIGALRM, lambda *_: forked.append(os.fork()))
                signal.setitimer(signal.ITIMER_REAL, 0.15)
                for _ in range(2):
                    try:
                        print(client.send(request).member_id, flush=True)
                    except Exception as error:
                        print(type(error).__name__, error.message, error.maybe_applied, flush=True)
                if forked[0]:
                    os.waitpid(forked[0], 0)
                """,
                server.url,
            )
        of_child = "ClientClosedError the process was forked during this call True"
        assert (sorted([of_child, *3 * ["member-1"]]), []) == (sorted(out.splitlines()), complaints(errors))
