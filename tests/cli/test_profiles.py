"""Several projects by name."""

import json
import stat
from pathlib import Path
from typing import ClassVar

import pytest

from stytch_b2b_async.emulator import Emulator

from .conftest import Run

CREDENTIALS = ("STYTCH_PROJECT_ID", "STYTCH_SECRET", "STYTCH_BASE_URL")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """No credentials in the environment, but for a variable that commands do not read by themselves."""
    for name in CREDENTIALS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("THE_SECRET", emulator.secret)


def add(run: Run, emulator: Emulator, name: str, *more: str) -> None:
    given = ("--project-id", emulator.project_id, "--secret", "env:THE_SECRET", "--base-url", emulator.url)
    ran = run("profile", "add", name, *given, *more)
    assert 0 == ran.status, ran
    assert emulator.secret not in ran.out + ran.err


def ask(run: Run, *before: str) -> int:
    return run("call", "organizations.get", "--organization-id", "nobody", *before).status


@pytest.mark.usefixtures("bare")
def test_the_first_profile_is_used(run: Run, emulator: Emulator, settings: Path) -> None:
    """Its file can be read by its owner only; the list shows no secret."""
    assert 2 == ask(run)
    add(run, emulator, "local")
    assert 0o600 == stat.S_IMODE(settings.stat().st_mode)
    assert 1 == ask(run)  # 404: it was asked
    listed = run("profile", "list").out
    assert listed.startswith(f"* local        {emulator.project_id}")
    assert emulator.secret not in listed


@pytest.mark.usefixtures("bare")
def test_profiles_by_name(run: Run, emulator: Emulator) -> None:
    """`use` chooses one for good, `--profile` for one command, before or after the command's name."""
    add(run, emulator, "local")
    assert 0 == run("profile", "add", "other", "--project-id", "project-test-1", "--secret", "env:THE_SECRET", "--base-url", "http://127.0.0.1:9").status  # fmt: skip  # noqa: E501
    assert 3 == ask(run, "--profile", "other")
    assert 0 == run("profile", "use", "other").status
    assert 3 == ask(run)
    assert 1 == run("--profile", "local", "call", "organizations.get", "--organization-id", "nobody").status
    assert 0 == run("profile", "remove", "other").status
    assert 2 == ask(run)
    assert "No such profile: other" in run("profile", "use", "other").err


