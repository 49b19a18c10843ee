"""Start-up time: import, create a client and bind one method, in a new process, as ratios.

Each contender is a process; they take turns in each round. Processor time is measured, which other load affects least.
"""

import argparse
import os
import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage

from harness.race import Spread, show_progress

PROGRAMS = {
    "nothing": "pass",
    "aiohttp": "import aiohttp",
    "ours": (
        "from stytch_b2b_async import Client\n"
        "client = Client('project-test-1', 'secret-test-1')\n"
        "client.passwords.email.require_reset"
    ),
    "vendor": (
        "import stytch\n"
        "client = stytch.B2BClient('project-test-1', 'secret-test-1', suppress_warnings=True)\n"
        "client.passwords.email.require_reset_async"
    ),
}
PAIRS = [("ours", "aiohttp"), ("vendor", "ours")]


def environment() -> dict[str, str]:
    """Return this process's environment, with byte code caching on."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def milliseconds(program: str) -> float:
    """Return the processor time of a process that runs a program."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True, env=environment())
    after = getrusage(RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def measure(rounds: int) -> dict[str, list[float]]:
    """Let the contenders take turns."""
    for program in PROGRAMS.values():
        milliseconds(program)  # the first writes what the others read
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for turn in range(rounds):
        for name, program in PROGRAMS.items():
            taken[name].append(milliseconds(program))
        show_progress(f"imports: round {turn + 1} of {rounds}")
    return taken


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    taken = measure(parser.parse_args().rounds)
    show_progress("done", last=True)
    print("milliseconds of processor time, the interpreter's own start included")
    for name, values in taken.items():
        print(f"  {name:<10}{Spread.of(values).shown(0)}")
    print("times as much")
    for first, second in PAIRS:
        print(f"  {first + ' / ' + second:<20}{Spread.between(taken[first], taken[second]).shown()}")


if __name__ == "__main__":
    main()
