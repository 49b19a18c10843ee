"""How long does a whole call take? `passwords.email.require_reset` with the full reply, as ratios.

Every contender has a process of its own, and so has the server. They take turns in each round, so that what slows the machine down
slows all of them; a ratio is the median over the rounds, with the smallest and largest beside it. `--rounds` and `--calls` change
how much is measured.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from callers import AWAITED, BLOCKING

HERE = Path(__file__).parent
PAIRS = [
    ("ours", "vendor"),
    ("ours", "bare aiohttp"),
    ("vendor", "bare aiohttp"),
    ("ours, blocking", "vendor, blocking"),
]


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run one of this folder's programs until the block ends."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()


def ask(process: subprocess.Popen[str], calls: int) -> float:
    """Have a contender make so many calls; tell the microseconds of each."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{calls}\n")
    process.stdin.flush()
    return float(process.stdout.readline()) / calls * 1e6


def measure(rounds: int, calls: int, width: int) -> dict[str, list[float]]:
    """Let the contenders take turns."""
    with ExitStack() as stack:
        server = stack.enter_context(running("server.py", "require_reset_reply.json"))
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        workers = {name: stack.enter_context(running("worker.py", name, url, str(width))) for name in (*AWAITED, *BLOCKING)}
        for worker in workers.values():
            ask(worker, calls)  # warm
        taken: dict[str, list[float]] = {name: [] for name in workers}
        for turn in range(rounds):
            for name, worker in workers.items():
                taken[name].append(ask(worker, calls))
            print(f"\rround {turn + 1} of {rounds}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        return taken


def spread(values: list[float], digits: int) -> str:
    """Show a median with its extremes."""
    return f"{median(values):8.{digits}f}  ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=400, help="calls of each contender in a round")
    parser.add_argument("--width", type=int, default=50, help="awaited calls at once")
    options = parser.parse_args()
    taken = measure(options.rounds, options.calls, options.width)
    print(f"\nmicroseconds a call, {options.width} at once where awaited, one after the other where blocking")
    for name, values in taken.items():
        print(f"  {name:<18}{spread(values, 0)}")
    print("\ntimes as fast (above 1: the first is faster)")
    for first, second in PAIRS:
        ratios = [other / own for own, other in zip(taken[first], taken[second], strict=True)]
        print(f"  {first + ' / ' + second:<36}{spread(ratios, 2)}")


if __name__ == "__main__":
    main()
