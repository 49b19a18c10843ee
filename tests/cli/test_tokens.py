"""The commands `token` and `session`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from stytch_b2b_async import BlockingClient
from stytch_b2b_async.emulator import Emulator

from .conftest import Run


@pytest.fixture(scope="module")
def login(emulator: Emulator) -> dict[str, Any]:
    """A member who has just logged in."""
    with emulator.blocking_client() as client:
        return _login(client, emulator)


def _login(client: BlockingClient, emulator: Emulator) -> dict[str, Any]:
    organization = client.organizations.create(organization_name="Tokens").organization
    member = client.organizations.members.create(
        organization_id=organization.organization_id, email_address="grace@example.com"
    ).member
    client.passwords.email.reset_start(organization_id=organization.organization_id, email_address=member.email_address)
    token = emulator.outbox.last(to=member.email_address).token
    reset = client.passwords.email.reset(password_reset_token=token, password="correct horse battery staple")
    return {
        "jwt": reset.session_jwt,
        "token": reset.session_token,
        "member": reset.member_id,
        "organization": organization.organization_id,
    }


@pytest.fixture
def jwt(login: dict[str, Any], tmp_path: Path) -> str:
    file = tmp_path / "jwt"
    file.write_text(login["jwt"] + "\n")
    return f"@{file}"


def test_decode_shows_times_in_words(run: Run, jwt: str, login: dict[str, Any]) -> None:
    ran = run("token", "decode", jwt)
    assert 0 == ran.status
    assert login["member"] in ran.out
    assert re.search(r"expires in \d+ (minutes|seconds)\)", " ".join(ran.out.split()))
    assert "The signature was not checked" in ran.err


def test_decode_as_json(run: Run, jwt: str, login: dict[str, Any]) -> None:
    assert login["member"] == json.loads(run("token", "decode", jwt, "-o", "json").out)["claims"]["sub"]


def test_verify_with_the_projects_keys(run: Run, jwt: str) -> None:
    ran = run("token", "verify", jwt)
    assert 0 == ran.status, ran
    assert "Valid: a genuine session token of this project." in ran.out


def test_verify_offline(run: Run, jwt: str, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With keys from a file, nothing is fetched."""
    keys = tmp_path / "jwks.json"
    keys.write_text(run("call", "sessions.get_jwks", "--project-id", emulator.project_id, "-q", "{keys: keys}").out)
    monkeypatch.setenv("STYTCH_BASE_URL", "http://127.0.0.1:9")
    assert 0 == run("token", "verify", jwt, "--jwks", str(keys)).status
    assert 1 == run("token", "verify", jwt, "--jwks", str(keys), "--project-id", "project-test-other").status


REFUSED = {
    "kind": (["--kind", "m2m"], "expected an M2M token, got a session token"),
    "age": (["--max-age", "0"], "the token is older than 0 s"),
}


@pytest.mark.parametrize(("more", "message"), REFUSED.values(), ids=REFUSED)
def test_verify_says_which_check_fails(more: list[str], message: str, run: Run, jwt: str) -> None:
    ran = run("token", "verify", jwt, *more)
    assert 1 == ran.status
    assert f"Refused: {message}." in " ".join(ran.out.split())
    assert "FAIL" in ran.out


def test_a_forged_token_is_refused(run: Run, login: dict[str, Any], tmp_path: Path) -> None:
    head, payload, signature = login["jwt"].split(".")
    forged = tmp_path / "forged"
    forged.write_text(f"{head}.{payload}.{'A' * (len(signature) - 2)}AA")
    ran = run("token", "verify", f"@{forged}")
    assert 1 == ran.status
    assert "FAIL  signature" in ran.out


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.e30"])
def test_what_is_not_a_token(text: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text(text)
    ran = run("token", "decode", f"@{file}")
    assert 1 == ran.status
    assert "Not a token of this API" in ran.err


def test_show_a_session(run: Run, login: dict[str, Any], jwt: str) -> None:
    by_jwt = json.loads(run("session", "show", jwt).out)
    given = ("--organization-id", login["organization"], "--member-id", login["member"])
    listed = run("session", "show", *given)
    assert login["member"] == by_jwt["member_id"]
    assert listed.status in {0, 1}


def test_revoke_a_session(run: Run, emulator: Emulator, tmp_path: Path) -> None:
    with emulator.blocking_client() as client:
        token = tmp_path / "token"
        token.write_text(_login(client, emulator)["token"])
    assert 0 == run("session", "show", f"@{token}").status
    assert 0 == run("session", "revoke", f"@{token}").status
    ran = run("session", "show", f"@{token}")
    assert 1 == ran.status
    assert "session_not_found" in ran.err


@pytest.mark.parametrize(
    "arguments", [["show"], ["revoke"], ["revoke", "x", "--member-id", "y"], ["show", "x", "--member-id", "y"]]
)
def test_exactly_one_session_is_meant(arguments: list[str], run: Run) -> None:
    assert 2 == run("session", *arguments).status
