"""The command `doctor`."""

import socket
import tomllib
from pathlib import Path

import pytest

from stytch_b2b_async.cli.doctor.installation import EXTRAS
from stytch_b2b_async.emulator import Emulator

from .conftest import Run

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
TOPICS = [
    "credentials: project-test-",
    "environment: test",
    "host: http://127.0.0.1",
    "DNS: ",
    "connection: ",
    "keys: ",
    "round trip: ",
]


def test_all_is_well(run: Run, emulator: Emulator) -> None:
    """Each step is a line, the last one proves the credentials; no secret is shown."""
    ran = run("doctor")
    assert (0, "") == (ran.status, ran.err)
    lines = ran.out.splitlines()
    for topic in TOPICS:
        assert any(line.startswith("pass") and topic in line for line in lines), (topic, ran.out)
    assert "credentials: accepted" in lines[-1]
    assert "FAIL" not in ran.out
    assert emulator.secret not in ran.out


def test_the_round_trip_is_that_of_a_second_call(run: Run, emulator: Emulator) -> None:
    """The first one also waits for an emulator to make its keys."""
    fault = emulator.faults.add("sessions.get_jwks", latency=1.1, times=1)
    try:
        ran = run("doctor")
    finally:
        emulator.faults.remove(fault)
    assert "pass  round trip: " in ran.out


def test_every_extra_is_looked_for() -> None:
    declared = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]
    assert {name for name, packages in declared.items() if packages} == set(EXTRAS)


def test_wrong_credentials(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are found out by a call, and the advice is what to do."""
    monkeypatch.setenv("STYTCH_SECRET", "secret-test-wrong")
    ran = run("doctor")
    assert 1 == ran.status
    assert any(line.startswith("FAIL  credentials: 401") for line in ran.out.splitlines()), ran.out
    assert "Copy project id and secret from the dashboard again." in ran.out
    assert "secret-test-wrong" not in ran.out + ran.err


def test_nobody_listens(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends at the connection."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("STYTCH_BASE_URL", f"http://127.0.0.1:{port}")
    ran = run("doctor")
    assert 1 == ran.status
    assert f"FAIL  connection: cannot connect to 127.0.0.1:{port}" in ran.out
    assert "Is the emulator running? stytch-b2b emulator" in ran.out
    assert "keys:" not in ran.out


def test_no_credentials(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is called without them."""
    for name in ("STYTCH_PROJECT_ID", "STYTCH_SECRET", "STYTCH_BASE_URL"):
        monkeypatch.delenv(name)
    ran = run("doctor")
    assert 1 == ran.status
    assert "FAIL  credentials:" in ran.out
    assert "No credentials: set STYTCH_PROJECT_ID and STYTCH_SECRET, or run `stytch-b2b profile add NAME`." in ran.out
    assert "DNS" not in ran.out
