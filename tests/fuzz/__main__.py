"""Drive the emulator with schemathesis, from the OpenAPI document: `nox -s fuzz`. Ends non-zero if anything does not conform."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from fuzz.configuration import Known, configuration, with_examples
from fuzz.site import Values, furnish, settings
from support.tenants import Tenant

from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.emulator.routes import all_routes
from stytch_b2b_async.openapi import document

_BOUNDED = (
    "--seed",
    "1",
    "--max-examples",
    "20",
    "--generation-database",
    "none",
    "--continue-on-failure",
    "--no-shrink",
    "--phases",
    "examples,coverage,fuzzing,stateful",
)

_ANSWERS = ("accepted", "rejected", "unreachable", "conflicts")
_NEVER = {"organizations.members.delete_password"}
"""What cannot succeed here: the passwords of the project are shared between organizations."""


async def main(arguments: list[str]) -> int:
    """Run it in a project of its own; return the exit status."""
    moment = datetime.now(UTC)  # it stays, and with it codes and tokens
    async with Emulator(settings=settings(), clock=lambda: moment) as stytch, stytch.client(max_attempts=1, strict=True) as client:
        values = await furnish(await Tenant.make(stytch, client))
        with tempfile.TemporaryDirectory() as folder:
            return await _run(Path(folder), stytch, values, arguments)


async def _run(folder: Path, stytch: Emulator, values: Mapping[str, Values], arguments: list[str]) -> int:
    emulated = [route.request.operation for route in all_routes() if route.is_emulated]
    known = {operation: _known(operation, values) for operation in emulated}
    described = with_examples(document(stytch.url), known)
    (folder / "openapi.json").write_text(json.dumps(described))
    (folder / "schemathesis.toml").write_text(configuration(described, known, Path(__file__).with_name("hooks.py")))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run", "openapi.json"),
        *("--url", stytch.url, "--auth", f"{stytch.project_id}:{stytch.secret}"),
        *("--report-json-path", "report.json", *_BOUNDED, *arguments),
        cwd=folder,
        env={**os.environ, "FUZZ_URL": stytch.url},
    )
    status = await process.wait()
    return _judge(json.loads((folder / "report.json").read_text()), described, status)


def _known(operation: str, values: Mapping[str, Values]) -> Known:
    own: dict[str, Any] = {}
    for pattern, some in values.items():
        if pattern != "*" and fnmatchcase(operation, pattern):
            own |= some
    return Known(values["*"], own)


def _judge(report: Mapping[str, Any], described: Mapping[str, Any], status: int) -> int:
    """Demand that every endpoint has succeeded at least once: a run whose calls are all refused shows little."""
    rates = report["valid_rates"]
    calls = {
        label: [sum(each[kind] for each in rates.get(label, {}).values()) for kind in _ANSWERS] for label in _labels(described)
    }
    never = {operation for label, operation in _labels(described).items() if not calls[label][0]}
    accepted, whole = sum(each[0] for each in calls.values()), sum(map(sum, calls.values()))
    sys.stdout.write(f"{accepted} of {whole} calls with generated fields succeeded, of {len(calls)} endpoints\n")
    for operation in sorted(never ^ _NEVER):
        sys.stdout.write(f"{operation} {'never succeeded' if operation in never else 'succeeded after all'}\n")
    return status or len(never ^ _NEVER)


def _labels(described: Mapping[str, Any]) -> dict[str, str]:
    """Return the operations by the names under which they are reported."""
    paths: Mapping[str, Mapping[str, Any]] = described["paths"]
    return {f"{method.upper()} {path}": each["operationId"] for path, item in paths.items() for method, each in item.items()}


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
