"""What is loaded when: an import, a client and a bound method cost little more than aiohttp itself."""

import subprocess
import sys

from imports import milliseconds

PROGRAM = """
import sys
from stytch_b2b_async import Client
client = Client("project-test-1", "secret-test-1")
client.passwords.email.require_reset
print("\\n".join(sorted(sys.modules)))
"""


def loaded(program: str = PROGRAM) -> set[str]:
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    return set(ran.stdout.split())


def test_lazy_resources() -> None:
    """A resource is loaded when it is first touched."""
    modules = loaded()
    assert "stytch_b2b_async.api.passwords.email" in modules
    assert not {each for each in modules if each.startswith("stytch_b2b_async.api.") and ".passwords" not in each} - {
        "stytch_b2b_async.api._shared",
        "stytch_b2b_async.api._shared.session_params",
        "stytch_b2b_async.api._shared.responses",
    }


def test_lazy_extras() -> None:
    """What only some programs need is not loaded.

    Portals are for blocking calls, cattrs for what msgspec cannot do alone, joserfc for tokens; OpenTelemetry is an extra.
    """
    roots = {each.partition(".")[0] for each in loaded()}
    assert not roots & {"anyio", "argon2", "cattrs", "joserfc", "opentelemetry", "standardwebhooks", "zxcvbn"}


def test_the_package_alone_loads_nothing() -> None:
    """`import stytch_b2b_async` loads none of its modules but the version, and no dependency."""
    program = "import sys; before = {*sys.modules}; import stytch_b2b_async; print(*{*sys.modules} - before)"
    assert {"stytch_b2b_async", "stytch_b2b_async._version"} == loaded(program)


def test_the_package_alone_is_imported_at_once() -> None:
    """It takes at most 30 ms more than starting Python; processor time, the best of some."""
    nothing, package = (min(milliseconds(program) for _ in range(7)) for program in ("pass", "import stytch_b2b_async"))
    assert package - nothing < 30
