# ruff: noqa: S603  # pytest, run by pytest
"""The pytest plugin, in runs of its own."""

import os
import re
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGIN = "stytch_b2b_async.testing.pytest_plugin"
INSTALLED = any(PLUGIN == found.value for found in entry_points(group="pytest11"))

TESTS = """
import asyncio
import pytest

ids = set()

def names(emulator):
    return [row["slug"] for row in emulator.state()["tables"]["organizations"]]

@pytest.mark.parametrize("number", range(3))
def test_blocking(number, stytch_blocking_client, stytch_emulator):
    stytch_blocking_client.organizations.create(organization_name="Acme", organization_slug="acme")
    assert names(stytch_emulator) == ["acme"]
    stytch_emulator.faults.add(status=500)
    ids.add(id(stytch_emulator))

def test_one_emulator(stytch_emulator):
    assert len(ids | {id(stytch_emulator)}) == 1
    assert not names(stytch_emulator) and not stytch_emulator.faults and not stytch_emulator.outbox

def test_asked_for_during_the_test(request):
    stytch = request.getfixturevalue("stytch_emulator")
    assert not names(stytch)
    stytch.log_in("ada@example.com", organization="left")

def test_asked_for_again(request):
    assert not names(request.getfixturevalue("stytch_emulator"))

async def test_awaited(stytch_client, stytch_session):
    found = await stytch_client.sessions.authenticate(session_token=stytch_session.session_token)
    assert found.member.email_address == "ada@example.com"

def test_in_a_loop_of_its_own(stytch_client, stytch_session):
    async def main():
        return await stytch_client.sessions.authenticate(session_jwt=stytch_session.session_jwt)
    assert asyncio.run(main()).organization.organization_slug == "acme"

def test_environment(stytch_environment, stytch_session):
    from stytch_b2b_async import BlockingClient
    with BlockingClient() as client:
        assert client.organizations.get(organization_id="acme").status_code == 200
"""


def run(folder: Path, *arguments: str) -> str:
    plugin = () if INSTALLED else ("-p", PLUGIN)
    options = ["-q", "-W", "error", "-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function"]
    command = [sys.executable, "-m", "pytest", *options, *plugin, *arguments]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "PYTHONPATH": path}
    ended = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\nfilterwarnings = error\n")
    (tmp_path / "test_it.py").write_text(TESTS)
    return tmp_path


def test_fixtures(folder: Path) -> None:
    """One emulator a run, a clean project a test, clients in any loop, and no warning."""
    assert "9 passed" in run(folder)


@pytest.mark.slow
def test_fixtures_with_xdist(folder: Path) -> None:
    """One emulator a worker."""
    assert "9 passed" in run(folder, "-n", "2")


@pytest.mark.slow
def test_options(folder: Path) -> None:
    """A seed, settings, no socket: by one fixture."""
    (folder / "conftest.py").write_text(
        "import pytest\n@pytest.fixture(scope='session')\ndef stytch_emulator_options():\n    return {'listen': False}\n"
    )
    assert "8 passed" in run(folder, "--deselect", "test_it.py::test_environment")


def test_unused_plugin_costs_nothing(tmp_path: Path) -> None:
    """It imports nothing of the SDK but two small packages, and starts no thread."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_it.py").write_text(
        "import sys, threading\n"
        "def test_it():\n"
        "    loaded = [name for name in sys.modules if name.startswith('stytch_b2b_async')]\n"
        "    expected = ['', '._version', '.testing', '.testing.pytest_plugin']\n"
        "    assert sorted(loaded) == ['stytch_b2b_async' + name for name in expected]\n"
        "    assert threading.active_count() == 1\n"
    )
    run(tmp_path)


@pytest.mark.slow
def test_example_suite() -> None:
    """The tests of the FastAPI application: dozens of them, in seconds."""
    started = time.perf_counter()
    printed = run(ROOT / "examples", "-c", "/dev/null", "--rootdir", ".", "test_fastapi_app.py")
    assert int(re.findall(r"(\d+) passed", printed)[0]) >= 50
    assert 60 > time.perf_counter() - started
