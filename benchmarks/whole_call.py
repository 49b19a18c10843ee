"""Time of a whole call, `passwords.email.require_reset` with the full reply, as ratios.

`--rounds`, `--calls` and `--width` set the number of measurements; with `--loop uvloop`, every contender runs under uvloop.
"""

import argparse

from harness.race import Samples, Spread, race, show_progress, times_as_much

AWAITED = ("ours", "vendor", "bare aiohttp")
BLOCKING = ("ours, blocking", "vendor, blocking")
PAIRS = [("ours", "vendor"), ("ours", "bare aiohttp"), ("vendor", "bare aiohttp"), ("ours, blocking", "vendor, blocking")]


def show(taken: Samples) -> None:
    """Print microseconds and ratios."""
    for name, turns in taken.items():
        wall, cpu = Spread.of([turn.wall for turn in turns]), Spread.of([turn.cpu for turn in turns])
        print(f"  {name:<18} {wall.shown(0):<22} µs a call; of processor time {cpu.shown(0)}")
    for first, second in PAIRS:
        if first in taken and second in taken:
            ratio, cpu = (times_as_much(taken[first], taken[second], cpu=cpu) for cpu in (False, True))
            print(f"  {first} / {second}: {ratio.shown()} times as fast; by processor time {cpu.shown()}")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=400, help="calls of each contender in a round")
    parser.add_argument("--width", type=int, action="append", help="awaited calls at once; may be given again (50 and 500)")
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="asyncio")
    options = parser.parse_args()
    widths = {width: max(options.calls, 2 * width) for width in options.width or (50, 500)}
    awaited = race(AWAITED, widths, options.rounds, options.loop)
    blocking = race(BLOCKING, {1: options.calls, 16: options.calls}, options.rounds, options.loop)
    show_progress("done", last=True)
    for width, taken in awaited.items():
        print(f"awaited, {width} at once, under {options.loop}")
        show(taken)
    for width, taken in blocking.items():
        print(f"blocking, {width} {'thread' if width == 1 else 'threads'}")
        show(taken)


if __name__ == "__main__":
    main()
