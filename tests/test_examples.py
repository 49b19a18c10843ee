"""The examples run."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_quickstart_goes_through_both_halves_without_a_warning() -> None:
    program = [sys.executable, "-W", "error", str(ROOT / "examples" / "quickstart.py")]
    ran = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # our own
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[-1] == "All as it should be."
    for path in (
        "/v1/b2b/passwords/email/require_reset",
        "/v1/b2b/passwords/email/reset/start",
        "/v1/b2b/passwords/session/reset",
        "/v1/b2b/passwords/discovery/email/reset/start",
    ):
        assert sum(f"POST {path} " in line and " 200 " in line for line in lines) == 2
