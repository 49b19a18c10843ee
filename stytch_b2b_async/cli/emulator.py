"""`stytch-b2b emulator`: the emulator's own command line."""

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}, add_help_option=False
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def emulator(arguments: tuple[str, ...]) -> int:
    """Run an emulated API on this machine."""
    from stytch_b2b_async.emulator.__main__ import main

    return main(arguments, program="stytch-b2b emulator")
