"""What `batch` sends, writes and refuses."""

import gzip
import io
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.ledger import RunningLedger, running_ledger
from support.redis import PASSWORD, RedisServer, redis_server

from stytch_b2b_async.batch.journal import Database
from stytch_b2b_async.catalog import endpoint, operations
from stytch_b2b_async.cli.batch.reading.columns import Columns
from stytch_b2b_async.schema import Scalar

from .conftest import Ran, Run

RESET = "passwords.email.require_reset"
CREATE = "organizations.create"


@pytest.fixture(scope="session")
def server() -> Iterator[RunningLedger]:
    with running_ledger() as running:
        yield running


@pytest.fixture(scope="session")
def running_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    pytest.importorskip("redis")
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture
def ledger(server: RunningLedger, monkeypatch: pytest.MonkeyPatch) -> RunningLedger:
    monkeypatch.setenv("STYTCH_BASE_URL", server.url)
    return server


def written(path: Path) -> list[dict[str, Any]]:
    """The lines of an output, by row."""
    return sorted((json.loads(line) for line in path.read_text().splitlines()), key=lambda line: int(line["row"]))


def resets(tmp_path: Path, name: str, count: int, *bad: int) -> Path:
    """An input with that many rows; the server refuses the bad ones."""
    path = tmp_path / "in.csv"
    rows = [f"{'bad' if row in bad else name}{row}@example.com\n" for row in range(1, count + 1)]
    path.write_text("email_address\n" + "".join(rows))
    return path


