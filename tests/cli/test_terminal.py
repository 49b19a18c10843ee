"""Commands in a process of their own, and on a terminal."""

# ruff: noqa: S603  # the command is the package's own
import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import pexpect
import pytest

from stytch_b2b_async.cli.run import reader_is_gone
from stytch_b2b_async.emulator import Emulator

from .conftest import Run

COMMAND = [sys.executable, "-m", "stytch_b2b_async"]


@pytest.fixture(scope="module")
def organization_id(emulator: Emulator) -> str:
    """An organization with a name that few encodings have."""
    with emulator.blocking_client() as client:
        return client.organizations.create(organization_name="Zoë ☃").organization.organization_id


def on_terminal(*arguments: str) -> "pexpect.spawn[str]":
    return pexpect.spawn(COMMAND[0], [*COMMAND[1:], *arguments], encoding="utf-8", timeout=30, dimensions=(40, 80))


def test_what_acts_once_is_asked_about(emulator: Emulator) -> None:
    """It says what will happen, and to which project; the answer no ends it with status 130."""
    session = on_terminal("call", "organizations.create", "--organization-name", "Asked")
    session.expect("organizations.create: Create an organization")
    session.expect(emulator.project_id)
    session.expect(r"Go ahead\? \[y/N\]")
    session.sendline("n")
    session.expect("Nothing was sent")
    session.expect(pexpect.EOF)
    session.close()
    assert 130 == session.exitstatus
    session = on_terminal("call", "organizations.create", "--organization-name", "Asked", "--yes")
    session.expect('"organization_name": "Asked"|Asked')
    session.expect(pexpect.EOF)
    session.close()
    assert 0 == session.exitstatus


def test_hidden_prompt() -> None:
    """A required secret is asked for without echo."""
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


