"""Say what is about to happen, and ask."""

import click

from . import exit_status
from .client import Target
from .colours import BAD


def confirm(action: str, target: Target, *, ask: bool) -> None:
    """Name the project that is about to be changed, a live one in red; with `ask`, stop unless the user agrees.

    Without `ask`, only a live project is named.
    """
    if ask or target.is_live:
        announce(action, target)
    if ask:
        go_ahead()


def announce(action: str, target: Target) -> None:
    """Say what is about to happen, and where."""
    where = f"project {target.project_id or '(that of the gateway)'} at {target.base_url}"
    click.echo(action, err=True)
    click.secho(f"in {'the LIVE ' if target.is_live else ''}{where}", fg=BAD if target.is_live else None, bold=True, err=True)


def go_ahead() -> None:
    """Ask whether to go ahead; end the command if not."""
    if not click.confirm("Go ahead?", err=True):
        click.echo("Nothing was sent.", err=True)
        raise click.exceptions.Exit(exit_status.INTERRUPTED)
