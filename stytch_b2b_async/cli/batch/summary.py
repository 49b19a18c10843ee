"""The table at the end of a batch, and what to do next."""

import click

from .job import Job
from .progress import Tally


def show_summary(job: Job, tally: Tally, *, interrupted: bool) -> None:
    """Print how many rows are done, failed and unknown, and how to go on."""
    rows = {"done": tally.done, "failed": tally.failed, "unknown": tally.unknown, "not sent": tally.total - tally.finished}
    click.echo(_table({name: f"{count:,}" for name, count in rows.items() if count or name != "not sent"}), err=True)
    click.echo(f"Outcomes are in {job.output}.", err=True)
    if interrupted:
        click.echo(f"Interrupted. The same command goes on from here, with the journal {job.journal.path}.", err=True)
    if tally.failed:
        click.echo("To send the failed rows again, add --retry-failed.", err=True)
    if tally.unknown:
        click.echo("The unknown rows may have acted. To send them again all the same, add --resend-unknown.", err=True)


def _table(rows: dict[str, str]) -> str:
    # Not rich's, whose import takes longer than the calls of a small batch.
    name, count = max(map(len, rows)), max(4, *map(len, rows.values()))
    lines = [f"{'':{name}}  {'rows':>{count}}", f"{'─' * name}  {'─' * count}"]
    return "\n".join([*lines, *(f"{each:{name}}  {number:>{count}}" for each, number in rows.items())])
