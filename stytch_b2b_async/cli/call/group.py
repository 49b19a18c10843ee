"""The group of all endpoints."""

from itertools import groupby
from typing import Any, Final

import click

from stytch_b2b_async.catalog import operations
from stytch_b2b_async.cli.lazy import LazyGroup, unknown

_WIDEST_NAME: Final = 40  # beside its summary; longer ones are above it


class EndpointGroup(LazyGroup):
    """A command for each endpoint; only the one in use is made."""

    noun = "endpoint"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List all operations."""
        return list(operations())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command of an operation."""
        if cmd_name not in operations():
            return None
        from .command import make_command

        return make_command(cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find an endpoint. Raises UsageError, with the nearest name, if there is none."""
        if args and args[0] not in operations() and not args[0].startswith("-"):
            raise click.UsageError(unknown(self.noun, args[0], self._nearest(args[0])), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write all operations with their summaries, each family with columns of its own."""
        for family, rows in groupby(operations().items(), lambda row: row[0].partition(".")[0]):
            with formatter.section(family):
                formatter.write_dl(list(rows), col_max=_WIDEST_NAME)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete a name up to the next dot."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        steps: dict[str, str | None] = {}
        for name, summary in operations().items():
            if name.startswith(incomplete):
                head, dot, _ = name[len(incomplete) :].partition(".")
                steps.setdefault(incomplete + head + dot, None if dot else summary)
        return [CompletionItem(step, help=summary) for step, summary in steps.items()]

    @staticmethod
    def _nearest(name: str) -> list[str]:
        """Return the operations to compare with: those that contain the name, if there are any."""
        return [known for known in operations() if name in known] or list(operations())


@click.command(cls=EndpointGroup, subcommand_metavar="ENDPOINT [OPTIONS]")
def call() -> None:
    """Call an endpoint of the API, such as `passwords.email.require_reset`.

    `stytch-b2b call ENDPOINT --help` shows its parameters.
    """
