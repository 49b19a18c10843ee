"""A failed command: a message and an exit status."""

import os

import click


class Failure(click.ClickException):
    """A call that failed."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.exit_status = status


def reason_of(error: OSError) -> str:
    """Return why the system refused something, without what asyncio puts before it."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
