"""`stytch-b2b gateway`."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stytch_b2b_async import BlockingClient, PermissionDeniedError
from stytch_b2b_async.emulator import Emulator

from .conftest import Run


@pytest.fixture(autouse=True)
def own_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No tokens yet, and a log of our own."""
    monkeypatch.setenv("STYTCH_GATEWAY_TOKENS", str(tmp_path / "tokens.json"))
    monkeypatch.delenv("STYTCH_GATEWAY_TOKEN", raising=False)
    return tmp_path


@contextmanager
def running(*options: str) -> Iterator[dict[str, str]]:
    """Run the command; return the variables that it says to export, and its output."""
    command = [sys.executable, "-m", "stytch_b2b_async", "gateway", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own command
        assert process.stdout is not None
        lines = list(iter(process.stdout.readline, "Ctrl-C stops it.\n"))
        try:
            exported = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines if line.startswith("export "))
            yield {**exported, "output": "".join(lines), "pid": str(process.pid)}
        finally:
            process.send_signal(signal.SIGINT)
            assert 0 == process.wait(20)


def test_a_token_for_this_run(emulator: Emulator, own_files: Path) -> None:
    """The printed variables are all that a client needs; the secret is nowhere."""
    audit = own_files / "state" / "audit.jsonl"
    with running("--audit", str(audit)) as printed:
        url, token = printed["STYTCH_BASE_URL"], printed["STYTCH_SECRET"]
        with BlockingClient(printed["STYTCH_PROJECT_ID"], token, base_url=url) as client:
            client.organizations.search()
            with pytest.raises(PermissionDeniedError, match=r"organizations\.create"):
                client.organizations.create(organization_name="Acme")
        arguments = Path(f"/proc/{printed['pid']}/cmdline")
        assert not arguments.exists() or emulator.secret not in arguments.read_text()
    assert emulator.secret not in printed["output"]
    assert 0o600 == audit.stat().st_mode & 0o777
    lines = [json.loads(line) for line in audit.read_text().splitlines()]
    assert [("this-run", 200), ("this-run", 403)] == [(line["token"], line["status"]) for line in lines]
    assert token not in audit.read_text()
    assert emulator.secret not in audit.read_text()


def test_tokens(run: Run, own_files: Path) -> None:
    """A token is printed once; its file has only its hash, and only its owner can read it."""
    created = run("gateway", "token", "create", "ci", "--allow", "passwords.*, !passwords.migrate", "--expires-in", "30d")
    token = created.out.strip()
    assert 0 == created.status
    assert token.startswith("stytch-gateway-")
    file = own_files / "tokens.json"
    assert token not in file.read_text()
    assert 0o600 == file.stat().st_mode & 0o777
    assert "ci (expires 20" in run("gateway", "token", "list").out
    assert 2 == run("gateway", "token", "create", "ci").status
    assert "Revoked ci." in run("gateway", "token", "revoke", "ci").out
    assert "No tokens yet" in run("gateway", "token", "list").err
    assert 2 == run("gateway", "token", "revoke", "ci").status


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--allow", "pasword.*"], "matches no endpoint"),
        (["--host", "0.0.0.0"], "--allow-remote"),  # noqa: S104  # refused
        (["--host", "0.0.0.0", "--allow-remote"], "token create"),  # noqa: S104  # refused
        (["--rate", "fast"], "not a rate"),
        (["--tls-key", "key.pem"], "--tls-cert"),
        (["--tls-cert", "missing.pem"], "missing.pem"),
        (["--name", "a b"], "not the name"),
        (["--origin", "*"], "not an origin"),
        (["--secret-file", "missing"], "STYTCH_SECRET"),
        (["--token-file", "missing"], "cannot read"),
        (["token", "create", "a b"], "name"),
        (["token", "create", "a", "--expires-in", "soon"], "90m"),
        (["token", "create", "a", "--allow", "!nothing.*"], "matches no endpoint"),
    ],
)
def test_usage(run: Run, own_files: Path, arguments: list[str], complaint: str) -> None:
    """Nothing starts with settings that are wrong."""
    if "token" not in arguments:
        arguments = [*arguments, "--audit", str(own_files / "audit.jsonl")]
    ran = run("gateway", *arguments)
    assert 2 == ran.status
    assert complaint in ran.err


def test_a_token_that_is_easy_to_guess(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYTCH_GATEWAY_TOKEN", "hunter2")
    ran = run("gateway", "--audit", os.devnull)
    assert (2, True) == (ran.status, "at least 32" in ran.err)
    assert "hunter2" not in ran.err


def test_others_may_write_the_tokens(run: Run, own_files: Path) -> None:
    run("gateway", "token", "create", "ci")
    (own_files / "tokens.json").chmod(0o666)
    ran = run("gateway", "--audit", str(own_files / "audit.jsonl"))
    assert (2, True) == (ran.status, "chmod 600" in ran.err)
