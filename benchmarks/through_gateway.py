"""Time of a call through the gateway, as a multiple of the direct one: `passwords.email.require_reset` with the full reply.

Both clients are the same, and client, gateway and server have a process each; the gateway writes its audit log. The server answers
at once, as no API does, or after `--delay` milliseconds. Beside it stands the processor time of all parties together.
"""

import argparse
import os
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from harness.race import REPLY, Contender, Samples, Spread, running, show_progress, times_as_much

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(process: int) -> float:
    """Return the processor time that a process has used, as Linux counts it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Measured(NamedTuple):
    """What was measured."""

    taken: Samples
    used: dict[str, list[float]]
    """Microseconds of processor time for a call, of client, gateway and server together, in each round."""
    gateway: float
    """Those of the gateway."""


def race(options: argparse.Namespace) -> Measured:
    """Let two equal clients take turns: one calls the server, the other the gateway before it."""
    with ExitStack() as stack:
        api = stack.enter_context(running("harness.server", str(REPLY), str(options.delay)))
        assert api.stdout is not None
        url = f"http://127.0.0.1:{api.stdout.readline().strip()}"
        gateway = stack.enter_context(running("harness.gateway", url, options.loop))
        assert gateway.stdout is not None
        through = f"http://127.0.0.1:{gateway.stdout.readline().strip()}"
        contenders = {
            "direct": stack.enter_context(Contender.started("ours", url, options.loop)),
            "through the gateway": stack.enter_context(Contender.started("ours", through, options.loop)),
        }
        for contender in contenders.values():
            contender.take_turn(options.calls, options.width)  # warm
        taken: Samples = {name: [] for name in contenders}
        used: dict[str, list[float]] = {name: [] for name in contenders}
        began = processor_seconds(gateway.pid)
        for turn in range(options.rounds):
            for name, contender in contenders.items():
                others = processor_seconds(gateway.pid) + processor_seconds(api.pid)
                sample = contender.take_turn(options.calls, options.width)
                others = processor_seconds(gateway.pid) + processor_seconds(api.pid) - others
                taken[name].append(sample)
                used[name].append(sample.cpu + others / options.calls * 1e6)
            show_progress(f"round {turn + 1} of {options.rounds}")
        of_gateway = processor_seconds(gateway.pid) - began
    show_progress("done", last=True)
    return Measured(taken, used, of_gateway / (options.rounds * options.calls) * 1e6)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=1000, help="calls in a round")
    parser.add_argument("--delay", type=int, default=0, help="milliseconds until the server answers")
    parser.add_argument("--width", type=int, default=50, help="calls at once")
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="asyncio", help="of client and gateway")
    options = parser.parse_args()
    taken, used, of_gateway = race(options)
    for name, turns in taken.items():
        wall, cpu, total = Spread.of([turn.wall for turn in turns]), Spread.of([turn.cpu for turn in turns]), Spread.of(used[name])
        print(f"  {name:<20} {wall.shown(0)} µs a call, {options.width} at once")
        print(f"  {'':<20} {total.shown(0)} µs of processor time in all, {cpu.shown(0)} of them the client's")
    print(f"  {'the gateway itself':<20} {of_gateway:.0f} µs of processor time a call")
    direct, through = "direct", "through the gateway"
    print(f"  a call takes {times_as_much(taken[direct], taken[through]).shown()} times as long through the gateway,")
    print(f"  and {Spread.between(used[through], used[direct]).shown()} times the processor time in all")


if __name__ == "__main__":
    main()
