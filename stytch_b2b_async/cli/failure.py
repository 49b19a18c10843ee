"""A failed command: a message and an exit status."""

import click


class Failure(click.ClickException):
    """A call that failed."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.exit_status = status