def test_each_row_is_sent_once_and_has_a_line(run: Run, ledger: RunningLedger, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    ran = run("batch", RESET, str(resets(tmp_path, "once", 30, 7)), "--output", str(out), "--yes")
    assert 1 == ran.status, ran
    lines = written(out)
    assert list(range(1, 31)) == [line["row"] for line in lines]
    assert [7] == [line["row"] for line in lines if not line["ok"]]
    assert {
        "row": 7,
        "ok": False,
        "status_code": 404,
        "request_id": "request-id-test-1",
        "error_type": "member_not_found",
        "error_message": "no such member",
        "attempts": 1,
        "maybe_applied": False,
    } == lines[6]
    assert [1] * 29 == [count for name, count in ledger.seen().items() if name.startswith("once")]
    assert "30 of 30 rows" in ran.err
    assert "done" in ran.err


def test_second_run(run: Run, ledger: RunningLedger, tmp_path: Path) -> None:
    """A second run sends nothing and makes the output whole."""
    source, out = resets(tmp_path, "twice", 5), tmp_path / "out.jsonl"
    assert 0 == run("batch", RESET, str(source), "-o", str(out), "--yes").status
    before = written(out)
    out.write_bytes(out.read_bytes()[:-20])  # torn
    assert 0 == run("batch", RESET, str(source), "-o", str(out)).status
    assert before == written(out)
    out.unlink()
    assert 0 == run("batch", RESET, str(source), "-o", str(out)).status
    assert before == written(out)
    assert [1] * 5 == [count for name, count in ledger.seen().items() if name.startswith("twice")]


def test_failed_rows_are_sent_again_on_demand(run: Run, ledger: RunningLedger, tmp_path: Path) -> None:
    source, out = resets(tmp_path, "again", 4, 2), tmp_path / "out.jsonl"
    seen = ledger.seen().get("bad2@example.com", 0)
    arguments = ("batch", RESET, str(source), "-o", str(out), "--yes")
    assert 1 == run(*arguments).status
    assert 1 == run(*arguments).status
    assert seen + 1 == ledger.seen()["bad2@example.com"]
    assert 1 == run(*arguments, "--retry-failed").status
    assert seen + 2 == ledger.seen()["bad2@example.com"]
    assert [1, 2, 3, 4] == [line["row"] for line in written(out)]


def test_rows_in_doubt(run: Run, ledger: RunningLedger, tmp_path: Path) -> None:
    """Rows in doubt stay so until they are to be sent again.

    As after a crash: the journal says that row 2 was about to be sent.
    """
    source, out, journal = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "out.jsonl.journal"
    source.write_text("".join(json.dumps({"organization_name": f"Doubt {row}"}) + "\n" for row in range(1, 4)))
    arguments = ("batch", CREATE, str(source), "-o", str(out), "--yes")
    assert 0 == run(*arguments).status
    with sqlite3.connect(journal) as connection:
        connection.execute("UPDATE rows SET state = 1, status_code = NULL, request_id = NULL, attempts = 0 WHERE row = 1")
    connection.close()
    for extra in ((), ("--retry-failed",)):
        assert 1 == run(*arguments, *extra).status
        assert [True, False, True] == [line["ok"] for line in written(out)]
        assert (True, "unknown_outcome") == (written(out)[1]["maybe_applied"], written(out)[1]["error_type"])
    assert 1 == ledger.seen()["Doubt 2"]
    assert 0 == run(*arguments, "--resend-unknown").status
    assert 2 == ledger.seen()["Doubt 2"]


@pytest.mark.parametrize("form", ["gzip", "jsonl", "zstd", "parquet"])
def test_formats(run: Run, ledger: RunningLedger, tmp_path: Path, form: str) -> None:
    """Nested parameters are `a.b`, or JSON."""
    source = tmp_path / f"in.{form}"
    rows = [{"organization_name": f"{form} {row}", "trusted_metadata": {"plan": "pro"}} for row in range(3)]
    csv = f'organization_name,trusted_metadata.plan,email_allowed_domains\n{form} 0,pro,"[""a.example""]"\n{form} 1,,\n{form} 2,,\n'
    match form:
        case "gzip":
            source.write_bytes(gzip.compress(csv.encode()))
        case "zstd":
            source.write_bytes(pytest.importorskip("zstandard").compress(csv.encode()))
        case "parquet":
            pytest.importorskip("pyarrow.parquet").write_table(pytest.importorskip("pyarrow").Table.from_pylist(rows), source)
        case _:
            source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ran = run("batch", CREATE, str(source), "-o", str(tmp_path / "out"), "--yes")
    assert 0 == ran.status, ran
    assert 3 == len([name for name in ledger.seen() if name.startswith(form)])


def test_what_changes_something_needs_consent(run: Run, ledger: RunningLedger, tmp_path: Path) -> None:
    ran = run("batch", RESET, str(resets(tmp_path, "asked", 2)), "-o", str(tmp_path / "out.jsonl"))
    assert 2 == ran.status
    assert "Require a member" in ran.err
    assert "2 of 2 rows" in ran.err
    assert "project-test-" in ran.err
    assert ["in.csv"] == [path.name for path in tmp_path.iterdir()]
    assert not [name for name in ledger.seen() if name.startswith("asked")]


def test_a_dry_run_sends_and_writes_nothing(run: Run, ledger: RunningLedger, tmp_path: Path) -> None:
    ran = run("batch", RESET, str(resets(tmp_path, "dry", 2)), "-o", str(tmp_path / "out.jsonl"), "--dry-run")
    assert 0 == ran.status
    assert "POST /v1/b2b/passwords/email/require_reset" in ran.out
    assert ["in.csv"] == [path.name for path in tmp_path.iterdir()]
    assert not [name for name in ledger.seen() if name.startswith("dry")]


def refused(ran: Ran, *words: str) -> None:
    """A command that ended with status 2, for these reasons."""
    assert 2 == ran.status, ran
    assert [] == [word for word in words if word not in " ".join(ran.err.split())], ran.err


@pytest.mark.usefixtures("ledger")
def test_output_without_journal(run: Run, tmp_path: Path) -> None:
    """An output without its journal is not overwritten."""
    (tmp_path / "out.jsonl").write_text("mine")
    refused(run("batch", RESET, str(resets(tmp_path, "mine", 2)), "-o", str(tmp_path / "out.jsonl"), "--yes"), "not overwritten")
    assert "mine" == (tmp_path / "out.jsonl").read_text()


def test_other_journal(run: Run, ledger: RunningLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another input endpoint project or host is refused. Not another secret, or the same content in another file."""
    source, out = resets(tmp_path, "bound", 2), tmp_path / "out.jsonl"
    arguments = ("-o", str(out), "--yes")
    assert 0 == run("batch", RESET, str(source), *arguments).status
    copy = tmp_path / "copy.csv.gz"
    copy.write_bytes(gzip.compress(source.read_bytes()))
    monkeypatch.setenv("STYTCH_SECRET", "secret-test-rotated")
    assert 0 == run("batch", RESET, str(copy), *arguments).status
    refused(run("batch", "passwords.email.reset_start", str(source), *arguments), "column is missing")
    other = tmp_path / "other.csv"
    other.write_text("email_address\nsomebody@example.com\n")
    refused(run("batch", RESET, str(other), *arguments), "journal of another input")
    refused(run("batch", "discovery.organizations.list", str(source), *arguments), "parameter")
    refused(run("batch", "magic_links.email.discovery.send", str(source), *arguments), "journal of another endpoint")
    monkeypatch.setenv("STYTCH_BASE_URL", f"{ledger.url}/other")
    refused(run("batch", RESET, str(source), *arguments), "journal of another host")
    monkeypatch.setenv("STYTCH_BASE_URL", ledger.url)
    monkeypatch.setenv("STYTCH_PROJECT_ID", "project-test-22222222-2222-4222-8222-222222222222")
    refused(run("batch", RESET, str(source), *arguments), "journal of another project")


@pytest.mark.usefixtures("ledger")
def test_foreign_files_are_no_journals(run: Run, tmp_path: Path) -> None:
    source, text = resets(tmp_path, "foreign", 2), tmp_path / "text"
    text.write_text("my notes")
    for journal in (text, tmp_path):
        refused(run("batch", RESET, str(source), "-o", str(tmp_path / "out"), "--journal", str(journal), "--yes"), "journal")
    assert "my notes" == text.read_text()
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("ledger")
def test_options(run: Run, tmp_path: Path) -> None:
    source, out = str(resets(tmp_path, "options", 2)), str(tmp_path / "out")
    refused(run("batch", "passwords.email.require_rest", source, "-o", out), "did you mean passwords.email.require_reset")
    refused(run("batch", RESET, source, "-o", out, "--rate", "fast"), "60/s")
    refused(run("batch", RESET, source, "-o", out, "--concurrency", "0"), "--concurrency")
    refused(run("batch", RESET, source, "-o", str(tmp_path / "no" / "out")), "folder")
    refused(run("batch", RESET, source, "-o", out, "--journal", out), "different")
    refused(run("batch", RESET, str(tmp_path / "missing.csv"), "-o", out), "No such file")
    assert 0 == run("batch", RESET, source, "-o", out, "--yes", "--rate", "100/s", "--timeout", "5", "--concurrency", "2").status


def test_standard_input(run: Run, ledger: RunningLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = b"email_address\nstdin1@example.com\nstdin2@example.com\n"
    for expected, extra in ((2, ()), (0, ("--yes",))):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(rows)))
        assert expected == run("batch", RESET, "-", "-o", str(tmp_path / "out.jsonl"), *extra).status
    assert 2 == len([name for name in ledger.seen() if name.startswith("stdin")])


@pytest.mark.usefixtures("ledger")
def test_a_journal_in_use_is_refused(run: Run, tmp_path: Path) -> None:
    arguments = ("batch", RESET, str(resets(tmp_path, "used", 2)), "-o", str(tmp_path / "out.jsonl"), "--yes")
    assert 0 == run(*arguments).status
    with closing(Database.open(tmp_path / "out.jsonl.journal", {}, {})):
        refused(run(*arguments), "in use by another run")
    assert 0 == run(*arguments).status


@pytest.mark.usefixtures("ledger")
def test_a_rate_store_that_is_not_there(run: Run, tmp_path: Path) -> None:
    """An error before the first call, without the password."""
    source, out = str(resets(tmp_path, "store", 2)), str(tmp_path / "out.jsonl")
    refused(run("batch", RESET, source, "-o", out, "--yes", "--rate-store", "http://x:hunter2@127.0.0.1"), "redis://")
    pytest.importorskip("redis")
    ran = run("batch", RESET, source, "-o", out, "--yes", "--rate", "10/s", "--rate-store", "redis://x:hunter2@127.0.0.1:1")
    refused(ran, "127.0.0.1:1")
    assert "hunter2" not in ran.out + ran.err


@pytest.mark.slow  # redis-py tries for seconds
def test_a_rate_store_that_goes_away(ledger: RunningLedger, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends and says how to go on; nothing that acts once is sent twice."""
    source, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text("organization_name\n" + "".join(f"Store {row}\n" for row in range(3000)))
    arguments = ["batch", CREATE, str(source), "-o", str(out), "--yes", "--rate", "1000/s"]
    pytest.importorskip("redis")
    with redis_server(tmp_path) as store:
        monkeypatch.setenv("STYTCH_RATE_STORE", store.url)
        command = [sys.executable, "-m", "stytch_b2b_async", *arguments]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  # the package's own
            while not ledger.seen().get("Store 100"):
                time.sleep(0.01)
            store.process.kill()
            _, printed = process.communicate(timeout=60)
    assert 2 == process.returncode
    assert "The rate store has failed" in printed
    assert "The same command goes on from here" in printed
    assert PASSWORD not in printed
    monkeypatch.delenv("STYTCH_RATE_STORE")
    assert run(*arguments).status in {0, 1}
    assert {1} == {count for name, count in ledger.seen().items() if name.startswith("Store ")}


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limit there")
def test_a_full_disk(ledger: RunningLedger, run: Run, tmp_path: Path) -> None:
    """It ends the run, and the next one goes on: nothing that acts once is sent twice, nothing is lost."""
    import resource

    source, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text("organization_name\n" + "".join(f"Full {row}\n" for row in range(2000)))
    arguments = ["batch", CREATE, str(source), "-o", str(out), "--yes"]
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (100_000, 100_000))
    command = [sys.executable, "-m", "stytch_b2b_async", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)  # noqa: S603  # a limit
    assert 2 == done.returncode, done
    assert "Traceback" not in done.stderr
    assert "journal" in done.stderr
    assert run(*arguments).status in {0, 1}
    sent = {name: count for name, count in ledger.seen().items() if name.startswith("Full ")}
    assert {1} == {*sent.values()}
    assert [*range(1, 2001)] == [line["row"] for line in written(out)]
    assert {f"Full {line['row'] - 1}" for line in written(out) if line["ok"]} <= {*sent}


def test_a_name_that_is_too_long(run: Run, tmp_path: Path) -> None:
    refused(run("batch", RESET, str(resets(tmp_path, "long", 1)), "-o", str(tmp_path / ("n" * 300)), "--yes"), "cannot be written")


@pytest.mark.usefixtures("ledger")
def test_masked_rate_store(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, running_redis: RedisServer) -> None:
    """The password of a rate store is not shown.

    In an argument, it is warned of, as other users can see it; a variable is where it belongs.
    """
    source = str(resets(tmp_path, "masked", 2))
    given = run("batch", RESET, source, "-o", str(tmp_path / "1"), "--yes", "--rate-store", running_redis.url)
    assert 0 == given.status
    assert "Warning: the password of --rate-store" in given.err
    assert "STYTCH_RATE_STORE" in given.err
    monkeypatch.setenv("STYTCH_RATE_STORE", running_redis.url)
    ran = run("batch", RESET, source, "-o", str(tmp_path / "2"), "--yes", "--rate", "100/s")
    assert 0 == ran.status
    assert f"shared through redis://127.0.0.1:{running_redis.port}/0" in ran.err
    assert "Warning" not in ran.err
    assert PASSWORD not in given.out + given.err + ran.out + ran.err
    with running_redis.client as redis:
        assert [*redis.scan_iter("stytch-b2b:rate:*")]
    monkeypatch.setenv("STYTCH_RATE_STORE", f"http://:{PASSWORD}@127.0.0.1")
    wrong = run("batch", RESET, source, "-o", str(tmp_path / "3"), "--yes")
    refused(wrong, "STYTCH_RATE_STORE", "redis://")
    assert PASSWORD not in wrong.out + wrong.err


@pytest.mark.usefixtures("ledger")
def test_half_written_files(run: Run, tmp_path: Path) -> None:
    """What a killed run left half written is removed. Only that: not what another program may have put there."""
    half = [f"out.jsonl.{'0123456789abcdef'}.new", f"out.jsonl.journal.{'0' * 16}.new", f"out.jsonl.journal.{'0' * 16}.new-journal"]
    others = ["out.jsonl.new", f"other.jsonl.{'0' * 16}.new", f"out.jsonl.{'0' * 15}.new", f"out.jsonl.{'z' * 16}.new"]
    for name in (*half, *others):
        (tmp_path / name).write_text("half")
    (tmp_path / f"out.jsonl.{'1' * 16}.new").symlink_to(tmp_path / "other.jsonl")
    assert 0 == run("batch", RESET, str(resets(tmp_path, "half", 2)), "-o", str(tmp_path / "out.jsonl"), "--yes").status
    assert {*others, f"out.jsonl.{'1' * 16}.new", "in.csv", "out.jsonl", "out.jsonl.journal"} == {
        each.name for each in tmp_path.iterdir()
    }


def test_plain_text_columns() -> None:
    """Rows of plain text are valid without doubt. So that checking them need not create their requests."""
    tried = 0
    for info in map(endpoint, operations()):
        names = [each.name for each in info.parameters if isinstance(each.shape, Scalar) and each.shape.type == "string"]
        if not names or not {each.name for each in info.parameters if each.required} <= {*names}:
            continue
        columns = Columns(info, names)
        for text in (" ", "x", "...", "~!@#$%^&*()", "a" * 1000):
            cells = [text] * len(names)
            assert columns.surely_accept(cells)
            assert cells == [getattr(columns.from_text(1, cells), name) for name in names]
        for text in ("", ".", "..", "\x00", "\x7f", "\n", "é", "\udcff"):
            assert not columns.surely_accept([*["x"] * (len(names) - 1), text])
        tried += 1
    assert tried > 50
