"""Calls every endpoint on both sides, with the same arguments, in both modes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, TypeAlias

import attrs
import stytch

from stytch_b2b_async import BlockingClient, Client

from . import ours, vendor
from .arguments import sets
from .calls import differences
from .endpoints import Endpoints, endpoints
from .findings import Findings
from .known import Difference
from .recorder import Recorded, Recorder, recording
from .shapes import Surfaces

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
SECRET = "secret-test-made-up"  # noqa: S105  # nobody's

Convert: TypeAlias = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]
"""(call, plain values) → the arguments that it takes."""


@attrs.frozen
class Sides:
    """The callables to compare: this SDK in both modes, and the vendor's, whose async methods end in `_async`."""

    awaited: Endpoints
    blocking: Endpoints
    theirs: Endpoints


async def compare(local: frozenset[str]) -> Findings:
    """Compare all endpoints except local ones."""
    findings, surfaces = Findings(), Surfaces()
    async with AsyncExitStack() as stack:
        recorder = await stack.enter_async_context(recording())
        sides = await _sides(recorder.url, stack)
        named = {path.removesuffix("_async") for path in sides.theirs}
        _one_sided(findings, sides.awaited.keys() - local, named - local)
        for path in sorted((sides.awaited.keys() & named) - local):
            _surfaces(findings, surfaces, path, sides)
            await _calls(findings, recorder, path, sides)
    for path in sorted(local - named - sides.awaited.keys()):
        findings.add(Difference(path, "local endpoint that neither side has"))
    return findings


async def _sides(url: str, stack: AsyncExitStack) -> Sides:
    fraud = url.replace("127.0.0.1", "localhost")  # another name, so that it shows which host is called
    awaited = Client(PROJECT_ID, SECRET, base_url=url, fraud_base_url=fraud)
    blocking = BlockingClient(PROJECT_ID, SECRET, base_url=url, fraud_base_url=fraud)
    theirs: Any = stytch.B2BClient(PROJECT_ID, SECRET, environment=f"{url}/", fraud_environment=f"{fraud}/", suppress_warnings=True)
    await stack.enter_async_context(awaited)
    stack.enter_context(blocking)
    await stack.enter_async_context(theirs)
    return Sides(endpoints(awaited), endpoints(blocking), endpoints(theirs))


def _one_sided(findings: Findings, here: frozenset[str] | set[str], there: set[str]) -> None:
    for path in there - here:
        findings.add(Difference(path, "endpoint that only the vendor has"))
    for path in here - there:
        findings.add(Difference(path, "endpoint that the vendor lacks"))


def _surfaces(findings: Findings, surfaces: Surfaces, path: str, sides: Sides) -> None:
    for mismatch in surfaces.compare(path, ours.method(sides.awaited[path]), vendor.method(sides.theirs[path])):
        findings.add(Difference(mismatch.where, mismatch.what, mismatch.field), mismatch.detail)


async def _calls(findings: Findings, recorder: Recorder, path: str, sides: Sides) -> None:
    taken = ours.method(sides.awaited[path]).parameters
    common = {name: field for name, field in vendor.method(sides.theirs[path]).parameters.items() if name in taken}
    modes = {"blocking": (_blocking, sides.blocking[path], sides.theirs[path])}
    if f"{path}_async" in sides.theirs:
        modes["awaited"] = (_awaited, sides.awaited[path], sides.theirs[f"{path}_async"])
    else:
        findings.add(Difference(path, "endpoint that the vendor cannot await"))
    for arguments, plain in sets(common).items():
        for mode, (send, here, there) in modes.items():
            findings.called.setdefault(path, []).append(f"{arguments} {mode}")
            one = await _record(recorder, partial(send, here.call, ours.arguments, plain))
            other = await _record(recorder, partial(send, there.call, vendor.arguments, plain))
            for what, field, detail in _differences(one, other):
                findings.add(Difference(path, what, field), detail)


def _differences(one: Recorded | Exception, other: Recorded | Exception) -> list[tuple[str, str, str]]:
    if isinstance(one, Exception):
        return [("call that cannot be made here", "", repr(one))]
    if isinstance(other, TypeError) and "<class 'bool'>" in str(other):
        return [("boolean that the vendor's client cannot send", "", repr(other))]
    if isinstance(other, Exception):
        return [("call that cannot be made with the vendor's SDK", "", repr(other))]
    return [*differences(one, other)]


async def _record(recorder: Recorder, call: Callable[[], Awaitable[None]]) -> Recorded | Exception:
    """Make a call, and return the recorded request; errors about the nearly empty reply are ignored."""
    failure: Exception = RuntimeError("nothing was sent")
    try:
        await call()
    except Exception as error:  # noqa: BLE001  # an endpoint that cannot be called is a finding, not the end
        failure = error
    recorded = recorder.take()
    return recorded[0] if recorded else failure


async def _awaited(call: Any, convert: Convert, plain: Mapping[str, Any]) -> None:
    await call(**convert(call, plain))


async def _blocking(call: Any, convert: Convert, plain: Mapping[str, Any]) -> None:
    await asyncio.to_thread(call, **convert(call, plain))
