"""What a batch from the command line costs beside the bare client, and how much memory it takes.

`python benchmarks/batch_run.py` measures a hundred thousand rows with a journal, and the peak memory of ten thousand and of a
million rows; `--rows`, `--rounds` and `--memory-rows` measure fewer. The server is a process of its own on this machine, which
answers at once with a full response of 6.7 kB, as the API's are.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from harness.race import REPLY

from stytch_b2b_async import Client
from stytch_b2b_async.api.organizations import Create
from stytch_b2b_async.api.passwords.email import RequireReset

TESTS = Path(__file__).parents[1] / "tests"
CREDENTIALS = ("project-test-11111111-1111-4111-8111-111111111111", "secret-test-of-the-benchmark")
CONCURRENCY = 64
COLUMNS = {"passwords.email.require_reset": "email_address", "organizations.create": "organization_name"}


@contextmanager
def ledger() -> Iterator[str]:
    """Run the server of the tests, which counts requests; yield its URL."""
    path = os.pathsep.join([str(TESTS), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": path, "LEDGER_REPLY": str(REPLY)}
    command = [sys.executable, "-m", "support.ledger"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def bare(url: str, operation: str, rows: int) -> float:
    """Return the calls per second of a client with that many workers."""

    async def work(client: Client, numbers: Iterator[int]) -> None:
        for number in numbers:
            if operation == "organizations.create":
                await client.send(Create(organization_name=f"row{number}"))
            else:
                await client.send(RequireReset(email_address=f"row{number}"))

    async def measure() -> float:
        async with Client(*CREDENTIALS, base_url=url) as client:
            numbers, began = iter(range(rows)), time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for _ in range(CONCURRENCY):
                    group.create_task(work(client, numbers))
            return rows / (time.perf_counter() - began)

    return asyncio.run(measure())


def command_line(url: str, operation: str, rows: int, folder: Path) -> tuple[float, float]:
    """Return the rows per second of a command from its start to its end, and its peak memory in MiB."""
    source = folder / "in.csv"
    with source.open("w") as file:
        file.write(COLUMNS[operation] + "\n")
        file.writelines(f"row{number}\n" for number in range(rows))
    environment = {
        **os.environ,
        "STYTCH_USE_UVLOOP": "0",
        "STYTCH_PROJECT_ID": CREDENTIALS[0],
        "STYTCH_SECRET": CREDENTIALS[1],
        "STYTCH_BASE_URL": url,
    }
    command = [sys.executable, "-m", "stytch_b2b_async", "batch", operation, str(source), "-o", str(folder / "out.jsonl"), "--yes"]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0, f"the command ended with status {status}"
    return rows / (time.perf_counter() - began), peak_mib(usage)


def peak_mib(usage: resource.struct_rusage) -> float:
    """Return the peak memory of a process."""
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def measure(operation: str, rows: int, rounds: int) -> dict[str, Any]:
    """Measure both in turns, each round with the other first; return medians, and the extremes of the ratio."""
    taken: dict[str, list[float]] = {"bare": [], "batch": [], "mib": []}
    for turn in range(rounds):
        with tempfile.TemporaryDirectory() as folder, ledger() as url:
            if turn % 2 == 0:
                taken["bare"].append(bare(url, operation, rows))
            batch, mib = command_line(url, operation, rows, Path(folder))
            if turn % 2:
                taken["bare"].append(bare(url, operation, rows))
        taken["batch"].append(batch)
        taken["mib"].append(mib)
    ratios = [batch / alone for batch, alone in zip(taken["batch"], taken["bare"], strict=True)]
    found = {name: median(values) for name, values in taken.items()}
    return {**found, "ratio": median(ratios), "lowest": min(ratios), "highest": max(ratios)}


def main() -> None:
    """Measure, and print a line of JSON for each question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory-rows", type=int, nargs="*", default=[10_000, 1_000_000])
    options = parser.parse_args()
    for operation in COLUMNS:
        found = measure(operation, options.rows, options.rounds)
        print(
            json.dumps({"operation": operation, "rows": options.rows, **{name: round(value, 3) for name, value in found.items()}})
        )
    for rows in options.memory_rows:
        with tempfile.TemporaryDirectory() as folder, ledger() as url:
            _, mib = command_line(url, "passwords.email.require_reset", rows, Path(folder))
        print(json.dumps({"rows": rows, "mib": round(mib, 1)}))


if __name__ == "__main__":
    main()