def test_environment_over_profile(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """The environment wins over the current profile."""
    monkeypatch.setenv("THE_SECRET", emulator.secret)
    assert 0 == run("profile", "add", "other", "--project-id", "project-test-1", "--secret", "env:THE_SECRET", "--base-url", "http://127.0.0.1:9").status  # fmt: skip  # noqa: E501
    assert 1 == ask(run)
    assert 3 == ask(run, "--profile", "other")


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("chosen_by", ["use", "--profile", "STYTCH_PROFILE"])
@pytest.mark.parametrize("variable", CREDENTIALS)
def test_profile_and_environment_are_never_mixed(
    chosen_by: str, variable: str, run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> None:
    """Or a secret would be sent to a host that it is not for: the live project's to an emulator, or to anybody's."""
    monkeypatch.setenv("THE_SECRET", "secret-live-1")
    target = ("--base-url", "http://127.0.0.1:9")
    assert 0 == run("profile", "add", "live", "--project-id", "project-live-1", "--secret", "env:THE_SECRET", *target).status
    values = {"STYTCH_PROJECT_ID": "project-live-2", "STYTCH_SECRET": "secret-live-2", "STYTCH_BASE_URL": emulator.url}
    monkeypatch.setenv(variable, values[variable])
    if chosen_by == "--profile":
        assert 3 == ask(run, "--profile", "live")  # nobody listens at its address
        assert "project-live-1 at http://127.0.0.1:9" in run("session", "revoke", "--member-id", "m", "--profile", "live").err
        return
    if chosen_by == "STYTCH_PROFILE":
        monkeypatch.setenv("STYTCH_PROFILE", "live")
    ran = run("call", "organizations.get", "--organization-id", "nobody")
    assert 2 == ran.status
    assert f"{variable} set without the other credentials, and profile live is in use" in " ".join(ran.err.split())


@pytest.mark.usefixtures("bare")
def test_incomplete_profile(run: Run, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """Gaps of a profile are not filled from the environment. A gateway that adds credentials is sent none."""
    assert 0 == run("profile", "add", "gateway", "--base-url", emulator.url).status
    monkeypatch.setenv("STYTCH_PROJECT_ID", emulator.project_id)
    monkeypatch.setenv("STYTCH_SECRET", emulator.secret)
    assert "Authorization" in run("call", "debug.whoami", "--dry-run").out
    assert "Authorization" not in run("call", "debug.whoami", "--dry-run", "--profile", "gateway").out


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        ('{"profiles": {}}', 0o644, "so that others can read it: run chmod 600"),
        ("not JSON", 0o600, "is not a file of profiles"),
        ("[]", 0o600, "is not a file of profiles"),
        ('{"profiles": {"a": {"colour": "red"}}}', 0o600, "is not a file of profiles"),
        ('{"profiles": {"a": {"project_id": 5}}}', 0o600, "is not a file of profiles"),
        ('{"profiles": {}, "current": "gone"}', 0o600, "is not a file of profiles"),
    ],
)
def test_unusable_files(content: str, mode: int, message: str, run: Run, settings: Path) -> None:
    settings.parent.mkdir()
    settings.write_text(content)
    settings.chmod(mode)
    ran = run("call", "debug.whoami")
    assert 2 == ran.status
    assert message in " ".join(ran.err.split())


def test_a_secret_is_not_taken_from_the_arguments(run: Run) -> None:
    ran = run("profile", "add", "x", "--project-id", "project-test-1", "--secret", "secret-test-abc")
    assert 2 == ran.status
    assert "secret-test-abc" not in ran.out + ran.err


def test_invalid_settings_are_refused(run: Run, monkeypatch: pytest.MonkeyPatch, settings: Path) -> None:
    monkeypatch.setenv("THE_SECRET", "secret-live-abc")
    ran = run("profile", "add", "x", "--project-id", "project-test-1", "--secret", "env:THE_SECRET")
    assert 2 == ran.status
    assert "secret is of the live environment" in " ".join(ran.err.split())
    assert not settings.exists()


@pytest.mark.usefixtures("bare")
def test_a_live_project_is_named_before_a_change(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also without a terminal, where nothing is asked; what only reads is not announced."""
    monkeypatch.setenv("THE_SECRET", "secret-live-1")
    given = ("--project-id", "project-live-1", "--secret", "env:THE_SECRET", "--base-url", "http://127.0.0.1:9")
    assert 0 == run("profile", "add", "live", *given).status
    ran = run("call", "passwords.email.require_reset", "--email-address", "ada@example.com")
    assert 3 == ran.status
    assert "in the LIVE project project-live-1 at http://127.0.0.1:9" in ran.err
    assert "LIVE" not in run("call", "debug.whoami").err


@pytest.mark.usefixtures("bare")
def test_secrets_go_to_the_keyring(run: Run, emulator: Emulator, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has one; the file then holds none."""
    import keyring
    from keyring.backend import KeyringBackend

    class InMemory(KeyringBackend):
        priority = 1
        kept: ClassVar[dict[tuple[str, str], str]] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.kept[service, username]

    monkeypatch.setattr(keyring.core, "_keyring_backend", InMemory())  # type: ignore[no-untyped-call]
    add(run, emulator, "local")
    assert "secret" not in json.loads(settings.read_text())["profiles"]["local"]
    assert 1 == ask(run)
    run("profile", "remove", "local")
    assert {} == InMemory.kept
