"""What every command that calls the API knows: the profile to use, and whether to show what happens."""

from collections.abc import Callable
from typing import Any, TypeVar

import attrs
import click

F = TypeVar("F", bound=Callable[..., Any])


@attrs.frozen
class Settings:
    """The options that all commands share."""

    profile: str | None = None
    debug: bool = False


def shared_options() -> list[click.Option]:
    """Create the options `--profile` and `--debug`, which may stand before or after the command's name."""
    return [
        click.Option(
            ["--profile"], metavar="NAME", expose_value=False, callback=_remember, help="Use a project of `stytch-b2b profile`."
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Show attempts and headers on standard error, without secrets.",
        ),
    ]


def with_shared_options(command: F) -> F:
    """Add `--profile` and `--debug` to a command that is declared by decorators."""
    existing = getattr(command, "__click_params__", [])
    command.__click_params__ = [*reversed(shared_options()), *existing]  # type: ignore[attr-defined]  # as click's decorators do
    return command


def current_settings() -> Settings:
    """Return the options given so far."""
    return click.get_current_context().ensure_object(Settings)


def _remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value:
        ctx.obj = attrs.evolve(ctx.ensure_object(Settings), **{str(parameter.name): value})
