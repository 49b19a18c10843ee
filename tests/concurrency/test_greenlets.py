"""Blocking calls where gevent or eventlet has put greenlets in the place of threads, before the package was imported or after."""

import importlib.util
import itertools
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.http_servers import Script, ok, serving_aside

HEAD = """
import os, sys, time, warnings
warnings.simplefilter("ignore")  # of eventlet's deprecation, and of forks beside threads

library, when, use_uvloop, url = sys.argv[1:5]


def patch():
    if library == "gevent":
        from gevent import monkey
        monkey.patch_all()
    else:
        os.environ["EVENTLET_NO_GREENDNS"] = "yes"  # which imports httpx where h2 is installed, and eventlet cannot patch that
        import eventlet
        eventlet.monkey_patch()


if when == "before":
    patch()
from stytch_b2b_async import APITimeoutError, BlockingClient
from stytch_b2b_async.api.passwords.email import RequireReset
if when == "after":
    patch()

if library == "gevent":
    import gevent
    from gevent import Timeout, sleep, spawn
    join = gevent.joinall
else:
    import eventlet
    from eventlet import Timeout, sleep, spawn

    def join(greenlets):
        for greenlet in greenlets:
            greenlet.wait()

request = RequireReset(email_address="ada@example.com")


def new_client(**options):
    return BlockingClient("project-test-1", "secret-test-1", base_url=url, use_uvloop=use_uvloop == "uvloop", **options)


client = new_client()
"""

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")


class Program(NamedTuple):
    """How a program is patched, and which loop its client takes."""

    library: str
    when: str
    loop: str

    def run(self, script: str, url: str) -> str:
        """Run it to its end, within a bound that only a hang reaches. It complains of nothing."""
        command = [sys.executable, "-c", HEAD + textwrap.dedent(script), self.library, self.when, self.loop, url]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
        assert (0, "") == (done.returncode, done.stderr)
        return done.stdout


def programs() -> Iterator[object]:
    """List all; one of each library runs among the quick tests."""
    for library, when, loop in itertools.product(["gevent", "eventlet"], ["before", "after"], ["asyncio", "uvloop"]):
        quick = (when, loop) == ("before", "asyncio")
        marks = () if quick else (pytest.mark.slow,)
        yield pytest.param((library, when, loop), id=f"{library}-{when}-{loop}", marks=marks)


@pytest.fixture(params=[*programs()])
def program(request: pytest.FixtureRequest) -> Program:
    made = Program(*request.param)
    for needed in (made.library, made.loop):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed")
    return made


@pytest.fixture
def server() -> Iterator[Script]:
    with serving_aside(ok(member_id="member-1")) as script:
        yield script


@pytest.mark.parametrize(
    ("host", "end"), [("127.0.0.1", ""), ("localhost", "client.close(); other.close()")], ids=["left open", "by name, closed"]
)
def test_calls(program: Program, host: str, end: str, server: Script) -> None:
    """A first call, many at once, and those of a second client, whose loop must not get in the way of the first one's."""
    out = program.run(
        f"""
        print(client.send(request).member_id)
        answers = []
        join([spawn(lambda: answers.append(client.send(request).member_id)) for _ in range(30)])
        other = new_client()
        join([spawn(lambda: answers.append(other.send(request).member_id)) for _ in range(10)])
        print(len(answers), set(answers))
        import asyncio
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            print("no loop runs in the program's own thread")
        {end}
        """,
        server.url.replace("127.0.0.1", host),
    )
    assert "member-1\n40 {'member-1'}\nno loop runs in the program's own thread\n" == out


def test_a_loop_that_does_not_start(program: Program, server: Script) -> None:
    """A call waits for it no longer than its timeout, and lets other greenlets run meanwhile."""
    out = program.run(
        """
        from stytch_b2b_async.concurrency.native_threads import allocate_lock
        thread = client._runner._current[0]
        make, locked, ticks = thread._loop_factory, allocate_lock(), []
        locked.acquire()

        def late():
            locked.acquire(True, 1.5)
            return make()

        def tick():
            for _ in range(3):
                sleep(0.01)
                ticks.append(1)

        thread._loop_factory = late
        ticking = spawn(tick)
        try:
            client.with_options(timeout=0.3).send(request)
        except APITimeoutError as error:
            print(len(ticks), error.maybe_applied)
        print(client.send(request).member_id)
        """,
        server.url,
    )
    assert "3 False\nmember-1\n" == out
    assert 1 == len(server.seen)


