"""What the command `call` takes, prints and refuses."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stytch_b2b_async.emulator import Emulator

from .conftest import Run


def created(run: Run, name: str) -> dict[str, Any]:
    organization: dict[str, Any] = json.loads(run("call", "organizations.create", "--organization-name", name).out)["organization"]
    return organization


def test_nested_and_repeated_options(run: Run) -> None:
    """Lists are repeated options or JSON; free-form objects are KEY=VALUE or JSON."""
    ran = run(
        "call", "organizations.create", "--organization-name", "Nested",
        "--email-allowed-domains", "a.example", "--email-allowed-domains", '["b.example", "c.example"]',
        "--trusted-metadata", "plan=pro", "--trusted-metadata", "seats=3", "--trusted-metadata", '{"deep": {"er": true}}',
    )  # fmt: skip
    organization = json.loads(ran.out)["organization"]
    assert ["a.example", "b.example", "c.example"] == organization["email_allowed_domains"]
    assert {"plan": "pro", "seats": 3, "deep": {"er": True}} == organization["trusted_metadata"]


def test_options_take_precedence_over_json(run: Run, tmp_path: Path) -> None:
    request = tmp_path / "request.json"
    request.write_text('{"organization_name": "From the file", "email_invites": "NOT_ALLOWED"}')
    ran = run("call", "organizations.create", "--json", f"@{request}", "--organization-name", "From the option")
    organization = json.loads(ran.out)["organization"]
    assert ("From the option", "NOT_ALLOWED") == (organization["organization_name"], organization["email_invites"])


def test_query_selects_a_part(run: Run) -> None:
    assert '"Selected"\n' == run(
        "call", "organizations.create", "--organization-name", "Selected", "-q", "organization.organization_name"
    ).out  # fmt: skip


@pytest.mark.parametrize(("output", "expected"), [("yaml", "organization_name: Shown"), ("table", "Shown")])
def test_other_outputs(run: Run, output: str, expected: str) -> None:
    organization_id = created(run, "Shown")["organization_id"]
    assert expected in run("call", "organizations.get", "--organization-id", organization_id, "-o", output).out


def test_dry_run_sends_nothing_and_masks_secrets(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """It shows the HTTP request, and programs that compile."""
    monkeypatch.setenv("STYTCH_PASSWORD", "correct horse battery staple")
    ran = run("call", "passwords.authenticate", "--organization-id", "acme", "--email-address", "ada@example.com", "--dry-run")
    assert 0 == ran.status
    assert "correct horse" not in ran.out + ran.err
    assert emulator.secret not in ran.out + ran.err
    assert "POST /v1/b2b/passwords/authenticate HTTP/1.1" in ran.out
    for program in ran.out.split("# Python, ")[1:]:
        compile(program.partition("\n")[2], "program", "exec")


@pytest.mark.parametrize("source", ["file", "variable", "named variable"])
def test_secrets_need_no_argument(run: Run, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret is read from a file, or an environment variable; its value does not appear."""
    secret = tmp_path / "password"
    secret.write_text("correct horse battery staple\n")
    if source == "variable":
        monkeypatch.setenv("STYTCH_PASSWORD", secret.read_text().strip())
    monkeypatch.setenv("MY_PASSWORD", secret.read_text().strip())
    given = {"file": ["--password", f"@{secret}"], "variable": [], "named variable": ["--password", "env:MY_PASSWORD"]}[source]
    ran = run("call", "passwords.strength_check", *given)
    assert json.loads(ran.out)["valid_password"] is True
    assert "" == ran.err


def test_a_secret_argument_is_warned_of(run: Run) -> None:
    """Other users can see arguments; the warning does not repeat the value."""
    ran = run("call", "passwords.strength_check", "--password", "correct horse battery staple")
    assert 0 == ran.status
    assert ran.err.startswith("Warning: --password was given as an argument")
    assert "correct" not in ran.err


@pytest.fixture(scope="module")
def crowd(emulator: Emulator) -> str:
    """An organization with a thousand members."""
    organization_id = emulator.log_in("0@crowd.example", organization="crowd").organization.organization_id
    with emulator.blocking_client() as client:
        for number in range(1, 1_000):
            client.organizations.members.create(organization_id=organization_id, email_address=f"{number}@crowd.example")
    return organization_id


