"""Commands that refuse an option given twice, of which click would silently take the last."""

import click


class StrictCommand(click.Command):
    """A command whose options may be given once, unless they are repeatable."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Raises UsageError for an option that was given twice."""
        options = {name: option for option in self.get_params(ctx) for name in (*option.opts, *option.secondary_opts)}
        seen: set[str | None] = set()
        rest = iter(args)
        for argument in rest:
            if argument == "--":
                break
            name, equals, _ = argument.partition("=")
            option = options.get(name)
            if not isinstance(option, click.Option):
                continue
            if option.name in seen and not option.multiple:
                raise click.UsageError(f"Option '{name}' was given twice.", ctx)
            seen.add(option.name)
            if not equals and not option.is_flag:
                next(rest, None)  # its value, whatever it looks like
        return super().parse_args(ctx, args)
