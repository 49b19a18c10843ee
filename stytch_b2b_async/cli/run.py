"""Run the command line, and turn errors into a message and an exit status."""

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path

import click

from . import colours, exit_status
from .app import app
from .failure import Failure, reason_of
from .printable import printable


def run(arguments: list[str]) -> int:
    """Run a command; return its exit status."""
    _open_what_is_closed()
    _accept_any_text()
    try:
        result = app.main(arguments, prog_name=_program(), standalone_mode=False, color=_colour())
        sys.stdout.flush()
    except click.ClickException as error:
        with suppress(OSError):  # nobody reads it, or the disk is full; the status tells as much
            _show(error)
        return error.exit_status if isinstance(error, Failure) else error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        started_line = sys.stderr.isatty() and error.__cause__ is None  # at a prompt, and the terminal has shown ^C
        click.echo("\nInterrupted." if started_line else "Interrupted.", err=True)
        return exit_status.INTERRUPTED
    except SystemExit:  # click's way to end when the reader has seen enough, as in `… | head`
        _discard_output()
        return exit_status.DONE
    except OSError as error:
        _discard_output()
        if reader_is_gone(error, on_windows=os.name == "nt"):
            return exit_status.DONE
        _show(Failure(f"{reason_of(error)}.", exit_status.REFUSED))  # such as a full disk
        return exit_status.REFUSED
    return result if isinstance(result, int) else exit_status.DONE


def _colour() -> bool | None:
    return None if colours.are_wanted() else False


def _show(error: click.ClickException) -> None:
    """Print what is wrong, and where to read what is right."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    message = printable(error.format_message())  # it may repeat what a server or a file says
    if message.endswith("?."):  # a suggestion that was made the end of a sentence
        message = message[:-1]
    click.secho(f"stytch-b2b: {message}", fg=colours.BAD, err=True, color=_colour())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(f"See {error.ctx.command_path} --help", err=True)


def reader_is_gone(error: OSError, *, on_windows: bool) -> bool:
    """Return whether output failed because nobody reads it any more, for which Windows has no error of its own."""
    return isinstance(error, BrokenPipeError) or (on_windows and error.errno == errno.EINVAL)


def _discard_output() -> None:
    """Let the interpreter flush what cannot be written; it would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """Replace standard streams that the caller has closed, as `>&-` does and services do."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115  # for good


def _accept_any_text() -> None:
    """Print what the terminal's encoding lacks as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _program() -> str:
    return "python -m stytch_b2b_async" if sys.argv[0].endswith("__main__.py") else "stytch-b2b"
