"""What is imported on first use is whole for everybody, whatever comes in between: a fork, or a signal handler."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

HEAD = """
import os, signal, sys, threading, time, warnings
from importlib.machinery import PathFinder
from stytch_b2b_async import BlockingClient, Reply

warnings.simplefilter("ignore", DeprecationWarning)  # about forks beside threads, which are what is tried here
signal.alarm(60)  # for a parent that hangs


class Canned:
    async def send(self, *_, **__):
        return Reply(200, {}, b'{"request_id": "r", "status_code": 200, "member_id": 5}')


class Slow:
    # Takes its time over one module, and says that it has begun.
    def __init__(self, name, begun):
        self.name, self.begun = name, begun

    def find_spec(self, name, path=None, target=None):
        if name == self.name:
            self.name = None
            self.begun()
            time.sleep(0.3)
        return None


def first_touch(client):
    assert client.passwords.email.require_reset(email_address="ada@example.com").status_code == 200


client = BlockingClient("project-test-1", "secret-test-1", transport=Canned())
"""

MODULES = [
    "anyio._backends._asyncio",  # by the loop's thread
    "cattrs",  # likewise, for a response that does not match its declaration
    "stytch_b2b_async.api.passwords",  # by the caller
    "stytch_b2b_async.api.passwords.email",
]


def run(script: str) -> str:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", HEAD + textwrap.dedent(script)], capture_output=True, text=True, check=False, timeout=90
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.parametrize("module", MODULES)
def test_a_fork_during_a_first_import(module: str) -> None:
    """The child has none of its parent's threads: a module that one of them was importing would be locked for ever."""
    out = run(
        f"""
        begun = threading.Event()
        sys.modules.pop({module!r}, None)
        sys.meta_path.insert(0, Slow({module!r}, begun.set))
        other = threading.Thread(target=first_touch, args=(client,))
        other.start()
        assert begun.wait(30)
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            first_touch(client)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        other.join()
        print(os.waitstatus_to_exitcode(status))
        """
    )
    assert "0\n" == out


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_fork_waits_for_own_imports() -> None:
    """A fork waits for imports of this package alone.

    A thread whose program runs inside the import of its own module would hold up every fork.
    """
    out = run(
        """
        import tempfile
        first_touch(client)
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "serves_forever.py"), "w") as file:
                file.write("import __main__; __main__.begun.set(); __main__.end.wait()")
            sys.path.insert(0, folder)
            begun, end = threading.Event(), threading.Event()
            other = threading.Thread(target=__import__, args=("serves_forever",))
            other.start()
            assert begun.wait(30)
            since = time.monotonic()
            child = os.fork()
            if child == 0:
                os._exit(0)
            os.waitpid(child, 0)
            print(time.monotonic() - since < 2)
            end.set()
            other.join()
        """
    )
    assert "True\n" == out


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signals here")
@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES[2:])
@pytest.mark.parametrize("handler", ["first_touch(client)", "fork()", "raise KeyboardInterrupt"])
def test_a_signal_during_a_first_import(module: str, handler: str) -> None:
    """Its handler finds no half of a module, and leaves none behind."""
    out = run(
        f"""
        outcomes = []

        def fork():
            child = os.fork()
            if child == 0:
                signal.alarm(10)
                first_touch(client)
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

        def handle(*_):
            outcomes.append("begun")
            {handler}
            outcomes.append("done")

        signal.signal(signal.SIGUSR1, handle)
        sys.meta_path.insert(0, Slow({module!r}, lambda: os.kill(os.getpid(), signal.SIGUSR1)))
        try:
            first_touch(client)
        except KeyboardInterrupt:
            outcomes.append("interrupted")
        first_touch(client)
        print(*outcomes)
        """
    )
    assert ("begun interrupted\n" if "raise" in handler else "begun done\n") == out
