"""Time to decode a reply of `passwords.email.require_reset` to a response object, as ratios."""

import argparse

from harness.race import Samples, Spread, race, show_progress, times_as_much

NAMES = ("ours, decoding", "vendor, decoding", "untyped msgspec", "json.loads")


def measure(rounds: int, calls: int = 2_000) -> Samples:
    """Let the contenders take turns."""
    return race(NAMES, {1: calls}, rounds)[1]


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    taken = measure(parser.parse_args().rounds)
    show_progress("done", last=True)
    for name, turns in taken.items():
        print(f"  {name:<18} {Spread.of([turn.cpu for turn in turns]).shown(1)} µs")
    for other in NAMES[1:]:
        print(f"  ours / {other}: {times_as_much(taken[NAMES[0]], taken[other], cpu=True).shown()} times as fast")


if __name__ == "__main__":
    main()
