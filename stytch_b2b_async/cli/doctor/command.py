"""The command `doctor`."""

import asyncio

import click

from stytch_b2b_async.cli import exit_status
from stytch_b2b_async.cli.client import config_of, open_client
from stytch_b2b_async.cli.printable import printable
from stytch_b2b_async.cli.settings import current_settings, with_shared_options

from .finding import Finding, Level

_STYLES = {Level.PASS: ("pass", "green"), Level.WARN: ("warn", "yellow"), Level.FAIL: ("FAIL", "red")}


@click.command()
@with_shared_options
def doctor() -> int:
    """Check the installation, the credentials, the connection and the clock, and say what to do.

    Exit status 0 if nothing failed, 1 otherwise.
    """
    from .connection import connection
    from .installation import installation
    from .settings import settings_found

    findings = [*installation(), *settings_found(current_settings())]
    for finding in findings:
        _print(finding)
    if not any(finding.level is Level.FAIL for finding in findings):
        checked = asyncio.run(connection(config_of(current_settings()), open_client(current_settings()), _print))
        findings += checked
    return exit_status.REFUSED if any(finding.level is Level.FAIL for finding in findings) else exit_status.DONE


def _print(finding: Finding) -> None:
    mark, colour = _STYLES[finding.level]
    click.echo(f"{click.style(mark, fg=colour)}  {finding.topic}: {printable(finding.text)}")
    if finding.advice:
        click.echo(f"      {finding.advice}")
