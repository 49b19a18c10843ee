"""Overhead of hooks, the debug log and OpenTelemetry, for a call over a transport that responds at once.

The contenders take turns in each round, and processor time is measured. The result is the difference per call to a client without
instrumentation: the median of the rounds, with the quartiles. `--rounds` and `--calls` set the number of measurements.
"""

import argparse
import asyncio
import logging
from collections.abc import Callable
from statistics import median, quantiles
from time import process_time
from typing import Any

from harness.contenders import EMAIL, PROJECT_ID, REPLY, SECRET

from stytch_b2b_async import Call, Client, Hooks, Reply, Request
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.config import Config
from stytch_b2b_async.runtime.instrumentation import Instrumentation

BODY = REPLY.read_bytes()
REQUEST = RequireReset(email_address=EMAIL)
LOG = logging.getLogger("stytch_b2b_async")


class AtOnce:
    """A transport that responds at once."""

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Answer."""
        return Reply(200, {}, BODY)


class Unobserved(Instrumentation):
    """No instrumentation at all."""

    def start(self, request: Request[Any], config: Config) -> None:
        """Record nothing, without checking for hooks."""


def client(hooks: Hooks | None = None) -> Client:
    """Create a client that does not use the network."""
    return Client(PROJECT_ID, SECRET, transport=AtOnce(), hooks=hooks)


def unobserved() -> Client:
    """Create one without instrumentation."""
    made = client()
    made._sender.shared.instrumentation = Unobserved(None)  # noqa: SLF001  # there is no public way to remove it
    return made


def traced() -> Client:
    """Create one with OpenTelemetry's SDK, without an exporter."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider

    from stytch_b2b_async.integrations.otel import otel_hooks

    return client(otel_hooks(tracer_provider=TracerProvider(), meter_provider=MeterProvider([InMemoryMetricReader()])))


def ignore(_: object) -> None:
    """Take a value, as the cheapest hook does."""


CONTENDERS: dict[str, tuple[Callable[[], Client], int]] = {
    "nobody": (client, logging.WARNING),
    "one hook": (lambda: client(Hooks(on_call=ignore)), logging.WARNING),
    "all hooks": (lambda: client(Hooks(on_start=ignore, on_attempt=ignore, on_call=ignore)), logging.WARNING),
    "OpenTelemetry": (traced, logging.WARNING),
    "the log at DEBUG": (client, logging.DEBUG),
}


async def timed(stytch: Client, level: int, calls: int) -> float:
    """Return the microseconds of a call."""
    LOG.setLevel(level)
    started = process_time()
    for _ in range(calls):
        await stytch.send(REQUEST)
    return (process_time() - started) / calls * 1e6


async def measure(rounds: int, calls: int) -> tuple[list[float], dict[str, list[float]]]:
    """Measure in turns the base, and each contender's difference to it."""
    base, clients = unobserved(), {name: make() for name, (make, _) in CONTENDERS.items()}
    bases: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for turn in range(rounds + 1):
        for name, (_, level) in CONTENDERS.items():
            before = await timed(base, logging.WARNING, calls)
            recorder = await timed(clients[name], level, calls)
            after = await timed(base, logging.WARNING, calls)
            if turn > 0:  # the first is for warming up
                bases.append((before + after) / 2)
                taken[name].append(recorder - (before + after) / 2)
    return bases, taken


def asking(times: int = 100_000) -> float:
    """Return the microseconds that a call spends on finding out that it has no observer."""
    sender = client()._sender  # noqa: SLF001  # there is no public way without a call
    instrumentation, config = sender.shared.instrumentation, sender.config
    LOG.setLevel(logging.WARNING)
    started = process_time()
    for _ in range(times):
        instrumentation.start(REQUEST, config)
    return (process_time() - started) / times * 1e6


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--calls", type=int, default=500, help="calls of each contender in a round")
    options = parser.parse_args()
    LOG.addHandler(logging.NullHandler())
    LOG.propagate = False
    bases, taken = asyncio.run(measure(options.rounds, options.calls))
    print(f"a call without instrumentation: {median(bases):.1f} µs; added by each, in µs")
    print(f"  {'nobody, directly':<18}{median(asking() for _ in range(5)):8.2f}")
    for name, values in taken.items():
        lower, middle, upper = quantiles(values, n=4)
        print(f"  {name:<18}{middle:8.2f}  ({lower:.2f} to {upper:.2f})  {middle / median(bases):8.1%}")


if __name__ == "__main__":
    main()
