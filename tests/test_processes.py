"""What only shows in a process of its own: exits, signals, forks."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from aiohttp import web
from support.http_servers import ok, serving

SCRIPT = """
import logging, os, signal, sys, threading
from stytch_b2b_async import BlockingClient, Client
from stytch_b2b_async.api.passwords.email import RequireReset

logging.getLogger("asyncio").addFilter(lambda record: record.msg != "Executing %s took %.3f seconds")  # a busy machine, not a fault
url = sys.argv[1]
request = RequireReset(email_address="ada@example.com")
client = BlockingClient("project-test-1", "secret-test-1", base_url=url or None)
"""


async def run(
    script: str, url: str, *, interrupt_after: asyncio.Event | None = None, end_after: asyncio.Event | None = None
) -> tuple[int, str, str]:
    """Run a script to its end, within a bound that only a hang reaches; its standard input ends after `end_after`."""
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-X", "dev", "-W", "error", "-c", SCRIPT + textwrap.dedent(script), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        if interrupt_after is not None:
            await asyncio.wait_for(interrupt_after.wait(), 30)
            process.send_signal(signal.SIGINT)
        if end_after is not None:
            await asyncio.wait_for(end_after.wait(), 30)
        out, errors = await asyncio.wait_for(process.communicate(b""), 30)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, out.decode(), errors.decode()


class TestProcesses:
    """What only shows in a process of its own. Warnings are errors there too."""

    async def test_unclosed_clients(self) -> None:
        """A program that closes nothing ends by itself."""
        async with serving(ok()) as server:
            ended = await run("print(client.send(request).status_code)", server.url)
        assert (0, "200\n", "") == ended

    async def test_exit_during_a_call(self) -> None:
        """A program that ends during a call of another thread does not hang."""

        async def hold(_: web.Request) -> web.Response:
            await asyncio.Event().wait()
            return web.Response()

        async with serving(ok(), hold) as server:
            code, out, _ = await run(
                """
                client.send(request)
                started = threading.Event()
                threading.Thread(target=lambda: (started.set(), client.send(request)), daemon=True).start()
                started.wait()
                print("end")
                """,
                server.url,
            )
        assert (0, "end\n") == (code, out)

    async def test_ctrl_c_ends_the_call_and_the_process(self) -> None:
        gone = asyncio.Event()

        async def hold(_: web.Request) -> web.Response:
            try:
                await asyncio.Event().wait()
            finally:
                gone.set()
            return web.Response()

        async with serving(hold) as server:
            code, out, errors = await run(
                """
                try:
                    client.send(request)
                except KeyboardInterrupt:
                    print("interrupted")
                    raise
                """,
                server.url,
                interrupt_after=server.arrived,
            )
            await asyncio.wait_for(gone.wait(), 10)
        assert (-signal.SIGINT, "interrupted\n") == (code, out)
        assert errors.rstrip().endswith("KeyboardInterrupt")

    async def test_ctrl_c(self) -> None:
        """After Ctrl-C the call has ended and the client still works."""
        gone = asyncio.Event()

        async def hold(_: web.Request) -> web.Response:
            try:
                await asyncio.Event().wait()
            finally:
                gone.set()
            return web.Response()

        async with serving(hold, ok()) as server:
            ended = await run(
                """
                try:
                    client.send(request)
                except KeyboardInterrupt:
                    sys.stdin.read()  # until the server has seen the call end
                    print(client.send(request).status_code)
                """,
                server.url,
                interrupt_after=server.arrived,
                end_after=gone,
            )
        assert (0, "200\n", "") == ended

    async def test_ctrl_c_while_handing_over(self) -> None:
        """Ctrl-C ends a call that is only being handed over.

        The loop is busy with another call, so the handing over takes its time; what was handed over must not begin.
        """
        code, out, _ = await run(
            """
            import time
            from stytch_b2b_async import Reply
            busy, handing, calls = threading.Event(), threading.Event(), []

            class Busy:
                async def send(self, call, **_):
                    calls.append(call)
                    if len(calls) == 1:
                        busy.set()
                        handing.wait()
                        time.sleep(0.2)
                        os.kill(os.getpid(), signal.SIGINT)
                        time.sleep(0.2)
                    return Reply(200, {}, b'{"request_id": "r", "status_code": 200}')

            client = BlockingClient("project-test-1", "secret-test-1", transport=Busy())
            other = threading.Thread(target=client.send, args=(request,))
            other.start()
            busy.wait()
            try:
                handing.set()
                client.send(request)
            except KeyboardInterrupt:
                other.join()
                client.send(request)
                print(len(calls))
            """,
            "",
        )
        assert (0, "2\n") == (code, out)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
    @pytest.mark.parametrize("used", ["client.send(request)", "pass"], ids=["used before", "unused before"])
    @pytest.mark.parametrize("leave", ["os._exit(0)", "sys.exit(0)"])
    async def test_a_client_works_on_both_sides_of_a_fork(self, used: str, leave: str) -> None:
        async with serving(ok()) as server:
            ended = await run(
                f"""
                import warnings
                warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads is what is tried here
                {used}
                child = os.fork()
                if child == 0:
                    assert client.send(request).status_code == 200
                    assert client.with_options(timeout=5).send(request).status_code == 200
                    {leave}
                _, status = os.waitpid(child, 0)
                assert client.send(request).status_code == 200
                print(os.waitstatus_to_exitcode(status))
                """,
                server.url,
            )
        assert (0, "0\n", "") == ended

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
    @pytest.mark.parametrize("leave", ["client.close(); sys.exit(0)", "del client; sys.exit(0)", "sys.exit(0)"])
    async def test_idle_child(self, leave: str) -> None:
        """A child that calls nothing leaves the parent alone."""
        async with serving(ok()) as server:
            ended = await run(
                f"""
                import warnings
                warnings.simplefilter("ignore", DeprecationWarning)
                client.send(request)
                child = os.fork()
                if child == 0:
                    {leave}
                _, status = os.waitpid(child, 0)
                assert client.send(request).status_code == 200
                print(os.waitstatus_to_exitcode(status))
                """,
                server.url,
            )
        assert (0, "0\n", "") == ended
        assert 2 == len(server.seen)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
    async def test_async_client_after_fork(self) -> None:
        """An awaited client works on both sides of a fork."""
        async with serving(ok()) as server:
            ended = await run(
                """
                import asyncio, warnings
                warnings.simplefilter("ignore", DeprecationWarning)
                client = Client("project-test-1", "secret-test-1", base_url=url)

                async def main():
                    await client.send(request)
                    child = os.fork()
                    if child == 0:
                        asyncio._set_running_loop(None)

                        async def again():
                            async with client:
                                assert (await client.send(request)).status_code == 200

                        asyncio.run(again())
                        os._exit(0)
                    _, status = os.waitpid(child, 0)
                    assert (await client.send(request)).status_code == 200
                    await client.close()
                    print(os.waitstatus_to_exitcode(status))

                asyncio.run(main())
                """,
                server.url,
            )
        assert (0, "0\n", "") == ended
        assert 3 == len(server.seen)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
    async def test_child_of_a_used_parent(self) -> None:
        """A child is not blamed for what only its parent used."""
        async with serving(ok()) as server:
            ended = await run(
                """
                import asyncio
                client = Client("project-test-1", "secret-test-1", base_url=url)
                asyncio.run(client.send(request))
                child = os.fork()
                if child == 0:
                    sys.exit(0)
                print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
                asyncio.run(client.close())
                """,
                server.url,
            )
        assert (0, "0\n", "") == ended
