"""`stytch-b2b completion`: the script that lets a shell complete commands."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a shell's completion script.

    For bash: add `eval "$(stytch-b2b completion bash)"` to ~/.bashrc; for zsh likewise to ~/.zshrc; for fish:
    `stytch-b2b completion fish > ~/.config/fish/completions/stytch-b2b.fish`.
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"No completion for {shell}.")
    click.echo(made(ctx.find_root().command, {}, "stytch-b2b", "_STYTCH_B2B_COMPLETE").source())
