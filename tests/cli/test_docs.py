"""The sessions of docs/cli.md are what the commands print."""

import re
import shlex
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from stytch_b2b_async.emulator import Emulator

from .conftest import Run
from .test_tokens import _login

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def sessions() -> list[tuple[str, str]]:
    """Return each command of the page with what it prints; `…` stands for anything."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    parts = [part.partition("\n") for block in blocks for part in block.split("$ stytch-b2b ")[1:]]
    return [(command, printed) for command, _, printed in parts]


def test_each_session(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, with an emulator of its own."""
    monkeypatch.setenv("STYTCH_GATEWAY_TOKENS", str(tmp_path / "tokens.json"))
    monkeypatch.setenv("NEW_PASSWORD", "correct horse battery staple")
    project_id, secret = "project-test-11111111-1111-4111-8111-111111111111", "secret-test-abc"
    with Emulator(project_id, secret) as emulator, emulator.blocking_client() as client:
        monkeypatch.setenv("THE_SECRET", emulator.secret)
        for name in ("STYTCH_PROJECT_ID", "STYTCH_SECRET", "STYTCH_BASE_URL"):
            monkeypatch.delenv(name)
        jwt = tmp_path / "JWT"
        monkeypatch.chdir(tmp_path)
        jwt.write_text(_login(client, emulator)["jwt"])
        for command, expected in sessions():
            ran = run(*shlex.split(command.replace("http://127.0.0.1:8787", emulator.url)))
            printed = (ran.out + ran.err).replace(emulator.url, "http://127.0.0.1:8787")
            pattern = expected.rstrip("\n").replace("[", "[[]").replace("…", "*")
            assert 0 == ran.status, (command, ran)
            assert fnmatchcase(printed.rstrip("\n"), pattern), (command, printed)
