"""Where a batch reads and writes: files that it must not replace, and an input that changes under it."""

# ruff: noqa: S603  # the command is the package's own
import gzip
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.ledger import RunningLedger, running_ledger

from .conftest import Ran, Run
from .test_batch_input import MEASURED

RESET = "passwords.email.require_reset"
CREATE = "organizations.create"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningLedger]:
    with running_ledger(delay=0.02) as running:
        yield running


@pytest.fixture(autouse=True)
def here(server: RunningLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with an input."""
    monkeypatch.setenv("STYTCH_BASE_URL", server.url)
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text("email_address\nada@example.com\nbob@example.com\n")


def refused(ran: Ran, words: str) -> None:
    assert 2 == ran.status, ran
    assert words in ran.err


@pytest.mark.parametrize("precious", ["in.csv", "notes", "pipe"])
def test_other_files_are_not_replaced(run: Run, precious: str) -> None:
    """Also with a journal that is there, which belongs to another output."""
    assert 0 == run("batch", RESET, "in.csv", "-o", "out", "--journal", "journal", "--yes").status
    if precious == "pipe":
        os.mkfifo(precious)
    elif precious == "notes":
        Path(precious).write_text("mine")
    before = Path(precious).stat()
    refused(
        run("batch", RESET, "in.csv", "-o", precious, "--journal", "journal", "--yes"),
        "--output" if precious == "in.csv" else precious,
    )
    after = Path(precious).stat()
    assert (before.st_ino, before.st_size) == (after.st_ino, after.st_size)


@pytest.mark.parametrize("journal", ["./out", "folder/../out", "link"])
def test_output_and_journal_are_one_file(run: Run, tmp_path: Path, journal: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("out")
    refused(run("batch", RESET, "in.csv", "-o", "out", "--journal", journal, "--yes"), "must be different files")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--timeout", "nan", "above 0"),
        ("--timeout", "inf", "at most"),
        ("--timeout", "soon", "not a number"),
        ("--output", "", "must be a file"),
        ("--output", "-", "must be a file"),
        ("--rate-store", "redis://:hunter2@127.0.0.1:1/0?db=x", "does not accept"),
        ("--rate-store", "redis://:hunter2@127.0.0.1:1/0?hunter2=x", "does not accept"),
        ("--rate-store", "redis://:hunter2@[::1]:1/0", "redis://[::1]:1/0 cannot be used"),
    ],
)
def test_unusable_options(run: Run, tmp_path: Path, option: str, value: str, words: str) -> None:
    """Nothing is written."""
    if option == "--rate-store":
        pytest.importorskip("redis")
    ran = run("batch", RESET, "in.csv", "--yes", *(() if option == "--output" else ("-o", "out")), option, value)
    refused(ran, words)
    assert "hunter2" not in ran.err
    assert ["in.csv"] == [each.name for each in tmp_path.iterdir()]


def test_an_input_that_is_written_to() -> None:
    """What was not checked is not sent."""
    rows = [f"row{row}@example.com\n" for row in range(20_000)]
    Path("in.csv").write_text("email_address\n" + "".join(rows))
    with running_ledger(delay=0.02) as ledger:
        environment = {**os.environ, "STYTCH_BASE_URL": ledger.url}
        command = [sys.executable, "-m", "stytch_b2b_async", "batch", RESET, "in.csv", "-o", "out", "--yes"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
            while not ledger.total():
                time.sleep(0.01)
            with Path("in.csv").open("a") as file:
                file.write("mallory@example.com\n")
            _, printed = process.communicate(timeout=60)
        assert 2 == process.returncode, printed
        assert "in.csv has changed: somebody has written to it" in printed
        assert ledger.total() < 20_000


def test_an_output_that_is_removed() -> None:
    """The run ends, as the output would lack lines; the next one makes it whole."""
    rows = [f"gone{row}@example.com\n" for row in range(20_000)]
    Path("in.csv").write_text("email_address\n" + "".join(rows))
    with running_ledger(delay=0.02) as ledger:
        environment = {**os.environ, "STYTCH_BASE_URL": ledger.url}
        command = [sys.executable, "-m", "stytch_b2b_async", "batch", RESET, "in.csv", "-o", "out", "--yes"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
            while not ledger.total():
                time.sleep(0.01)
            Path("out").unlink()
            _, printed = process.communicate(timeout=60)
        assert 2 == process.returncode, printed
        assert "out cannot be written: No such file or directory" in printed
        assert ledger.total() < 20_000


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limit there")
@pytest.mark.parametrize(("hard", "status"), [(400, 0), (100, 2)])
def test_many_connections(server: RunningLedger, hard: int, status: int) -> None:
    """The limit on open files is raised as far as allowed; too many calls at once are refused."""
    import resource

    Path("in.csv").write_text("email_address\n" + "".join(f"file{hard}-{row}@example.com\n" for row in range(400)))
    limit = partial(resource.setrlimit, resource.RLIMIT_NOFILE, (50, hard))
    command = [sys.executable, "-m", "stytch_b2b_async", "batch", RESET, "in.csv", "-o", "out", "--yes", "--concurrency", "200"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert status == done.returncode, done.stderr
    assert (status == 2) == ("--concurrency 200 needs 264 open files, and this process may open 100" in done.stderr)
    assert (0 if status else 400) == len([name for name in server.seen() if name.startswith(f"file{hard}-")])


def parquet(columns: dict[str, Any], path: str = "in.parquet") -> Path:
    arrow, files = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    files.write_table(arrow.table(columns), path)
    return Path(path)


def test_parquet_that_is_compressed(run: Run, server: RunningLedger) -> None:
    packed = Path("in.parquet.gz")
    packed.write_bytes(gzip.compress(parquet({"organization_name": ["Packed"]}).read_bytes()))
    assert 0 == run("batch", CREATE, str(packed), "-o", "out", "--yes").status
    assert 1 == server.seen()["Packed"]
    packed.write_bytes(packed.read_bytes()[:-20])
    refused(run("batch", CREATE, str(packed), "-o", "other", "--yes"), "cut off or damaged")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nothing to measure with here")
@pytest.mark.slow
def test_memory_for_parquet() -> None:
    """A row group is not in memory as a whole."""
    names = ("organization_id", "member_id", "name", "external_id")
    source = parquet({name: [os.urandom(16).hex() for _ in range(500_000)] for name in names})
    arguments = ["batch", "organizations.members.update", str(source), "-o", "out", "--dry-run"]
    done = subprocess.run([sys.executable, "-c", MEASURED, *arguments], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert int(done.stdout.split()[-1]) < 150 * 2**10


def test_parquet_of_nested_columns(run: Run) -> None:
    """Maps, and JSON as text."""
    arrow = pytest.importorskip("pyarrow")
    texts: dict[str, Any] = {"organization_name": ["a", "b"], "trusted_metadata": ['{"plan": "pro"}', None]}
    maps = {
        "organization_name": ["a"],
        "trusted_metadata": arrow.array([[("plan", "pro")]], arrow.map_(arrow.string(), arrow.string())),
    }
    for columns in (texts, maps):
        ran = run("batch", CREATE, str(parquet(columns)), "-o", "out", "--dry-run")
        assert 0 == ran.status, ran
        assert '"plan":"pro"' in ran.out
    texts["trusted_metadata"][1] = "{"
    refused(run("batch", CREATE, str(parquet(texts)), "-o", "out", "--dry-run"), "row 2, column trusted_metadata: not valid JSON")


def test_parquet_that_is_not_utf_8(run: Run) -> None:
    arrow = pytest.importorskip("pyarrow")
    offsets, content = arrow.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0"), arrow.py_buffer(b"a\xff")
    columns = {"organization_name": arrow.Array.from_buffers(arrow.string(), 2, [None, offsets, content])}
    refused(run("batch", CREATE, str(parquet(columns)), "-o", "out", "--yes"), "row 2, column organization_name: not UTF-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk is always full here")
@pytest.mark.parametrize(("stream", "extra"), [("stderr", "--yes"), ("stdout", "--dry-run")])
def test_nothing_can_be_printed(tmp_path: Path, stream: str, extra: str) -> None:
    """Nothing is sent, and the status says so."""
    command = [sys.executable, "-m", "stytch_b2b_async", "batch", RESET, "in.csv", "-o", "out", extra]
    with Path("/dev/full").open("w") as full:
        out, err = (full, subprocess.DEVNULL) if stream == "stdout" else (subprocess.DEVNULL, full)
        assert 2 == subprocess.run(command, check=False, stdout=out, stderr=err).returncode
    assert ["in.csv"] == [each.name for each in tmp_path.iterdir()]
