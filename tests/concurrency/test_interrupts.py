"""Ctrl-C and signal handlers come between any two instructions: in a first call, in a later one, while a client is being closed."""

import os
import subprocess
import sys
import textwrap

import pytest

HEAD = """
import os, random, signal, sys, threading, time
from stytch_b2b_async import BlockingClient, ClientClosedError, Reply
from stytch_b2b_async.api.passwords.email import RequireReset

request = RequireReset(email_address="ada@example.com")


def ignore_interrupts(lost, show=sys.unraisablehook):
    if lost.exc_type is not KeyboardInterrupt:  # Python drops what is raised in the callback of a weak reference
        show(lost)


sys.unraisablehook = ignore_interrupts


class Canned:
    async def send(self, *_, **__):
        return Reply(200, {}, b'{"request_id": "r", "status_code": 200}')


def new_client():
    return BlockingClient("project-test-1", "secret-test-1", transport=Canned())


def call(client):
    assert client.send(request).status_code == 200


def threads():
    return [thread for thread in threading.enumerate() if thread is not threading.main_thread()]


def wait_until_gone():
    until = time.monotonic() + 20
    while threads():
        assert time.monotonic() < until, threads()
        time.sleep(0.001)


def files():
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def at_instruction(number, act, happen):
    # Do something, and let `happen` come before one of its instructions; tells whether there were as many.
    left = [number]

    def trace(frame, event, _):
        frame.f_trace_opcodes = True
        if event == "opcode":
            left[0] -= 1
            if left[0] == 0:
                sys.settrace(None)
                happen()
        return trace

    sys._getframe().f_trace_opcodes = True  # or 3.12 tells of none
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(None)
    return left[0] <= 0


def interrupt():
    raise KeyboardInterrupt


first = new_client()
call(first)  # what is imported once
first.close()
wait_until_gone()
"""


def run(script: str) -> str:
    """Run a program to its end, within a bound that only a hang reaches."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", HEAD + textwrap.dedent(script)], capture_output=True, text=True, check=False, timeout=90
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


@pytest.mark.parametrize("act", ["first call", "later call", "close", "close unused"])
def test_interrupt_at_each_instruction(act: str) -> None:
    """The client goes on working, and when it is closed neither thread nor loop is left."""
    out = run(
        f"""
        act, before = {act!r}, files()
        number = 0
        while True:
            number += 1
            client = new_client()
            if act in ("later call", "close"):
                call(client)
            try:
                came = at_instruction(number, client.close if "close" in act else lambda: call(client), interrupt)
            except KeyboardInterrupt:
                came = True
            if "close" not in act:
                call(client)
            client.close()
            try:
                call(client)
            except ClientClosedError:
                pass
            else:
                raise AssertionError("a closed client answered")
            wait_until_gone()
            if not came:
                break
        assert files() <= before + 2, (before, files())
        print(number)
        """
    )
    assert int(out) > (20 if act == "close unused" else 40)


@pytest.mark.parametrize("act", ["first call", "later call"])
def test_dropped_after_interrupt(act: str) -> None:
    """Whoever does not close an interrupted client, but forgets it, leaves nothing either."""
    run(
        f"""
        import gc
        number, came = 0, True
        while came:
            number += 3
            client = new_client()
            if {act!r} == "later call":
                call(client)
            try:
                came = at_instruction(number, lambda: call(client), interrupt)
            except KeyboardInterrupt:
                pass
            del client
            gc.collect()
            wait_until_gone()
        """
    )


@pytest.mark.slow
@pytest.mark.parametrize("act", ["first call", "later call", "close"])
@pytest.mark.parametrize("handler", ["call", "close"])
def test_handler_at_each_instruction(act: str, handler: str) -> None:
    """A signal handler runs in the thread that it interrupts: a lock that is held there would be waited for for ever."""
    run(
        f"""
        act, handler = {act!r}, {handler!r}
        number, came = 0, True
        while came:
            number += 1
            client = new_client()
            if act != "first call":
                call(client)
            outcomes = []

            def happen():
                try:
                    call(client) if handler == "call" else client.close()
                    outcomes.append("done")
                except ClientClosedError:
                    outcomes.append("closed")

            try:
                came = at_instruction(number, client.close if act == "close" else lambda: call(client), happen)
            except ClientClosedError:
                assert handler == "close"
            if handler == "call" and act != "close":
                assert outcomes == (["done"] if came else []), outcomes
                call(client)
            client.close()
            wait_until_gone()
        """
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no timers that send signals here")
@pytest.mark.parametrize("handler", ["call(client)", "client.close()", "raise KeyboardInterrupt"])
def test_real_signals(handler: str) -> None:
    """They also end a wait inside the interpreter, in the middle of an instruction."""
    run(
        f"""
        def handle(*_):
            if threading.active_count() > 50:
                return
            try:
                {handler}
            except ClientClosedError:
                pass

        signal.signal(signal.SIGALRM, handle)
        random.seed(1)
        for _ in range(300):
            client = new_client()
            try:
                signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, 3e-3))
                call(client)
                call(client)
                client.close()
            except (ClientClosedError, KeyboardInterrupt):
                pass
            try:
                signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:  # it came just now
                signal.setitimer(signal.ITIMER_REAL, 0)
            client.close()
            wait_until_gone()
        """
    )


def test_two_interrupts() -> None:
    """The second comes while the first is being dealt with."""
    run(
        """
        random.seed(2)
        for _ in range(400):
            client = new_client()
            if random.random() < 0.5:
                call(client)
            left = [random.randrange(1, 150), random.randrange(1, 40)]

            def trace(frame, event, _):
                frame.f_trace_opcodes = True
                if event == "opcode" and left:
                    left[0] -= 1
                    if left[0] == 0:
                        left.pop(0)
                        raise KeyboardInterrupt
                return trace

            def attempt():
                call(client)

            sys._getframe().f_trace_opcodes = True
            try:
                sys.settrace(trace)
                try:
                    attempt()
                except KeyboardInterrupt:
                    sys.settrace(trace)
                    attempt()
            except KeyboardInterrupt:
                pass
            finally:
                sys.settrace(None)
            call(client)
            client.close()
            wait_until_gone()
        """
    )