def test_batches(program: Program, server: Script, tmp_path: Path) -> None:
    """Two at once, with journals and sources that wait; leaving one early ends it, and other greenlets go on."""
    out = program.run(
        f"""
        ticks = []

        def tick():
            while True:
                sleep(0.01)
                ticks.append(1)

        spawn(tick)

        def source(count):
            for number in range(count):
                if number % 20 == 0:
                    sleep(0.02)
                yield RequireReset(email_address=f"{{number}}@example.com")

        def run(journal, found):
            for outcome in client.batch(source(100), concurrency=8, journal=journal):
                found.append(outcome.ok)

        first, second, again, folder = [], [], [], {str(tmp_path)!r}
        join([spawn(run, folder + "/first", first), spawn(run, folder + "/second", second)])
        run(folder + "/first", again)
        print(sum(first), sum(second), len(again), len(ticks) > 3)
        for outcome in client.batch(source(1000)):
            break
        del outcome
        client.batch(source(10)).close()
        with Timeout(20):
            client.close()
        print("closed")
        """,
        server.url,
    )
    assert "100 100 0 True\nclosed\n" == out


async def hold(_: object) -> object:
    import asyncio

    await asyncio.Event().wait()
    raise AssertionError


def test_waiting(program: Program) -> None:
    """Other greenlets go on; the call's own deadline ends it, and so do the library's timeouts and kills."""
    with serving_aside(hold) as server:  # type: ignore[arg-type]  # it never answers
        out = program.run(
            """
            ticks = []

            def tick():
                while True:
                    sleep(0.01)
                    ticks.append(1)

            spawn(tick)
            try:
                client.with_options(timeout=1, max_attempts=1).send(request)
            except APITimeoutError as error:
                print("APITimeoutError", len(ticks) > 10)
            try:
                with Timeout(0.2):
                    client.send(request)
            except Timeout:
                print("Timeout")
            caller = spawn(client.send, request)
            sleep(0.1)
            caller.kill()
            for _ in range(200):
                if not client._runner._current[0]._open:
                    print("nothing under way")
                    break
                sleep(0.01)
            """,
            server.url,
        )
    assert "APITimeoutError True\nTimeout\nnothing under way\n" == out


@forks
@pytest.mark.parametrize("used", ["client.send(request)", "pass"], ids=["used before", "unused before"])
def test_prefork(program: Program, used: str, server: Script) -> None:
    """As gunicorn does with `--preload`: made in the master, used in workers that serve greenlets."""
    out = program.run(
        f"""
        {used}
        sys.stdout.flush()
        children = []
        for _ in range(2):
            child = os.fork()
            if child == 0:
                answers = []
                join([spawn(lambda: answers.append(client.send(request).member_id)) for _ in range(10)])
                assert answers == ["member-1"] * 10
                sys.exit(0)
            children.append(child)
        print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children], client.send(request).member_id)
        """,
        server.url,
    )
    assert "[0, 0] member-1\n" == out


def test_files(program: Program, server: Script) -> None:
    """Waiting takes nothing that it does not give back."""
    if not os.path.isdir("/proc/self/fd"):  # noqa: PTH112
        pytest.skip("nothing to count with here")
    out = program.run(
        """
        client.send(request)
        before = len(os.listdir("/proc/self/fd"))
        join([spawn(lambda: [client.send(request) for _ in range(5)]) for _ in range(10)])
        idle = len(client._runner._current[0]._open)
        for _ in range(50):
            with Timeout(0.0005, False):
                client.send(request)
        client.close()
        print(idle, len(os.listdir("/proc/self/fd")) <= before)
        """,
        server.url,
    )
    assert "0 True\n" == out
