"""All measurements of docs/performance.md, as JSON values."""

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, TypeAlias

import decoding
import imports
import instruction_counts
import layers
import memory
from harness.race import Sample, Samples, Spread, race, show_progress, times_as_much
from whole_call import AWAITED, BLOCKING

LOOPS = ("asyncio", "uvloop")
WIDTHS = (10, 50, 200, 500, 1000)
CALLS = 1_000  # of a turn; at least twice as many as are made at once

Measured: TypeAlias = dict[str, Any]
"""Values that JSON can hold: a spread is a list of median, smallest, largest."""


def measure(rounds: int, growth_calls: int, *, count: bool) -> Measured:
    """Measure everything."""
    measured: Measured = {"where": place(), "rounds": rounds, "growth calls": growth_calls}
    for loop in LOOPS:
        awaited = race(AWAITED, {width: max(CALLS, 2 * width) for width in WIDTHS}, rounds, loop)
        measured[f"awaited, {loop}"] = {str(width): _compared(taken, *AWAITED) for width, taken in awaited.items()}
        blocking = race(BLOCKING, {1: CALLS // 2, 16: CALLS}, rounds, loop)
        measured[f"blocking, {loop}"] = {str(width): _compared(taken, *BLOCKING) for width, taken in blocking.items()}
    measured["decoding"] = _compared(decoding.measure(rounds), *decoding.NAMES)
    measured["imports"] = _imports(imports.measure(rounds))
    measured["memory"] = _memory(memory.after_one_call(max(3, rounds // 3)), memory.over_many_calls(growth_calls))
    measured["layers"] = layers.differences(layers.measure(rounds))
    measured["shares"] = layers.shares()
    measured |= counts() if count and instruction_counts.available() else {"counts": {}, "promises": {}}
    show_progress("measured", last=True)
    plain: Measured = json.loads(json.dumps(measured))
    return plain


def counts() -> Measured:
    """Count instructions, which other load does not affect."""
    counted: Measured = json.loads(json.dumps({"counts": instruction_counts.measure(), "promises": instruction_counts.promises()}))
    return counted


def place() -> dict[str, str]:
    """Describe the environment of the measurements."""
    packages = ("aiohttp", "msgspec", "attrs", "cattrs", "anyio", "uvloop", "stytch")
    return {
        "system": f"{platform.system()}, {os.cpu_count()} processors",
        "Python": platform.python_version(),
        **{package: version(package) for package in packages},
    }


def _compared(taken: Samples, ours: str, *others: str) -> Measured:
    """Collect the microseconds of each contender, and the speed of the first relative to each other."""
    return {
        "µs": {name: Spread.of([turn.wall for turn in turns]) for name, turns in taken.items()},
        "times as fast as": {other: times_as_much(taken[ours], taken[other]) for other in others},
        "times as fast as, by processor time": {other: times_as_much(taken[ours], taken[other], cpu=True) for other in others},
    }


def _imports(taken: Mapping[str, list[float]]) -> Measured:
    return {
        "ms": {name: Spread.of(values) for name, values in taken.items()},
        "vendor / ours": Spread.between(taken["vendor"], taken["ours"]),
        "ours / aiohttp": Spread.between(taken["ours"], taken["aiohttp"]),
    }


def _memory(held: memory.Held, turns: list[Sample]) -> Measured:
    return {
        "MiB": {name: Spread.of(values) for name, values in held.items()},
        "ours / vendor": Spread.between(held["ours"], held["vendor"]),
        "ours / vendor, blocking": Spread.between(held["ours, blocking"], held["vendor, blocking"]),
        "grown by": memory.growth(turns),
        "tenths": [[turn.cpu, turn.resident] for turn in turns],
        "last three tenths / first three": memory.slowing(turns),
    }
