"""A failed command: a message and an exit status."""

import click


class Failure(click.ClickException):
    """A call that failed."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.exit_status = status

    def show(self, file: object = None) -> None:
        """Print the message to standard error."""
        click.secho(f"stytch-b2b: {self.message}", fg="red", err=True)
