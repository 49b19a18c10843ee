"""What the API, a token or a file says does not command the terminal."""

import json

import pexpect
import pytest
import yaml

from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.testing import TokenMinter

from .conftest import Run
from .test_terminal import COMMAND

HOSTILE = "Acme\x1b[31m\x1b]0;title\x07\x9b2J\u202e\x7f\x08"
COMMANDS = ("\x1b", "\x07", "\x08", "\x7f", "\x9b", "\u202e")


@pytest.fixture(scope="module")
def organization_id(emulator: Emulator) -> str:
    """An organization whose name commands terminals."""
    with emulator.blocking_client() as client:
        return client.organizations.create(organization_name=HOSTILE).organization.organization_id


def assert_harmless(shown: str) -> None:
    assert [] == [character for character in COMMANDS if character in shown]


@pytest.mark.parametrize("output", ["json", "yaml", "table"])
def test_a_response_does_not_command_the_terminal(output: str, run: Run, organization_id: str) -> None:
    """Programs that read JSON or YAML still get the name as it is."""
    ran = run("call", "organizations.get", "--organization-id", organization_id, "-o", output)
    assert_harmless(ran.out)
    if output == "table":
        assert r"Acme\u001b[31m" in ran.out
    else:
        parsed = json.loads(ran.out) if output == "json" else yaml.safe_load(ran.out)
        assert HOSTILE == parsed["organization"]["organization_name"]


@pytest.mark.parametrize("output", ["json", "yaml", "table"])
def test_escape_sequences_in_selected_values(output: str, organization_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A selected value does not command the terminal."""
    monkeypatch.setenv("TERM", "dumb")
    arguments = ["call", "organizations.get", "--organization-id", organization_id, "-q", "organization.organization_name"]
    shown = str(pexpect.run(" ".join([*COMMAND, *arguments, "-o", output]), encoding="utf-8", timeout=30))
    assert "Acme" in shown
    assert_harmless(shown)


def test_a_program_gets_a_selected_value_as_it_is(run: Run, organization_id: str) -> None:
    """But for colours, which are never shown without a terminal."""
    arguments = ("--organization-id", organization_id, "-o", "yaml", "-q", "organization.organization_name")
    assert HOSTILE.replace("\x1b[31m", "") + "\n" == run("call", "organizations.get", *arguments).out


def test_claims_do_not_command_the_terminal(run: Run, emulator: Emulator) -> None:
    """Anybody can write a token."""
    token = TokenMinter(emulator.project_id).session_jwt(custom_claims={HOSTILE: HOSTILE})
    for command in ("decode", "verify"):
        ran = run("token", command, token)
        assert "Acme" in ran.out
        assert_harmless(ran.out + ran.err)


def test_errors_do_not_command_the_terminal(run: Run, emulator: Emulator, organization_id: str) -> None:
    fault = emulator.faults.add("organizations.get", status=404, error_type=HOSTILE)
    try:
        ran = run("call", "organizations.get", "--organization-id", organization_id, "--debug")
    finally:
        emulator.faults.remove(fault)
    assert 1 == ran.status
    assert "Acme" in ran.err
    assert_harmless(ran.err)


@pytest.mark.parametrize("expression", ["foo(@)", "length()"])
def test_an_impossible_query_sends_nothing(expression: str, run: Run) -> None:
    ran = run("call", "organizations.create", "--organization-name", "Never", "-q", expression)
    assert (2, "") == (ran.status, ran.out)


@pytest.mark.parametrize("more", [(), ("--all",)])
def test_query_that_does_not_fit(more: tuple[str, ...], run: Run, organization_id: str) -> None:
    """A query that does not fit loses no response.

    It may hold the only copy of a session token, which no error message repeats.
    """
    call = ("organizations.search", *more) if more else ("organizations.get", "--organization-id", organization_id)
    ran = run("call", *call, "-q", "length(status_code || organization_name && `1`)")
    assert 1 == ran.status
    assert "--query does not fit its response" in ran.err
    assert "Traceback" not in ran.err
    assert "organization_name" in ran.out
