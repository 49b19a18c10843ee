"""The command `stytch-b2b` and its subcommands."""

import click

from stytch_b2b_async._version import __version__

from .lazy import LazyCommand, LazyGroup
from .settings import with_shared_options

_COMMANDS = {
    "call": LazyCommand("call.group:call", "Call an endpoint of the API."),
    "batch": LazyCommand("batch.command:batch", "Call an endpoint for each row of a file."),
    "session": LazyCommand("session:session", "Show or revoke a member's session."),
    "token": LazyCommand("token:token", "Decode or verify a JWT on this machine."),
    "doctor": LazyCommand("doctor:doctor", "Check credentials, connection and installation."),
    "profile": LazyCommand("profile:profile", "Manage the projects that commands can use."),
    "emulator": LazyCommand("emulator:emulator", "Run an emulated API on this machine."),
    "explorer": LazyCommand("explorer:explorer", "Try any endpoint in the browser."),
    "tail": LazyCommand("tail:tail", "Follow the emulator's mailbox and calls."),
    "gateway": LazyCommand("gateway:gateway", "Run a server that adds the project's credentials."),
    "openapi": LazyCommand("openapi:openapi", "Print the API's OpenAPI description."),
    "completion": LazyCommand("completion:completion", "Print a shell's completion script."),
}


@click.group(cls=LazyGroup, lazy=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, "--version", message="stytch-b2b %(version)s")
@with_shared_options
def app() -> None:
    """Use the Stytch B2B API from the command line.

    Credentials come from STYTCH_PROJECT_ID and STYTCH_SECRET, or from a profile.
    """
