"""Run every flow with the vendor's SDK, awaited and blocking: `nox -s conformance`. Ends non-zero if anything does not conform."""

import asyncio
import json
import sys
from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import version
from operator import attrgetter
from typing import Any

import attrs
import stytch
from stytch.core.response_base import StytchError

from parity.vendor import arguments
from stytch_b2b_async.emulator import CallRecord, Emulator
from stytch_b2b_async.emulator.routes import all_routes

from .flows import ADA, FLOWS, ORGANIZATION_SCOPED, Flow
from .parties import settings
from .replies import mismatches


class NotEmulatedError(Exception):
    """An endpoint answered that it is not emulated."""


@attrs.frozen
class Result:
    """What a flow showed."""

    flow: str
    problems: list[str]
    skipped: str | None
    """The endpoint that is not emulated, at which it ended."""
    operations: frozenset[str]


@attrs.frozen
class Caller:
    """Calls the vendor's SDK, awaited or blocking."""

    client: Any
    is_awaited: bool

    async def __call__(self, operation: str, /, **plain: Any) -> Any:
        """Return the response."""
        method = attrgetter(f"{operation}_async" if self.is_awaited else operation)(self.client)
        given: Mapping[str, Any] = arguments(method, plain)
        try:
            return await (method(**given) if self.is_awaited else asyncio.to_thread(method, **given))
        except StytchError as error:
            if error.details.status_code == HTTPStatus.NOT_IMPLEMENTED:
                raise NotEmulatedError(operation) from None
            raise


async def run(flow: Flow, *, is_awaited: bool) -> Result:
    """Run a flow in a project of its own."""
    async with Emulator(settings=settings(ADA, shared_passwords=flow not in ORGANIZATION_SCOPED)) as emulator:
        vendor: Any = stytch.B2BClient(emulator.project_id, emulator.secret, environment=f"{emulator.url}/", suppress_warnings=True)
        problems: list[str] = []
        skipped: str | None = None
        async with vendor:
            try:
                await flow(Caller(vendor, is_awaited), emulator)
            except NotEmulatedError as missing:
                skipped = str(missing)
            except Exception as error:  # noqa: BLE001  # reported
                problems.append(f"{type(error).__name__}: {error}")
        answered = [call for call in emulator.calls if call.status == HTTPStatus.OK]
        problems.extend(problem for call in answered for problem in _mismatches(call))
        operations = frozenset(call.operation for call in answered if call.operation)
    return Result(flow.__name__, problems, skipped, operations)


def _mismatches(call: CallRecord) -> list[str]:
    if call.operation is None or not isinstance(call._received, bytes):
        return []
    if isinstance(call._sent, bytes) and b"grant_type=authorization_code" in call._sent:
        return []  # of connected apps, which call it themselves
    return list(mismatches(call.operation, json.loads(call._received)))


async def main() -> int:
    """Run all flows and print what they showed."""
    print(f"The emulator, driven by stytch {version('stytch')}")
    failed = False
    seen: set[str] = set()
    for flow in FLOWS:
        for is_awaited in (True, False):
            result = await run(flow, is_awaited=is_awaited)
            seen |= result.operations
            state = "FAILED" if result.problems else f"ended at {result.skipped}, not emulated" if result.skipped else "passed"
            print(f"{result.flow:18} {'awaited' if is_awaited else 'blocking':9} {len(result.operations):3} endpoints  {state}")
            for problem in result.problems:
                print(f"    {problem}")
            failed = failed or bool(result.problems)
    emulated = {route.request.operation for route in all_routes() if route.is_emulated}
    print(f"{len(seen)} of {len(emulated)} emulated endpoints answered with their declared fields")
    print("not called:", ", ".join(sorted(emulated - seen)) or "none")
    return int(failed)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
