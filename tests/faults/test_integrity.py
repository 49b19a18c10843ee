"""One connection, one request, one response: a short run of `faults.integrity`, which makes a hundred thousand calls."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from faults.integrity import WAYS, compare, loops

CALLS = {"plain": 400, "TLS": 160}

FAILED_ONCE = Path(__file__).with_name("integrity_examples.txt").read_text(encoding="utf-8").splitlines()
"""Runs in which a call once got what was not its response, or hung: loop, way, plain or TLS, calls, seed."""


def check(loop: str, way: str, tls: str, folder: Path, *, calls: int, seed: int) -> None:
    run = loops().get(loop)
    if run is None:
        pytest.skip(f"{loop} is not installed")
    tally, did = run(compare(calls, way=way, tls=tls == "TLS", folder=folder, seed=seed))
    assert [] == tally.wrong
    assert [] == tally.hung
    assert 0 == tally.unexplained(did), (tally.lost, did)
    assert tally.answered > tally.calls / 2
    assert len(did) > 8


@pytest.mark.parametrize("tls", CALLS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_no_call_gets_the_response_of_another(loop: str, way: str, tls: str, tmp_path: Path) -> None:
    """Whatever the server splits, adds, repeats or sends unasked, and wherever."""
    check(loop, way, tls, tmp_path, calls=CALLS[tls], seed=7)


@pytest.mark.parametrize("example", FAILED_ONCE)
def test_failed_once(example: str, tmp_path: Path) -> None:
    """What failed once, before it was fixed, does not fail again."""
    loop, way, tls, calls, seed = (part.strip() for part in example.split(","))
    check(loop, way, tls, tmp_path, calls=int(calls), seed=int(seed))


def test_pure_python_parser() -> None:
    """The same holds where aiohttp has no extensions."""
    environment = {**os.environ, "AIOHTTP_NO_EXTENSIONS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "faults.integrity", "--calls", "400", "--seed", "3"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)  # noqa: S603  # this test file's own program
    assert 0 == ended.returncode, ended.stdout + ended.stderr
