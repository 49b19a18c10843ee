"""A run that is killed, again and again: what the server saw agrees with the output each time."""

# ruff: noqa: S603  # the command is the package's own
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.ledger import RunningLedger, running_ledger

COMMAND = [sys.executable, "-m", "stytch_b2b_async", "batch"]
COLUMNS = {"passwords.email.require_reset": "email_address", "organizations.create": "organization_name"}


class Runs:
    """Runs of one command, of which each goes on where the one before was killed."""

    def __init__(self, folder: Path, ledger: RunningLedger, operation: str, rows: int, concurrency: int) -> None:
        self.ledger = ledger
        self.rows = rows
        self.repeatable = operation == "passwords.email.require_reset"
        self.concurrency = concurrency
        self.kills = 0
        source, self.output = folder / "in.csv", folder / "out.jsonl"
        lines = [f"{self.name(row)}\n" for row in range(1, rows + 1)]
        source.write_text(COLUMNS[operation] + "\n" + "".join(lines))
        options = ["--yes", "--concurrency", str(concurrency)]
        self.command = [*COMMAND, operation, str(source), "--output", str(self.output), *options]
        self.environment = {**os.environ, "STYTCH_BASE_URL": ledger.url}

    @staticmethod
    def name(row: int) -> str:
        """Every hundredth row is refused by the server."""
        return f"{'bad' if row % 100 == 0 else 'row'}{row}"

    def killed_at(self, total: int) -> None:
        """Run, and kill the process once the server has seen so many requests."""
        with subprocess.Popen(self.command, env=self.environment, stderr=subprocess.DEVNULL) as process:
            while self.ledger.total() < total and process.poll() is None:
                time.sleep(0.005)
            process.kill()
        self.kills += 1
        self.compare(finished=False)

    def finish(self) -> int:
        """Run to the end; return the exit status."""
        ended = subprocess.run(self.command, env=self.environment, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
        assert ended.returncode in {0, 1}, ended.stderr
        self.compare(finished=True)
        return ended.returncode

    def compare(self, *, finished: bool) -> None:
        """Compare what the server saw with the output, whose last line may be torn."""
        seen, lines = self.ledger.seen(), self.lines(finished=finished)
        unknown = 0
        for row in range(1, self.rows + 1):
            count, line = seen.get(self.name(row), 0), lines.get(row)
            if line is None:
                assert not finished
            elif line["error_type"] == "unknown_outcome":
                unknown += 1
                assert not self.repeatable
                assert line["maybe_applied"]
            else:
                assert count >= 1
                assert (200 if line["ok"] else 404) == line["status_code"]
                assert line["ok"] == self.name(row).startswith("row")
            assert count <= (1 + self.kills if self.repeatable else 1)
        assert unknown <= self.concurrency * self.kills
        if finished and self.repeatable:
            assert all(seen.get(self.name(row)) for row in range(1, self.rows + 1))

    def lines(self, *, finished: bool) -> dict[int, dict[str, Any]]:
        """Read the output: at most one line a row."""
        content = self.output.read_bytes() if self.output.exists() else b""
        whole, _, torn = content.rpartition(b"\n")
        assert not torn or not finished
        found = [json.loads(line) for line in whole.splitlines()]
        rows = {line["row"]: line for line in found}
        assert len(rows) == len(found)
        return rows


@pytest.mark.parametrize("operation", COLUMNS)
def test_a_killed_run_goes_on(tmp_path: Path, operation: str) -> None:
    with running_ledger(delay=0.01) as ledger:
        runs = Runs(tmp_path, ledger, operation, 300, 8)
        runs.killed_at(150)
        assert 1 == runs.finish()


@pytest.mark.slow
@pytest.mark.parametrize("operation", COLUMNS)
def test_a_run_that_is_killed_ten_times(tmp_path: Path, operation: str) -> None:
    """Twenty thousand rows; the points are random, and printed when the test fails."""
    seed = random.randrange(2**32)  # noqa: S311  # no secret
    print("seed", seed)  # noqa: T201  # to repeat a failure
    points = sorted(random.Random(seed).randrange(20_000) for _ in range(10))  # noqa: S311  # likewise
    with running_ledger() as ledger:
        runs = Runs(tmp_path, ledger, operation, 20_000, 64)
        for point in points:
            runs.killed_at(point)
        assert 1 == runs.finish()
        assert ledger.total() >= 20_000 - 64 * 10
