# ruff: noqa: S603  # the commands are the example's own
"""The compose example, as far as it can be tried without a container engine: its commands, run on this machine."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from stytch_b2b_async import BlockingClient

EXAMPLE = Path(__file__).parents[2] / "examples" / "compose"
COMPOSE: Any = yaml.safe_load((EXAMPLE / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


def instruction(file: str, name: str) -> str:
    """Return what follows the last such instruction of a Containerfile."""
    (found,) = re.findall(rf"^{name} (.*)$", (EXAMPLE / file).read_text(), re.MULTILINE)
    return str(found)


def test_emulator_of_the_example() -> None:
    """Its command starts it, its health check succeeds, and the application's settings and the seed fit."""
    stytch, app = SERVICES["stytch"], SERVICES["app"]["environment"]
    entry = json.loads(instruction("emulator.Containerfile", "ENTRYPOINT"))
    (mount,) = stytch["volumes"]
    source, inside, _ = mount.split(":")
    command = [part.replace(inside, str(EXAMPLE / source)) for part in [*entry, *stytch["command"]]]
    process = subprocess.Popen([sys.executable, *command[1:], "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = next(line for line in process.stdout if "STYTCH_BASE_URL" in line).strip().partition("=")[2]
        check = json.loads(instruction("emulator.Containerfile", "HEALTHCHECK").partition("CMD ")[2])
        code = check[2].replace("http://127.0.0.1:8787", url)
        assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
        with BlockingClient(app["STYTCH_PROJECT_ID"], app["STYTCH_SECRET"], base_url=url) as client:
            login = client.passwords.authenticate(
                organization_id="acme", email_address="ada@acme.example", password="wobbly-teapot-orbits-47"
            )
        assert login.member_authenticated
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert 0 == process.returncode


def test_application_waits_for_the_emulator() -> None:
    """Under the name that it calls, in a file that is there; nothing is reachable from other machines."""
    app = SERVICES["app"]
    assert {"stytch": {"condition": "service_healthy"}} == app["depends_on"]
    assert "http://stytch:8787" == app["environment"]["STYTCH_BASE_URL"]
    for service in SERVICES.values():
        context = EXAMPLE / service["build"]["context"]
        assert (context / service["build"]["dockerfile"]).is_file()
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    copied = instruction("app.Containerfile", "COPY").split()[0]
    assert (EXAMPLE / app["build"]["context"] / copied).is_file()
