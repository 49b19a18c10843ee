"""The command `doctor`."""

import asyncio
import shutil
import sys
import textwrap

import click

from stytch_b2b_async.cli import exit_status
from stytch_b2b_async.cli.client import config_of, open_client
from stytch_b2b_async.cli.colours import BAD, GOOD, WARNING
from stytch_b2b_async.cli.printable import printable
from stytch_b2b_async.cli.settings import current_settings, with_shared_options

from .finding import Finding, Level

_STYLES = {Level.PASS: ("pass", GOOD), Level.WARN: ("warn", WARNING), Level.FAIL: ("FAIL", BAD)}


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
    first, *rest = _lines(printable(f"{finding.topic}: {finding.text}"))
    click.echo(f"{click.style(mark, fg=colour)}  {first}")
    for line in [*rest, *(_lines(finding.advice) if finding.advice else [])]:
        click.echo(f"      {line}")


def _lines(text: str) -> list[str]:
    """Wrap text between words on a terminal; a program gets it as it is."""
    if not sys.stdout.isatty():
        return [text]
    width = shutil.get_terminal_size().columns - len("pass  ")
    return textwrap.wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False)
