"""A command line in this process, an emulator, and no settings of the machine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import attrs
import pytest

from stytch_b2b_async.cli import main
from stytch_b2b_async.emulator import Emulator


@attrs.frozen
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Ran]


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, emulator: Emulator) -> Path:
    """Credentials of the emulator, and a file of profiles that is not there yet."""
    profiles = tmp_path / "config" / "profiles.json"
    monkeypatch.setenv("STYTCH_PROFILES", str(profiles))
    monkeypatch.setenv("STYTCH_PROJECT_ID", emulator.project_id)
    monkeypatch.setenv("STYTCH_SECRET", emulator.secret)
    monkeypatch.setenv("STYTCH_BASE_URL", emulator.url)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("STYTCH_PROFILE", raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    return profiles


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command; its standard input is not a terminal."""

    def running(*arguments: str) -> Ran:
        capfd.readouterr()
        status = main(arguments)
        printed = capfd.readouterr()
        return Ran(status, printed.out, printed.err)

    return running
