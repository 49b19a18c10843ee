"""`--dry-run`: show what would be sent, and the same call in Python."""

from typing import Any

import click

from stytch_b2b_async.cli.client import config_of
from stytch_b2b_async.cli.settings import Settings
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.snippets import http, python


def show(request: Request[Any], settings: Settings) -> int:
    """Print the HTTP request and its Python, without secrets."""
    for title, text in {
        "HTTP": http(request, config_of(settings)),
        "Python, awaited": python(request),
        "Python, blocking": python(request, blocking=True),
    }.items():
        click.secho(f"# {title}", bold=True)
        click.echo(f"{text.rstrip()}\n")
    click.secho("Nothing was sent.", err=True)
    return 0
