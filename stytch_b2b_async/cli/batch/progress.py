"""How far a batch is: a bar on a terminal, a line now and then elsewhere."""

import os
import sys
import time
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Protocol

import attrs
import click

from stytch_b2b_async.cli.colours import BAD, GOOD

LINE_EVERY: Final = 10.0  # seconds
BAR_EVERY: Final = 0.2
_MIN_BAR: Final = 8  # columns
_CONTROL_C: Final = 3  # columns of ^C and the cursor
_SPAN: Final = 30.0  # seconds that the rate is the average of


@attrs.define
class Tally:
    """Rows by what became of them."""

    total: int
    done: int = 0
    failed: int = 0
    unknown: int = 0
    _past: deque[tuple[float, int]] = attrs.field(init=False, factory=deque[tuple[float, int]])

    @property
    def finished(self) -> int:
        """Rows with an outcome."""
        return self.done + self.failed + self.unknown

    def add(self, category: str, count: int = 1) -> None:
        """Count rows."""
        match category:
            case "done":
                self.done += count
            case "failed":
                self.failed += count
            case _:
                self.unknown += count

    def recount(self, counts: Mapping[str, int]) -> None:
        """Forget what was counted, and take these counts."""
        self.done = self.failed = self.unknown = 0
        for category, count in counts.items():
            self.add(category, count)

    def rate(self) -> float:
        """Return the rows per second of the last half minute."""
        now = time.monotonic()
        self._past.append((now, self.finished))
        while now - self._past[0][0] > _SPAN and len(self._past) > 2:  # noqa: PLR2004  # the two that a rate needs
            self._past.popleft()
        began, before = self._past[0]
        return (self.finished - before) / (now - began) if now > began else 0.0


class Progress(Protocol):
    """Shows a tally."""

    every: float
    """Seconds between two updates."""

    def show(self) -> None:
        """Show the tally as it is now."""
        ...

    def say(self, text: str) -> None:
        """Print a line."""
        ...


@contextmanager
def progress(tally: Tally) -> Generator[Progress]:
    """Show progress on standard error."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield Lines(tally)
        return
    bar = _Bar(tally)
    try:
        yield bar
    finally:
        bar.close()


class Lines:
    """Prints a line each time."""

    every = LINE_EVERY

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        tally.rate()

    def show(self) -> None:
        """Print the tally."""
        tally, rate = self._tally, self._tally.rate()
        share = 100 * tally.finished // max(1, tally.total)
        left = f", {_left(tally, rate)} left" if rate else ""
        errors = f", {tally.failed:,} failed" if tally.failed else ""
        errors += f", {tally.unknown:,} unknown" if tally.unknown else ""
        click.echo(f"{tally.finished:,} of {tally.total:,} rows ({share} %), {rate:,.1f}/s{errors}{left}", err=True)

    def say(self, text: str) -> None:
        """Print a line."""
        click.echo(text, err=True)


class _Bar:
    every = BAR_EVERY

    def __init__(self, tally: Tally) -> None:
        from rich.cells import cell_len
        from rich.console import Console, RenderableType
        from rich.constrain import Constrain
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar
        from rich.text import Text

        console = Console(stderr=True)
        bar, share, count, *others = (
            BarColumn(bar_width=None, style="grey50", complete_style=GOOD, finished_style=GOOD),
            TextColumn("{task.percentage:>3.0f} %"),
            *(TextColumn(f"{{task.fields[{name}]}}") for name in ("count", "rate", "errors", "left")),
        )

        class Narrower(Bar):
            def get_renderables(self) -> Iterable[RenderableType]:
                """Leave room for the ^C that a terminal shows, which would begin another line; leave out what has no room."""
                width = console.width - _CONTROL_C
                fields = [str(field) for task in self.tasks for field in task.fields.values()]
                texts = 5 + sum(1 + cell_len(Text.from_markup(field).plain) for field in fields)
                if width >= texts + 1 + _MIN_BAR:
                    self.columns = (bar, share, count, *others)
                else:
                    self.columns = (share, count, *others) if width >= texts else (share, *others)
                yield Constrain(self.make_tasks_table(self.tasks), width)

        self._tally = tally
        # No thread of its own: it would compete with the event loop.
        self._bar = Narrower(console=console, auto_refresh=False, expand=True)
        self._task = self._bar.add_task("", total=tally.total, count="", rate="", errors="", left="")
        self._bar.start()
        self.show()

    def show(self) -> None:
        tally, rate = self._tally, self._tally.rate()
        errors = tally.failed + tally.unknown
        self._bar.update(
            self._task,
            completed=tally.finished,
            count=f"{tally.finished:,}/{tally.total:,}",
            rate=f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s",  # noqa: PLR2004  # where the decimal matters
            errors=f"[{BAD}]{errors:,} errors[/{BAD}]" if errors else "no errors",
            left=f"{_left(tally, rate)} left" if rate else "",
        )
        self._bar.refresh()

    def say(self, text: str) -> None:
        self._bar.console.print(text, markup=False, highlight=False)

    def close(self) -> None:
        self.show()
        self._bar.stop()


def _left(tally: Tally, rate: float) -> str:
    return str(timedelta(seconds=round((tally.total - tally.finished) / rate)))
