"""Commands in a process of their own, and on a terminal."""

# ruff: noqa: S603  # the command is the package's own
import os
import signal
import subprocess
import sys

import pexpect
import pytest

from stytch_b2b_async.emulator import Emulator

from .conftest import Run

COMMAND = [sys.executable, "-m", "stytch_b2b_async"]


def on_terminal(*arguments: str) -> "pexpect.spawn[str]":
    return pexpect.spawn(COMMAND[0], [*COMMAND[1:], *arguments], encoding="utf-8", timeout=30, dimensions=(40, 80))


def test_what_acts_once_is_asked_about(emulator: Emulator) -> None:
    """It says what will happen, and to which project; the answer no ends it with status 130."""
    session = on_terminal("call", "organizations.create", "--organization-name", "Asked")
    session.expect("organizations.create: Create an organization")
    session.expect(emulator.project_id)
    session.expect(r"Go ahead\? \[y/N\]")
    session.sendline("n")
    session.expect(pexpect.EOF)
    session.close()
    assert 130 == session.exitstatus
    session = on_terminal("call", "organizations.create", "--organization-name", "Asked", "--yes")
    session.expect('"organization_name": "Asked"|Asked')
    session.expect(pexpect.EOF)
    session.close()
    assert 0 == session.exitstatus


def test_a_required_secret_is_asked_for_without_echo() -> None:
    session = on_terminal("call", "passwords.strength_check")
    session.expect("password: ")
    session.sendline("correct horse battery staple")
    session.expect(pexpect.EOF)
    session.close()
    assert session.before is not None
    assert "correct horse" not in session.before
    assert "valid_password" in session.before


def test_colours_on_a_terminal_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not with NO_COLOR."""
    arguments = ("call", "debug.whoami", "--dry-run")
    shown = [pexpect.run(" ".join([*COMMAND, *arguments]), encoding="utf-8")]
    monkeypatch.setenv("NO_COLOR", "1")
    shown.append(pexpect.run(" ".join([*COMMAND, *arguments]), encoding="utf-8"))
    assert [True, False] == ["\x1b[" in text for text in shown]
    assert "\x1b[" not in run(*arguments).out


def test_ctrl_c_ends_quietly(emulator: Emulator) -> None:
    """With status 130 and without a traceback."""
    with emulator.blocking_client() as client:
        client.passwords.discovery.email.reset_start(email_address="ada@example.com")
    with subprocess.Popen([*COMMAND, "tail"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith("mail")  # it is following
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (130, "Interrupted.") == (process.returncode, errors.strip())


def test_a_closed_pipe_ends_quietly() -> None:
    """As in `… | head -1`."""
    with subprocess.Popen([*COMMAND, "call", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"" == process.stderr.read()
        assert 0 == process.wait(10)


def test_a_terminal_without_utf_8() -> None:
    """What it lacks is shown as an escape."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    program = [*COMMAND, "call", "organizations.create", "--organization-name", "Zoë ☃", "-q", "organization.organization_name"]
    ran = subprocess.run(program, capture_output=True, env=environment, check=True, timeout=30)
    assert b'"Zo\\u00eb \\u2603"\n' == ran.stdout


def test_without_the_extra_it_says_what_to_install() -> None:
    program = "import sys; sys.modules['click'] = None; from stytch_b2b_async.cli import main; sys.exit(main(['call']))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert (2, "stytch-b2b needs click and rich: pip install 'stytch-b2b-async[cli]'\n") == (ran.returncode, ran.stderr)
