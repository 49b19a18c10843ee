"""Contenders in their own processes, which take turns.

In each round every contender makes its calls once, so that other load affects all of them. Ratios are computed within each round;
the result is the median of the rounds, with the smallest and largest.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).parents[1]
REPLY = Path(__file__).parent / "require_reset_reply.json"


class Sample(NamedTuple):
    """The measurements of one contender in one round."""

    wall: float
    """Microseconds of a call."""
    cpu: float
    """Microseconds of processor time of a call."""
    resident: float
    """MiB that the process holds afterwards."""


Samples = dict[str, list[Sample]]
"""The samples of each contender, one per round."""


@contextmanager
def running(module: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a module until the block ends."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()


@contextmanager
def server(reply: Path = REPLY) -> Iterator[str]:
    """Run the server that answers everything with one reply; yields its URL."""
    with running("harness.server", str(reply)) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"


class Contender:
    """A process that makes calls when it is asked to."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @classmethod
    @contextmanager
    def started(cls, name: str, url: str, loop: str = "asyncio") -> Iterator["Contender"]:
        """Start one; it ends with the block."""
        with running("harness.worker", name, url, loop) as process:
            yield cls(process)

    def take_turn(self, calls: int, width: int) -> Sample:
        """Make a number of calls, `width` of them at once."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{calls} {width}\n")
        self._process.stdin.flush()
        return Sample(*json.loads(self._process.stdout.readline()))


def race(names: Sequence[str], widths: Mapping[int, int], rounds: int, loop: str = "asyncio") -> dict[int, Samples]:
    """Let contenders take turns at each number of calls at once; `widths` says how many calls a turn has there."""
    with ExitStack() as stack:
        url = stack.enter_context(server())
        contenders = {name: stack.enter_context(Contender.started(name, url, loop)) for name in names}
        for contender in contenders.values():
            contender.take_turn(max(widths.values()), max(widths))  # warm
        taken: dict[int, Samples] = {width: {name: [] for name in names} for width in widths}
        for turn in range(rounds):
            for width, calls in widths.items():
                for name, contender in contenders.items():
                    taken[width][name].append(contender.take_turn(calls, width))
            show_progress(f"{loop}: round {turn + 1} of {rounds}")
        return taken


def show_progress(said: str, *, last: bool = False) -> None:
    """Show the progress on standard error."""
    sys.stderr.write(f"\r\033[K{said}" + ("\n" if last else ""))
    sys.stderr.flush()


class Spread(NamedTuple):
    """A median with its extremes."""

    middle: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Work one out."""
        return cls(median(values), min(values), max(values))

    @classmethod
    def between(cls, first: Sequence[float], second: Sequence[float]) -> "Spread":
        """Work out how many times the second the first is, round by round."""
        return cls.of([one / other for one, other in zip(first, second, strict=True)])

    def shown(self, digits: int = 2) -> str:
        """Write it."""
        return f"{self.middle:.{digits}f} ({self.lowest:.{digits}f} to {self.highest:.{digits}f})"


def times_as_much(first: Sequence[Sample], second: Sequence[Sample], *, cpu: bool = False) -> Spread:
    """Compare turn by turn: how many times the first's time the second took."""
    own, other = ([turn.cpu if cpu else turn.wall for turn in turns] for turns in (first, second))
    return Spread.between(other, own)
