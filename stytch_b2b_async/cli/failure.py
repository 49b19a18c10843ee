"""A failed command: a message and an exit status."""

import click

from .printable import printable


class Failure(click.ClickException):
    """A call that failed."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(printable(message))  # it may repeat what a server said
        self.exit_status = status

    def show(self, file: object = None) -> None:
        """Print the message to standard error."""
        click.secho(f"stytch-b2b: {self.message}", fg="red", err=True)
