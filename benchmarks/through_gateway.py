"""Time of a call through the gateway, as a multiple of the direct one: `passwords.email.require_reset` with the full reply.

Client, gateway and server have a process each; the gateway writes its audit log. The server answers at once, which no API does: the
multiple is that of the worst case. `--rounds`, `--calls` and `--width` set the number of measurements.
"""

import argparse
from contextlib import ExitStack

from harness.race import Contender, Samples, Spread, running, server, show_progress, times_as_much


def race(width: int, calls: int, rounds: int) -> Samples:
    """Let two equal clients take turns: one calls the server, the other the gateway before it."""
    with ExitStack() as stack:
        url = stack.enter_context(server())
        gateway = stack.enter_context(running("harness.gateway", url))
        assert gateway.stdout is not None
        through = f"http://127.0.0.1:{gateway.stdout.readline().strip()}"
        contenders = {
            "direct": stack.enter_context(Contender.started("ours", url)),
            "through the gateway": stack.enter_context(Contender.started("ours", through)),
        }
        for contender in contenders.values():
            contender.take_turn(calls, width)  # warm
        taken: Samples = {name: [] for name in contenders}
        for turn in range(rounds):
            for name, contender in contenders.items():
                taken[name].append(contender.take_turn(calls, width))
            show_progress(f"round {turn + 1} of {rounds}")
    show_progress("done", last=True)
    return taken


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=1000, help="calls in a round")
    parser.add_argument("--width", type=int, default=50, help="calls at once")
    options = parser.parse_args()
    taken = race(options.width, options.calls, options.rounds)
    for name, turns in taken.items():
        print(f"  {name:<20} {Spread.of([turn.wall for turn in turns]).shown(0)} µs a call, {options.width} at once")
    print(
        f"  a call takes {times_as_much(taken['direct'], taken['through the gateway']).shown()} times as long through the gateway"
    )


if __name__ == "__main__":
    main()
