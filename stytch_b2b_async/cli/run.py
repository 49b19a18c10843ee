"""Run the command line, and turn errors into a message and an exit status."""

import io
import os
import sys

import click

from . import exit_status
from .app import app
from .failure import Failure


def run(arguments: list[str]) -> int:
    """Run a command; return its exit status."""
    _accept_any_text()
    try:
        colour = False if os.environ.get("NO_COLOR") else None
        result = app.main(arguments, prog_name=_program(), standalone_mode=False, color=colour)
        sys.stdout.flush()
    except Failure as error:
        error.show()
        return error.exit_status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return exit_status.INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click's way to end when the reader has seen enough, as in `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it flushes
        return exit_status.DONE
    return result if isinstance(result, int) else exit_status.DONE


def _accept_any_text() -> None:
    """Print what the terminal's encoding lacks as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _program() -> str:
    return "python -m stytch_b2b_async" if sys.argv[0].endswith("__main__.py") else "stytch-b2b"
