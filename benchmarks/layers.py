"""The time of an async call by layer, as differences, and by package, from a profiler."""

import argparse
import asyncio
import cProfile
import pstats
from collections import Counter
from contextlib import AsyncExitStack

from harness.contenders import at_once, ours
from harness.race import Samples, race, server, show_progress

LAYERS = ("our transport alone", "our transport, encoding, decoding", "ours", "bare aiohttp")
SYSTEM_CALLS = ("'send' of '_socket", "'recv' of '_socket", "'poll' of 'select", "'register' of 'select")
WHOSE = {  # of a function that is written in Python, by its file; of one that is not, by its name
    "stytch_b2b_async": "this SDK",
    "aiohttp": "aiohttp",
    "asyncio": "asyncio",
    "multidict": "aiohttp",
    "aiohappyeyeballs": "aiohttp",
    "msgspec": "msgspec",
    "benchmarks": "the benchmark",
}


def measure(rounds: int, calls: int = 1_000, width: int = 50) -> Samples:
    """Let the layers take turns."""
    return race(LAYERS, {width: calls}, rounds)[width]


def differences(taken: Samples) -> dict[str, float]:
    """Return the microseconds of processor time that each layer adds: of the smallest turns, which were disturbed least."""
    transport, wire, whole, _ = (min(turn.cpu for turn in taken[name]) for name in LAYERS)
    return {
        "network: aiohttp's connections and parser, asyncio, the system": transport,
        "validating and encoding the request, decoding the reply": wire - transport,
        "deadline, retries, hooks": whole - wire,
    }


async def profiled(url: str, calls: int, width: int) -> pstats.Stats:
    """Profile calls with the standard profiler."""
    async with AsyncExitStack() as stack:
        once = await ours(url, stack)
        await at_once(once, calls, width)
        profile = cProfile.Profile()
        profile.enable()
        await at_once(once, calls, width)
        profile.disable()
    return pstats.Stats(profile)


def whose(file: str, name: str) -> str:
    """Return the package of a function."""
    if any(call in name for call in SYSTEM_CALLS):
        return "system calls"
    found = (owner for mark, owner in WHOSE.items() if f"/{mark}/" in file or mark in name)
    return next(found, "Python's own functions")


def shares(calls: int = 5_000, width: int = 50) -> dict[str, float]:
    """Return the share of each package in the profiled time. A profiler overstates small Python functions."""
    with server() as url:
        stats = asyncio.run(profiled(url, calls, width))
    spent: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]  # typeshed leaves it out
        spent[whose(file, name)] += own
    return {owner: own / spent.total() for owner, own in spent.most_common()}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    taken = measure(parser.parse_args().rounds)
    show_progress("done", last=True)
    for layer, took in differences(taken).items():
        print(f"  {took:6.1f} µs  {layer}")
    for owner, share in shares().items():
        print(f"  {share:6.0%}     {owner}")


if __name__ == "__main__":
    main()
