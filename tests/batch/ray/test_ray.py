"""Ray Data with two workers, one of which is killed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from batch.conftest import Ledger
from support.http_servers import PROJECT_ID, SECRET

ROOT = Path(__file__).parents[3]
ROWS = 2000


def workers() -> list[int]:
    """List the processes of this machine that are workers of Ray Data, by their titles."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            title = (folder / "cmdline").read_bytes()
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if title.startswith(b"ray::") and b"Map" in title and f"STYTCH_SECRET={SECRET}".encode() in environment:
            found.append(int(folder.name))
    return found


@pytest.fixture
def short() -> Iterator[str]:
    """A folder with a short path: sockets are in it."""
    with TemporaryDirectory(prefix="ray") as folder:
        yield folder


@pytest.mark.slow
async def test_example_with_a_killed_worker(tmp_path: Path, short: str, redis_url: str, ledger: Ledger) -> None:
    """The example accounts for every row when a worker is killed."""
    pytest.importorskip("ray")
    table = pa.table({"row": [*range(ROWS)], "organization_name": [f"{row} Ltd" for row in range(ROWS)]})
    (tmp_path / "in").mkdir()
    for part in range(4):
        pq.write_table(table.slice(part * ROWS // 4, ROWS // 4), tmp_path / "in" / f"{part}.parquet")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_TMPDIR": short,
        "RAY_AUTH_MODE": "disabled",
        "RAY_raylet_start_wait_time_s": "180",
        "HOME": short,
        "REDIS_URL": redis_url,
        "STYTCH_PROJECT_ID": PROJECT_ID,
        "STYTCH_SECRET": SECRET,
        "STYTCH_BASE_URL": ledger.url,
    }
    options = ["--run", "a run", "--rate", "200/s", "--concurrency", "8", "--batch-size", "100"]
    arguments = ["organizations.create", str(tmp_path / "in"), str(tmp_path / "out"), *options]
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "examples" / "ray_batch.py"),
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said = asyncio.create_task(program.communicate())
        while ledger.seen.total() < ROWS // 4 and not said.done():  # noqa: ASYNC110  # the ledger has no event
            await asyncio.sleep(0.05)
        running = workers()
        assert running, (await said)[0].decode()
        os.kill(running[0], signal.SIGKILL)
        text = (await asyncio.wait_for(said, 240))[0].decode()
        assert 0 == program.returncode, text
    finally:
        if program.returncode is None:
            os.killpg(program.pid, signal.SIGTERM)
            await program.wait()
    outcomes = pq.read_table(tmp_path / "out").to_pylist()
    assert [*range(ROWS)] == sorted(row["row"] for row in outcomes)
    assert {1} == {*ledger.seen.values()}
    in_doubt = [row for row in outcomes if not row["ok"]]
    assert {("unknown_outcome", True)} >= {(row["error_type"], row["maybe_applied"]) for row in in_doubt}, json.dumps(in_doubt)
    assert len(in_doubt) <= 8
