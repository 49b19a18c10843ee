"""Say what is about to happen, and ask."""

import click

from .client import Target


def confirm(action: str, target: Target, *, ask: bool) -> None:
    """Name the project that is about to be changed, a live one in red; with `ask`, stop unless the user agrees.

    Without `ask`, only a live project is named.
    """
    if ask or target.is_live:
        announce(action, target)
    if ask:
        click.confirm("Go ahead?", abort=True, err=True)


def announce(action: str, target: Target) -> None:
    """Say what is about to happen, and where."""
    where = f"project {target.project_id or '(that of the gateway)'} at {target.base_url}"
    click.echo(action, err=True)
    click.secho(f"in {'the LIVE ' if target.is_live else ''}{where}", fg="red" if target.is_live else None, bold=True, err=True)
