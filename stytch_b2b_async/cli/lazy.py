"""Groups of commands that are imported when they run, so that help and completion stay quick."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import attrs
import click


@attrs.frozen
class LazyCommand:
    """A command that has not been imported."""

    target: str
    """`module:attribute`, relative to this package."""
    summary: str
    """Its line in the group's help."""


class LazyGroup(click.Group):
    """A group of commands, each imported when it is used; an unknown name gets a suggestion."""

    def __init__(self, *arguments: Any, lazy: Mapping[str, LazyCommand] | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names in the order of their declaration."""
        return [*self._lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._lazy[cmd_name].target.partition(":")
        command: click.Command = getattr(import_module(f".{module}", __package__), attribute)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first argument. Raises UsageError, with the nearest name, if there is none."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise click.UsageError(unknown(self.noun, args[0], self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)

    noun = "command"
    """What its commands are called in error messages."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        rows = [(name, command.summary) for name, command in self._lazy.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete a name without importing the commands."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [CompletionItem(name, help=command.summary) for name, command in self._lazy.items() if name.startswith(incomplete)]


def unknown(noun: str, name: str, known: list[str]) -> str:
    """Describe an unknown name, with the nearest known one."""
    close = get_close_matches(name, known, 1, 0.5)
    return f"No such {noun} '{name}'." + (f" Did you mean '{close[0]}'?" if close else "")
