"""Batches on a terminal, and signals."""

# ruff: noqa: S603  # the command is the package's own
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pexpect
import pytest
from support.ledger import RunningLedger, running_ledger

from stytch_b2b_async.cli.batch import progress

from .conftest import Run

RESET = "passwords.email.require_reset"
PAGE = Path(__file__).parents[2] / "docs" / "batches.md"
COMMAND = [sys.executable, "-m", "stytch_b2b_async"]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningLedger]:
    with running_ledger(delay=0.05) as running:
        yield running


@pytest.fixture
def ledger(server: RunningLedger, monkeypatch: pytest.MonkeyPatch) -> RunningLedger:
    monkeypatch.setenv("STYTCH_BASE_URL", server.url)
    return server


def on_terminal(*arguments: str) -> "pexpect.spawn[str]":
    return pexpect.spawn(COMMAND[0], [*COMMAND[1:], *arguments], encoding="utf-8", timeout=30, dimensions=(40, 120))


def command(tmp_path: Path, count: int) -> list[str]:
    source = tmp_path / "in.csv"
    source.write_text("email_address\n" + "".join(f"{tmp_path.name}{row}\n" for row in range(count)))
    return ["batch", RESET, str(source), "-o", str(tmp_path / "out.jsonl"), "--concurrency", "4"]


@pytest.mark.usefixtures("ledger")
def test_a_bar_and_an_interruption(tmp_path: Path) -> None:
    """It asks first. The first Ctrl-C lets what is in flight finish; the same command goes on."""
    session = on_terminal(*command(tmp_path, 120))
    session.expect(r"Go ahead\? \[y/N\]")
    session.sendline("y")
    session.expect(r"━.* %.*/120.*/s.*no errors.*left")
    session.sendintr()
    session.expect("Stopping when what is in flight has finished")
    session.expect("not sent")
    session.expect("The same command goes on from here")
    session.expect(pexpect.EOF)
    session.close()
    assert 130 == session.exitstatus
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert 0 < len(lines) < 120
    assert all(json.loads(line)["ok"] for line in lines)
    session = on_terminal(*command(tmp_path, 120), "--yes")
    session.expect(r"\(\d+ are finished\)")
    session.expect("100 %.*120/120")
    session.expect(pexpect.EOF)
    session.close()
    assert 0 == session.exitstatus
    assert 120 == len((tmp_path / "out.jsonl").read_text().splitlines())


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("columns", [40, 80])
def test_narrow_terminals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Rate, errors and time left are whole; the bar and the count are left out where they have no room."""
    monkeypatch.delenv("COLUMNS")
    arguments = command(tmp_path, 40)
    session = pexpect.spawn(COMMAND[0], [*COMMAND[1:], *arguments, "--yes"], encoding="utf-8", timeout=30, dimensions=(40, columns))
    session.expect(pexpect.EOF)
    assert session.before is not None
    lines = [line for line in re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", session.before)) if " left" in line]
    assert lines
    assert all(re.search(r"%.* [\d.]+/s +no errors +0:00:\d\d left *$", line) and "…" not in line for line in lines), lines
    assert (columns == 80) == any("━" in line for line in lines), lines


def test_the_second_signal_ends_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without waiting for the server."""
    with running_ledger(delay=20) as slow:
        monkeypatch.setenv("STYTCH_BASE_URL", slow.url)
        arguments = [*COMMAND, *command(tmp_path, 10), "--yes"]
        with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            while slow.total() < 4:
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            assert "Stopping" in next(line for line in process.stderr if "Stopping" in line)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=15)
        assert time.monotonic() - began < 10
        assert 143 == process.returncode


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_anything_is_sent(tmp_path: Path, number: signal.Signals) -> None:
    source = tmp_path / "in.csv"
    os.mkfifo(source)
    arguments = [*COMMAND, "batch", RESET, str(source), "-o", str(tmp_path / "out.jsonl"), "--yes"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process, source.open("w"):
        process.send_signal(number)
        _, printed = process.communicate(timeout=15)
    assert 128 + number == process.returncode
    assert "Interrupted" in printed
    assert "Traceback" not in printed
    assert [source] == list(tmp_path.iterdir())


def test_rows_that_were_in_flight_are_in_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the second signal too, each row that was sent has a line, and is counted."""
    source, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text("organization_name\n" + "".join(f"Flight {row}\n" for row in range(10)))
    arguments = [*COMMAND, "batch", "organizations.create", str(source), "-o", str(out), "--concurrency", "4", "--yes"]
    with running_ledger(delay=20) as slow:
        monkeypatch.setenv("STYTCH_BASE_URL", slow.url)
        for sent, unknown, extra in ((4, 4, []), (8, 8, []), (12, 8, ["--resend-unknown"])):
            with subprocess.Popen([*arguments, *extra], stderr=subprocess.PIPE, text=True) as process:
                assert process.stderr is not None
                while slow.total() < sent and process.poll() is None:
                    time.sleep(0.01)
                process.send_signal(signal.SIGINT)
                next(line for line in process.stderr if "Stopping" in line)
                process.send_signal(signal.SIGINT)
                _, printed = process.communicate(timeout=15)
            assert 130 == process.returncode
            assert re.search(rf"^unknown +{unknown}$", printed, re.MULTILINE), printed
            lines = [json.loads(line) for line in out.read_text().splitlines()]
            assert ["unknown_outcome"] * unknown == [line["error_type"] for line in lines]
            assert unknown == len({line["row"] for line in lines})


@pytest.mark.usefixtures("ledger")
def test_a_line_now_and_then_without_a_terminal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ten seconds, in truth."""
    assert 10 == progress.Lines.every
    monkeypatch.setattr(progress.Lines, "every", 0.3)
    ran = run(*command(tmp_path, 60), "--yes")
    assert 0 == ran.status
    assert re.search(r"^\d+ of 60 rows \(\d+ %\), [\d.]+/s, 0:00:\d\d left$", ran.err, re.MULTILINE), ran.err


@pytest.mark.usefixtures("ledger")
def test_nobody_reads_what_is_said(tmp_path: Path) -> None:
    """The status is not that of a batch that is done, as nothing was sent."""
    with subprocess.Popen([*COMMAND, *command(tmp_path, 2), "--yes"], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        process.stderr.close()
        assert 2 == process.wait(30)
    assert not (tmp_path / "out.jsonl").exists()


def test_the_sessions_of_the_page(ledger: RunningLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STYTCH_PROJECT_ID", "project-test-11111111-1111-4111-8111-111111111111")
    (tmp_path / "members.csv").write_text("email_address,organization_id\nada@example.com,acme\nbob@example.com,acme\n")
    (tmp_path / "wrong.csv").write_text("email_address,organization_id\nada@example.com\n,acme\n")
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    for block in blocks:
        typed, _, expected = block.partition("\n")
        session = on_terminal(*typed.removeprefix("$ stytch-b2b ").split())
        if "Go ahead?" in expected:
            session.expect(r"Go ahead\? \[y/N\]: ")
            before = f"{session.before}{session.after}"
            session.sendline("y")
        else:
            before = ""
        session.expect(pexpect.EOF)
        printed = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", f"{before}{session.before}").replace("\r", "")
        pattern = expected.rstrip("\n").replace("[", "[[]").replace("…", "*")
        assert fnmatchcase(printed.replace(ledger.url, "http://127.0.0.1:8787").rstrip("\n"), pattern), printed
        session.close()
