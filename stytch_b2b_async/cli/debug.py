"""`--debug`: the attempts of a call on standard error."""

import click

from stytch_b2b_async.hooks import Attempt, CallEnd, CallStart, Drift, Hooks

from .printable import printable


def hooks() -> Hooks:
    """Create hooks that print each event."""
    return Hooks(on_start=_print, on_attempt=_print, on_call=_print, on_drift=_print)


def _print(event: CallStart | Attempt | CallEnd | Drift) -> None:
    click.secho(printable(str(event)), dim=True, err=True)
