"""`stytch-b2b gateway token`: the tokens of the gateway's callers."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from stytch_b2b_async.cli import exit_status
from stytch_b2b_async.cli.failure import Failure

if TYPE_CHECKING:
    from stytch_b2b_async.gateway import GatewayToken, TokenFile

F = TypeVar("F", bound="Callable[..., Any] | click.Command")

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


def default_path() -> Path:
    """Return the file of tokens: `STYTCH_GATEWAY_TOKENS`, or one in the platform's configuration folder."""
    given = os.environ.get("STYTCH_GATEWAY_TOKENS")
    if given:
        return Path(given)
    from platformdirs import user_config_path

    return user_config_path("stytch-b2b") / "gateway-tokens.json"


def file_option(command: F) -> F:
    """Add the option of the file of tokens to a command."""
    add = click.option(
        "--token-file",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The file of hashed tokens. Default: STYTCH_GATEWAY_TOKENS, or one beside the profiles.",
    )
    return add(command)


@click.group()
def token() -> None:
    """Create, list and revoke the tokens that callers present. Only their hashes are kept.

    A running gateway follows the file within a second.
    """


@token.command()
@click.argument("name")
@click.option("--allow", metavar="RULES", help="What its bearers may do, within what the gateway allows. Default: all of that.")
@click.option("--expires-in", metavar="TIME", help="When it expires: 90m, 12h, 30d. Default: never.")
@file_option
def create(name: str, allow: str | None, expires_in: str | None, token_file: Path | None) -> None:
    """Create a token, and print it: it is shown this once."""
    from stytch_b2b_async.gateway import GatewayToken

    file, tokens = _load(token_file)
    if any(known.name == name for known in tokens):
        raise click.UsageError(f"There is a token {name} already: revoke it first.")
    try:
        made, text = GatewayToken.generate(name, allow=allow, expires_in=_duration(expires_in))
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    _save(file, [*tokens, made])
    click.echo(f"{describe(made)}, in {file.path}.", err=True)
    click.echo(text)


@token.command("list")
@file_option
def list_tokens(token_file: Path | None) -> None:
    """List the tokens: name, expiry, and what they allow."""
    _, tokens = _load(token_file)
    if not tokens:
        click.echo("No tokens yet: run `stytch-b2b gateway token create NAME`.", err=True)
    for known in tokens:
        click.echo(describe(known))


@token.command()
@click.argument("name")
@file_option
def revoke(name: str, token_file: Path | None) -> None:
    """Remove a token; a running gateway refuses it within a second."""
    file, tokens = _load(token_file)
    kept = [known for known in tokens if known.name != name]
    if len(kept) == len(tokens):
        raise click.UsageError(f"No such token: {name}. Known tokens: {', '.join(known.name for known in tokens) or 'none'}.")
    _save(file, kept)
    click.echo(f"Revoked {name}.")


def describe(known: "GatewayToken") -> str:
    """Write a token's name, expiry and rules."""
    expiry = "never expires" if known.expires_at is None else f"expires {known.expires_at:%Y-%m-%d %H:%M} UTC"
    expiry = "expired" if known.is_expired else expiry
    return f"{known.name} ({expiry}; {known.allow or 'all that the gateway allows'})"


def _load(path: Path | None) -> "tuple[TokenFile, list[GatewayToken]]":
    from stytch_b2b_async.gateway import TokenFile

    file = TokenFile(path or default_path())
    try:
        return file, file.read() if file.path.exists() else []
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None


def _save(file: "TokenFile", tokens: "list[GatewayToken]") -> None:
    try:
        file.write(tokens)
    except OSError as error:
        raise Failure(f"cannot write {file.path}: {error.strerror}", exit_status.USAGE) from None


def _duration(text: str | None) -> timedelta | None:
    if text is None:
        return None
    found = re.fullmatch(r"([1-9]\d{0,5})([mhd])", text)
    if found is None:
        raise click.BadParameter(f"{text!r} is not a time such as 90m, 12h or 30d.", param_hint="--expires-in")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