def test_all_follows_pages(run: Run, crowd: str) -> None:
    """Each item is a line of JSON, once, in the order of the pages."""
    request = ("call", "organizations.members.search", "--organization-ids", crowd, "--all", "--limit", "300")
    ran = run(*request, "-q", "email_address")
    assert (0, "") == (ran.status, ran.err)
    assert [f"{number}@crowd.example" for number in range(1_000)] == [json.loads(line) for line in ran.out.splitlines()]


def test_all_prints_pages_as_they_come(emulator: Emulator, crowd: str) -> None:
    """A reader that has enough, such as `head`, ends it quietly, and later pages are not asked for."""
    command = ["call", "organizations.members.search", "--organization-ids", crowd, "--all", "--limit", "10"]
    before = len(emulator.calls.to("organizations.members.search"))
    program = [sys.executable, "-m", "stytch_b2b_async", *command]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603  # our own
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())
        process.stdout.close()
        assert ("0@crowd.example", b"") == (first["email_address"], process.stderr.read())
        assert 0 == process.wait(10)
    assert len(emulator.calls.to("organizations.members.search")) - before < 100


REFUSED = {
    "unknown endpoint": (["passwords.emial.require_reset"], "Did you mean 'passwords.email.require_reset'?"),
    "unknown option": (["organizations.get", "--organisation-id", "x"], "Did you mean '--organization-id'?"),
    "doubled option": (
        ["organizations.get", "--organization-id", "x", "--organization-id=y"],
        "'--organization-id' was given twice",
    ),
    "missing option": (["organizations.get"], "Missing option '--organization-id'"),
    "invalid JSON": (["organizations.create", "--json", '{"a": 1,\n "b"}'], "line 2, column 5"),
    "NaN": (["organizations.create", "--json", '{"a": NaN}'], "NaN is not a JSON value"),
    "deep JSON": (["organizations.create", "--json", "[" * 100_000], "Not valid JSON"),
    "not an object": (["organizations.create", "--json", "[]"], "Not a JSON object"),
    "unknown field": (["organizations.create", "--json", '{"organization_nam": "x"}'], "Missing option '--organization-name'"),
    "wrong type": (["organizations.create", "--json", '{"organization_name": 1}'], "organization_name"),
    "not a number": (["organizations.search", "--limit", "many"], "'many' is not a valid integer"),
    "missing file": (["organizations.create", "--json", "@/nowhere/at/all"], "Cannot read /nowhere/at/all: No such file"),
    "a folder": (["organizations.create", "--json", "@/"], "Cannot read /: Is a directory"),
    "NUL in a path": (["organizations.create", "--json", "@\0"], "Cannot read"),
    "unset variable": (["passwords.strength_check", "--password", "env:NOT_SET"], "The environment variable NOT_SET is not set"),
    "invalid JMESPath": (["organizations.get", "--organization-id", "x", "-q", "a.["], "Not a valid JMESPath expression"),
    "empty session token": (["organizations.delete", "--organization-id", "x", "--session-token", ""], "must not be empty"),
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_invalid_usage(arguments: list[str], message: str, run: Run) -> None:
    """One line says what is wrong; the exit status is 2."""
    ran = run("call", *arguments)
    assert 2 == ran.status, ran
    assert "" == ran.out
    assert message in " ".join(ran.err.split())


def test_missing_credentials(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STYTCH_PROJECT_ID", "STYTCH_SECRET", "STYTCH_BASE_URL"):
        monkeypatch.delenv(name)
    ran = run("call", "debug.whoami")
    assert 2 == ran.status
    assert "No credentials" in ran.err


def test_an_error_of_the_api(run: Run) -> None:
    """One sentence with the request's id, and the vendor's page."""
    ran = run("call", "organizations.get", "--organization-id", "nobody")
    assert (1, "") == (ran.status, ran.out)
    first, second = ran.err.splitlines()
    assert first.startswith("stytch-b2b: 404 organization_not_found: ")
    assert "[request-id-test-" in first
    assert second.startswith("See https://stytch.com/docs/")


def test_no_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYTCH_BASE_URL", "http://127.0.0.1:9")
    ran = run("call", "debug.whoami")
    assert 3 == ran.status
    assert "Is the emulator running?" in ran.err


def test_debug_shows_attempts_without_secrets(run: Run, emulator: Emulator) -> None:
    ran = run("call", "organizations.get", "--organization-id", "nobody", "--debug")
    assert "attempt 1: 404 organization_not_found" in ran.err
    assert emulator.secret not in ran.err
