"""A failed command: a message and an exit status."""

import errno
import os

import click

from . import exit_status


class Failure(click.ClickException):
    """A call that failed."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.exit_status = status


def reason_of(error: OSError) -> str:
    """Return why the system refused something, without what asyncio puts before it."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)


def refuse_taken_port(error: OSError, port: int) -> None:
    """Raise the Failure of a port that another program listens on, if this was the error."""
    if error.errno == errno.EADDRINUSE:
        advice = "choose another one with --port; 0 is any free one"
        raise Failure(f"Cannot listen on port {port} ({advice}): {reason_of(error)}.", exit_status.USAGE) from None
