"""Tab completion."""

import subprocess
import sys

import pytest

from .conftest import Run


def complete(line: str) -> list[str]:
    """Return what bash would offer at the end of a line."""
    words = line.split(" ")
    environment = {"_STYTCH_B2B_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    program = "import sys; sys.argv[0] = 'stytch-b2b'; from stytch_b2b_async.cli import main; main([])"
    ran = subprocess.run(  # noqa: S603  # our own
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30, env={**environment, "PATH": ""}
    )
    assert "" == ran.stderr
    return [offered.partition(",")[2] for offered in ran.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("stytch-b2b do", ["doctor"]),
        ("stytch-b2b call passwords.e", ["passwords.email.", "passwords.existing_password."]),
        (
            "stytch-b2b call passwords.email.r",
            ["passwords.email.require_reset", "passwords.email.reset", "passwords.email.reset_start"],
        ),
        ("stytch-b2b call organizations.get --org", ["--organization-id"]),
        ("stytch-b2b call passwords.migrate --hash-type b", ["bcrypt"]),
    ],
)
def test_completion(line: str, offered: list[str]) -> None:
    """Endpoints step by step, options, and documented values."""
    assert offered == complete(line)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(shell: str, run: Run) -> None:
    ran = run("completion", shell)
    assert 0 == ran.status
    assert "_STYTCH_B2B_COMPLETE" in ran.out
