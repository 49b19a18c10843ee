# ruff: noqa: S603  # the command that is run is the emulator's own
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

import pytest

from stytch_b2b_async import APIConnectionError, BlockingClient, RateLimitError
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.emulator.__main__ import main

COMMAND = [sys.executable, "-m", "stytch_b2b_async.emulator"]
INSTALLED = [sys.executable, "-m", "stytch_b2b_async", "emulator"]
"""What `stytch-b2b emulator` is."""


@contextmanager
def started(*arguments: str, command: Sequence[str] = COMMAND) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """Start the command, and read what it prints up to its last line."""
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        printed = ""
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, process.communicate()
            printed += line
        yield process, dict(re.findall(r"^export (\w+)=(\S+)$", printed, re.MULTILINE))
    finally:
        process.kill()
        process.communicate()


def connected(exported: dict[str, str]) -> BlockingClient:
    """Make a client of a command that was started."""
    credentials = exported["STYTCH_PROJECT_ID"], exported["STYTCH_SECRET"]
    return BlockingClient(*credentials, base_url=exported["STYTCH_BASE_URL"], max_attempts=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_and_stop(number: signal.Signals) -> None:
    """The command serves until it is told to stop. What it prints is what a client needs; then it exits well."""
    with started("--port", "0", "--project-id", "project-test-1", "--secret", "secret-test-1") as (process, exported):
        assert ("project-test-1", "secret-test-1") == (exported["STYTCH_PROJECT_ID"], exported["STYTCH_SECRET"])
        with BlockingClient("project-test-1", "secret-test-1", base_url=exported["STYTCH_BASE_URL"]) as client:
            assert not client.passwords.strength_check(password="x").valid_password
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
    assert 0 == process.returncode
    assert "POST /v1/b2b/passwords/strength_check 200\n" == errors


def test_the_command_keeps_its_state_in_a_file(tmp_path: Path) -> None:
    """Its credentials, too."""
    arguments = ("--port", "0", "--quiet", "--organization-scoped-passwords", "--db", str(tmp_path / "stytch.db"))
    with (
        started(*arguments) as (_, first),
        BlockingClient(first["STYTCH_PROJECT_ID"], first["STYTCH_SECRET"], base_url=first["STYTCH_BASE_URL"]) as client,
    ):
        client.organizations.create(organization_name="Acme", organization_slug="acme")
    with started(*arguments) as (_, again):
        assert first["STYTCH_SECRET"] == again["STYTCH_SECRET"]
        with BlockingClient(again["STYTCH_PROJECT_ID"], again["STYTCH_SECRET"], base_url=again["STYTCH_BASE_URL"]) as client:
            assert "Acme" == client.organizations.get(organization_id="acme").organization.organization_name


def test_seed_and_rate_limits(tmp_path: Path) -> None:
    """From the command line."""
    seed = tmp_path / "seed.json"
    seed.write_text('{"organizations": [{"organization_name": "Acme", "organization_slug": "acme"}]}')
    limit = ("--rate-limit", "organizations.get=1/day", "--documented-rate-limits")
    with (
        started("--port", "0", "--quiet", "--seed", str(seed), *limit) as (_, first),
        BlockingClient(
            first["STYTCH_PROJECT_ID"], first["STYTCH_SECRET"], base_url=first["STYTCH_BASE_URL"], max_attempts=1
        ) as client,
    ):
        assert "Acme" == client.organizations.get(organization_id="acme").organization.organization_name
        with pytest.raises(RateLimitError):
            client.organizations.get(organization_id="acme")


def test_kill(tmp_path: Path) -> None:
    """Killed emulator loses nothing that it acknowledged.

    What was created, changed and logged in; its file opens again. (A power failure is another matter: see docs/testing.md.)
    """
    arguments = ("--port", "0", "--quiet", "--db", str(tmp_path / "stytch.db"))
    created: list[str] = []
    named: list[int] = [0]
    tokens: list[str] = []
    with started(*arguments, command=INSTALLED) as (process, first):
        with connected(first) as client:
            home = client.organizations.create(organization_name="0", organization_slug="home").organization.organization_id

            def create(number: int) -> None:
                client.organizations.create(organization_name="Acme", organization_slug=f"acme-{number}")
                created.append(f"acme-{number}")

            def change(number: int) -> None:
                client.organizations.update(organization_id=home, organization_name=str(number))
                named.append(number)

            def log_in(number: int) -> None:
                body = json.dumps({"email_address": f"ada-{number}@example.com", "organization": home}).encode()
                url = f"{first['STYTCH_BASE_URL']}/_emulator/logins"
                with urlopen(url, body, 10) as response:  # noqa: S310  # http to this machine
                    tokens.append(json.load(response)["session_token"])

            def repeat(act: Callable[[int], None]) -> None:
                with contextlib.suppress(APIConnectionError, OSError, HTTPException):
                    for number in range(1, 10**6):
                        act(number)

            threads = [threading.Thread(target=repeat, args=(act,)) for act in (create, change, log_in)]
            for thread in threads:
                thread.start()
            while min(len(created), len(named), len(tokens)) < 25 and any(thread.is_alive() for thread in threads):
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            for thread in threads:
                thread.join()
        assert -signal.SIGKILL == process.wait(10)
    assert min(len(created), len(named), len(tokens)) >= 25
    with started(*arguments, command=INSTALLED) as (_, again), connected(again) as client:
        assert first["STYTCH_SECRET"] == again["STYTCH_SECRET"]
        found = {each.organization_slug for each in client.organizations.search(limit=1_000).organizations}
        assert set(created) <= found
        assert named[-1] <= int(client.organizations.get(organization_id=home).organization.organization_name) <= named[-1] + 1
        for token in tokens:
            assert home == client.sessions.authenticate(session_token=token).member.organization_id


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_emulator_frees_its_port(number: signal.Signals) -> None:
    """Another one can start there at once."""
    with started("--port", "0") as (process, exported):
        port = exported["STYTCH_BASE_URL"].rpartition(":")[2]
        process.send_signal(number)
        process.communicate(timeout=10)
        assert 0 == process.returncode
    with started("--port", port) as (_, exported):
        assert exported["STYTCH_BASE_URL"].endswith(port)


async def test_a_taken_port_is_told(stytch: Emulator) -> None:
    """In one line, without a traceback."""
    port = stytch.url.rpartition(":")[2]
    ended = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, check=False)  # noqa: ASYNC221
    assert 1 == ended.returncode
    assert port in ended.stderr
    assert "in use" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "allow_remote"),  # noqa: S104  # refused
        (["--project-id", "mine"], "project_id is malformed"),
        (["--port", "0", "--db", "/nowhere/at/all"], "No such file or directory"),
        (["--port", "0", "--db", __file__], "not a database"),
        (["--port", "0", "--seed", "/nowhere/seed.json"], "No such file or directory"),
        (["--port", "0", "--seed", __file__], "not valid JSON"),
        (["--rate-limit", "all=many"], "is not a rate limit such as"),
    ],
)
def test_settings_that_cannot_work_are_told(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line."""
    assert 1 == main(arguments)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "http"])
def test_port_out_of_range_is_told(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As any wrong argument, without a traceback."""
    with pytest.raises(SystemExit) as ended:
        main([f"--port={port}"])
    assert 2 == ended.value.code
    assert "--port" in capsys.readouterr().err


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """And what each is without being given."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert 0 == ended.value.code
    said = capsys.readouterr().out
    for option in (
        "--port",
        "--host",
        "--allow-remote",
        "--project-id",
        "--secret",
        "--db",
        "--organization-scoped-passwords",
        "--seed",
        "--rate-limit",
    ):
        assert option in said
    assert "8787" in said


def test_a_missing_extra_is_told(tmp_path: Path) -> None:
    """With the command that brings it."""
    (tmp_path / "argon2.py").write_text("raise ModuleNotFoundError(name='argon2')")
    ended = subprocess.run(
        COMMAND,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert 1 == ended.returncode
    assert "pip install 'stytch-b2b-async[emulator]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_client_does_not_import_the_emulator() -> None:
    """Nor what only the emulator needs."""
    code = (
        "import sys, stytch_b2b_async; print([m for m in sys.modules if 'emulator' in m or m in ('sqlite3', 'argon2', 'joserfc')])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "[]" == printed.strip()
