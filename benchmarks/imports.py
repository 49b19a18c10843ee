"""What does it cost to begin? Importing, making a client and binding one method, in a fresh process, as ratios.

Each contender is a whole process; they take turns in each round. Counted is processor time, which a busy machine changes least.
"""

import argparse
import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

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


def milliseconds(program: str) -> float:
    """Tell the processor time of a process that runs a program."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True)
    after = getrusage(RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds: int = parser.parse_args().rounds
    for program in PROGRAMS.values():
        milliseconds(program)  # the first writes what the others read
    taken = {name: [milliseconds(program)] for name, program in PROGRAMS.items()}
    for _ in range(rounds - 1):
        for name, program in PROGRAMS.items():
            taken[name].append(milliseconds(program))
    print("milliseconds of processor time, the interpreter's own start included")
    for name, values in taken.items():
        print(f"  {name:<10}{median(values):6.0f}  ({min(values):.0f} to {max(values):.0f})")
    print("times as much")
    for first, second in PAIRS:
        ratios = [one / other for one, other in zip(taken[first], taken[second], strict=True)]
        print(f"  {first + ' / ' + second:<20}{median(ratios):.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
