"""The checks of a token, one line each."""

from collections.abc import Callable
from typing import Self

import attrs
import click

from stytch_b2b_async.cli.colours import BAD, GOOD
from stytch_b2b_async.verify.errors import TokenError


@attrs.frozen
class Check:
    """A check, and why it failed; None if it passed."""

    name: str
    failure: str | None

    @classmethod
    def of(cls, name: str, check: Callable[[], None]) -> Self:
        """Run a check."""
        try:
            check()
        except TokenError as error:
            return cls(name, str(error))
        return cls(name, None)


def print_checks(checks: list[Check]) -> None:
    """Print the checks."""
    for check in checks:
        mark, colour = ("pass", GOOD) if check.failure is None else ("FAIL", BAD)
        click.echo(f"{click.style(mark, fg=colour)}  {check.name}{'' if check.failure is None else f': {check.failure}'}")