def test_interrupted_prompt() -> None:
    """An interruption at a prompt is a line of its own. The terminal has shown ^C behind the question."""
    session = on_terminal("call", "organizations.create", "--organization-name", "Asked")
    session.expect(r"Go ahead\? \[y/N\]: ")
    session.sendintr()
    session.expect(r"\^C\r\nInterrupted\.\r\n")
    session.expect(pexpect.EOF)
    session.close()
    assert 130 == session.exitstatus


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_an_error_without_colours(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an option, which click would print, and of a call."""
    monkeypatch.setenv("TERM", "xterm-256color")
    wrong = " ".join([*COMMAND, "call", "debug.whoami", "--nothing"])
    assert "\x1b[91m" in str(pexpect.run(wrong, encoding="utf-8"))
    monkeypatch.setenv(name, value)
    shown = str(pexpect.run(wrong, encoding="utf-8"))
    assert "No such option" in shown
    assert "\x1b" not in shown


def test_doctor_wraps_between_words() -> None:
    """And lines up what goes on."""
    shown = str(pexpect.run(" ".join([*COMMAND, "doctor"]), encoding="utf-8", env={**os.environ, "COLUMNS": "80"}, timeout=30))
    lines = [click.unstyle(line) for line in shown.splitlines()]
    assert [] == [line for line in lines if len(line) > 80]
    assert any(line.startswith("      STYTCH_PROJECT_ID") for line in lines), shown


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_table_without_utf_8(encoding: str, organization_id: str) -> None:
    """Escapes are laid out as what they are; cp1252 is that of Windows consoles."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    query = "[{name: organization.organization_name, id: 'x'}]"
    program = [*COMMAND, "call", "organizations.get", "--organization-id", organization_id, "-o", "table", "-q", query]
    ran = subprocess.run(program, capture_output=True, env=environment, check=True, timeout=30)
    lines = ran.stdout.decode(encoding).splitlines()
    assert any(r"\u2603" in line for line in lines)
    assert 1 == len({len(line) for line in lines})


def test_a_table_that_is_too_wide(run: Run, organization_id: str) -> None:
    """Each row becomes a table of its fields: dozens of columns of one character would tell nothing."""
    query = f"organizations[?organization_id == '{organization_id}']"
    shown = run("call", "organizations.search", "-o", "table", "-q", query).out
    assert "│ organization_name " in shown
    assert organization_id in shown


def test_help_uses_a_wide_terminal(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    widths: list[int] = []
    for columns in ("80", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        shown = run("batch", "--help").out
        widths.append(max(len(line) for line in shown.splitlines()))
    assert widths[0] <= 80
    assert 100 < widths[1] <= 120


def test_a_suggestion_ends_with_its_own_mark(run: Run) -> None:
    ran = run("call", "passwords.email.require_reset", "--email-address", "a", "--json", '{"email_addres": "b"}')
    assert ran.err.splitlines()[0].endswith("unknown parameter email_addres; did you mean email_address?")


@pytest.fixture
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for the gateway's log."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


@pytest.mark.usefixtures("state_folder")
@pytest.mark.parametrize(("status", "command"), [(1, ("emulator",)), (2, ("explorer", "--no-open")), (2, ("gateway",))])
def test_a_port_that_is_taken(status: int, command: tuple[str, ...], run: Run) -> None:
    """It is told in the words of the system."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run(*command, "--port", str(taken.getsockname()[1]))
    assert status == ran.status
    assert 1 == len(ran.err.splitlines())
    assert ("--port" in ran.err) is (command != ("emulator",))
    assert ran.err.rstrip(".\n").endswith(": " + os.strerror(errno.EADDRINUSE)), ran.err
    assert ":memory:" not in ran.err


def test_error_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is a sentence and where to read on."""
    ran = run("call", "passwords.email.require_rset")
    sentence = "stytch-b2b: No such endpoint 'passwords.email.require_rset'. Did you mean 'passwords.email.require_reset'?"
    assert [2, sentence, 1] == [ran.status, ran.err.splitlines()[0], ran.err.count("--help")]
    for name in ("STYTCH_PROJECT_ID", "STYTCH_SECRET", "STYTCH_BASE_URL"):
        monkeypatch.delenv(name)
    ran = run("call", "debug.whoami")
    assert 2 == ran.status
    assert "No credentials: set STYTCH_PROJECT_ID and STYTCH_SECRET, or run `stytch-b2b profile add NAME`." in ran.err


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device is Linux's")
@pytest.mark.parametrize("arguments", [("--help",), ("call", "debug.whoami")])
def test_a_full_disk_is_a_sentence(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=30)
    assert (1, "stytch-b2b: No space left on device.\n") == (ran.returncode, ran.stderr)


@pytest.mark.parametrize(("closed", "status"), [("<&-", 2), (">&-", 2), ("2>&-", 2)])
def test_closed_streams(closed: str, status: int) -> None:
    """As a service may have them."""
    shell = ["/bin/sh", "-c", f'"$@" {closed}', "sh", *COMMAND, "call", "passwords.strength_check"]
    ran = subprocess.run(shell, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=30)
    assert status == ran.returncode
    assert "Traceback" not in ran.stdout + ran.stderr


def test_closed_pipe_on_windows() -> None:
    """Windows tells of a closed pipe by another error."""
    for error, on_windows in [
        (OSError(errno.EPIPE, ""), False),
        (OSError(errno.EPIPE, ""), True),
        (OSError(errno.EINVAL, ""), True),
    ]:
        assert reader_is_gone(error, on_windows=on_windows)
    assert not reader_is_gone(OSError(errno.EINVAL, ""), on_windows=False)
    assert not reader_is_gone(OSError(errno.ENOSPC, ""), on_windows=True)


def test_a_terminal_without_utf_8() -> None:
    """What it lacks is shown as an escape."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    program = [*COMMAND, "call", "organizations.create", "--organization-name", "Zoë ☃", "-q", "organization.organization_name"]
    ran = subprocess.run(program, capture_output=True, env=environment, check=True, timeout=30)
    assert b'"Zo\\u00eb \\u2603"\n' == ran.stdout


def test_missing_extra() -> None:
    """Without the extra it says what to install."""
    program = "import sys; sys.modules['click'] = None; from stytch_b2b_async.cli import main; sys.exit(main(['call']))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert (2, "stytch-b2b needs click and rich: pip install 'stytch-b2b-async[cli]'\n") == (ran.returncode, ran.stderr)
