"""What is loaded when: an import, a client and a bound method cost little more than aiohttp itself."""

import subprocess
import sys

PROGRAM = """
import sys
from stytch_b2b_async import Client
client = Client("project-test-1", "secret-test-1")
client.passwords.email.require_reset
print("\\n".join(sorted(sys.modules)))
"""


def loaded() -> set[str]:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    return set(ran.stdout.split())


def test_a_resource_is_loaded_when_it_is_first_touched() -> None:
    modules = loaded()
    assert "stytch_b2b_async.api.passwords.email" in modules
    assert not {each for each in modules if each.startswith("stytch_b2b_async.api.") and ".passwords" not in each} - {
        "stytch_b2b_async.api._shared",
        "stytch_b2b_async.api._shared.session_params",
        "stytch_b2b_async.api._shared.responses",
    }


def test_what_only_some_programs_need_is_not_loaded() -> None:
    """Portals are for blocking calls, cattrs for what msgspec cannot do alone, joserfc for tokens; OpenTelemetry is an extra."""
    roots = {each.partition(".")[0] for each in loaded()}
    assert not roots & {"anyio", "argon2", "cattrs", "joserfc", "opentelemetry", "standardwebhooks", "zxcvbn"}
