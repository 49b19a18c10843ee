"""Say what is about to happen, and ask."""

import click

from .client import Target


def confirm(action: str, target: Target, *, ask: bool) -> None:
    """Name the project that is about to be changed, a live one in red; with `ask`, stop unless the user agrees.

    Without `ask`, only a live project is named.
    """
    if not ask and not target.is_live:
        return
    where = f"project {target.project_id or '(that of the gateway)'} at {target.base_url}"
    click.echo(action, err=True)
    click.secho(f"in {'the LIVE ' if target.is_live else ''}{where}", fg="red" if target.is_live else None, bold=True, err=True)
    if ask:
        click.confirm("Go ahead?", abort=True, err=True)
