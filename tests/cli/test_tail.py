"""The command `tail`."""

import socket
import subprocess
import sys

import pytest

from stytch_b2b_async.emulator import Emulator

from .conftest import Run


def test_mail_and_calls_are_shown(run: Run, emulator: Emulator) -> None:
    """Each in a line: what was mailed, with its code, and what was answered."""
    with emulator.blocking_client() as client:
        client.otps.email.discovery.send(email_address="tail@example.com")
    code = emulator.outbox.last(to="tail@example.com").code
    ran = run("tail", "--once")
    assert (0, "") == (ran.status, ran.err)
    lines = ran.out.splitlines()
    assert any(line.startswith("mail") and "to tail@example.com" in line and code in line for line in lines)
    assert "200   POST /v1/b2b/otps/email/discovery/send" == lines[-1]


def test_calls_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also beyond the five hundred that the emulator remembers, and after a reset."""
    with Emulator() as stytch, stytch.blocking_client() as client:
        monkeypatch.setenv("STYTCH_BASE_URL", stytch.url)
        for _ in range(510):
            client.project.metrics()
        program = [sys.executable, "-m", "stytch_b2b_async", "tail"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own
            assert process.stdout is not None
            try:
                shown = [process.stdout.readline() for _ in range(500)]
                assert {"200   GET /v1/projects/metrics\n"} == set(shown)
                client.debug.whoami()
                assert "200   GET /v1/debug/whoami\n" == process.stdout.readline()
                stytch.reset()
                client.rbac.policy()
                assert "200   GET /v1/b2b/rbac/policy\n" == process.stdout.readline()
            finally:
                process.terminate()


def test_nobody_listens(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with the status of no answer."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("STYTCH_BASE_URL", url)
    ran = run("tail")
    assert (3, "") == (ran.status, ran.out)
    assert f"stytch-b2b: No emulator answers at {url}. Is it running? stytch-b2b emulator\n" == ran.err
