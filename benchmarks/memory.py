"""Resident memory of a process after its first call, and after a hundred thousand calls, in MiB."""

import argparse
from contextlib import ExitStack
from statistics import median
from typing import TypeAlias

from harness.race import Contender, Sample, Spread, server, show_progress

NAMES = ("ours", "vendor", "bare aiohttp", "ours, blocking", "vendor, blocking")
TENTHS = 10

Held: TypeAlias = dict[str, list[float]]
"""MiB of each contender, one for each of its processes."""


def after_one_call(rounds: int) -> Held:
    """Start each contender once per round, and let it make one call."""
    held: Held = {name: [] for name in NAMES}
    with server() as url:
        for turn in range(rounds):
            for name in NAMES:
                with Contender.started(name, url) as contender:
                    held[name].append(contender.take_turn(1, 1).resident)
            show_progress(f"memory: round {turn + 1} of {rounds}")
    return held


def over_many_calls(calls: int, width: int = 200) -> list[Sample]:
    """Make many calls with one client; return a sample per tenth, after a warm-up sample."""
    with ExitStack() as stack:
        contender = stack.enter_context(Contender.started("ours", stack.enter_context(server())))
        turns: list[Sample] = []
        for tenth in range(TENTHS + 1):
            turns.append(contender.take_turn(calls // TENTHS, width))
            show_progress(f"growth: {calls * tenth // TENTHS} of {calls} calls")
        return turns


def growth(turns: list[Sample]) -> float:
    """Return the growth from the warm-up to the maximum, in MiB."""
    return max(turn.resident for turn in turns[1:]) - turns[0].resident


def slowing(turns: list[Sample]) -> float:
    """Return the time of a call in the last three tenths, relative to the first three."""
    return median(turn.cpu for turn in turns[-3:]) / median(turn.cpu for turn in turns[1:4])


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=100_000)
    options = parser.parse_args()
    held, turns = after_one_call(options.rounds), over_many_calls(options.calls)
    show_progress("done", last=True)
    for name, values in held.items():
        print(f"  {name:<18} {Spread.of(values).shown(1)} MiB after one call")
    for kind in ("", ", blocking"):
        print(f"  ours / vendor{kind}: {Spread.between(held['ours' + kind], held['vendor' + kind]).shown()} times as much")
    print(f"  {options.calls} calls, 200 at once: {growth(turns):+.1f} MiB, and {slowing(turns):.2f} times as long at the end")


if __name__ == "__main__":
    main()
