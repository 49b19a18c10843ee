"""The commands `token decode` and `token verify`."""

from pathlib import Path
from typing import Any

import click

from stytch_b2b_async.cli.call.options import warn_of_secret
from stytch_b2b_async.cli.call.values import is_literal, read_source
from stytch_b2b_async.cli.colours import BAD, GOOD, WARNING
from stytch_b2b_async.cli.settings import current_settings, with_shared_options
from stytch_b2b_async.verify.claims import kind_of
from stytch_b2b_async.verify.errors import TokenError
from stytch_b2b_async.verify.jwt import ParsedToken, parse


@click.group()
def token() -> None:
    """Decode or verify a JWT on this machine: of a session, a machine-to-machine client, or a connected app.

    JWT is the token, @FILE, - for standard input, or env:NAME.
    """


@token.command()
@click.argument("jwt")
@click.option("-o", "--output", type=click.Choice(["table", "json"]), default="table", help="Default: table.")
def decode(jwt: str, output: str) -> None:
    """Show the claims of a token. Its signature is not checked: anybody can write such claims."""
    from .claims import print_claims

    parsed = _parsed(read_token(jwt))
    print_claims(parsed, output)
    if output == "table":
        click.secho("The signature was not checked: see `token verify`.", fg=WARNING, err=True)


@token.command()
@click.argument("jwt")
@click.option("--jwks", metavar="FILE", type=click.Path(path_type=Path), help="Keys to verify with, without a network.")
@click.option("--project-id", metavar="ID", help="The project; with --jwks only. Default: that of the credentials.")
@click.option("--kind", type=click.Choice(["session", "m2m", "connected-app"]), help="Default: what the token says it is.")
@click.option("--leeway", type=float, default=0.0, metavar="SECONDS", help="By which the clocks may differ; default 0.")
@click.option("--max-age", type=float, metavar="SECONDS", help="Refuse a token that was issued longer ago.")
@with_shared_options
def verify(  # noqa: PLR0917  # click passes all by name
    jwt: str, jwks: Path | None, project_id: str | None, kind: str | None, leeway: float, max_age: float | None
) -> int:
    """Verify a token, and show its claims and every check. Exit status 1 if it is refused."""
    from .checks import print_checks
    from .claims import print_claims
    from .verification import Question, verdict_of

    text = read_token(jwt)
    parsed = _parsed(text)
    wanted: Any = kind.replace("-", " ") if kind else kind_of(parsed.claims)
    question = Question(text, parsed, wanted, leeway, max_age, project_id, jwks)
    verdict, checks = verdict_of(question, current_settings())
    print_claims(parsed, "table")
    print_checks(checks)
    if verdict is None:
        click.secho(f"Valid: a genuine {wanted} token of this project.", fg=GOOD)
        return 0
    click.secho(f"Refused: {verdict}.", fg=BAD)
    return 1


def read_token(given: str) -> str:
    """Read a token from an argument. A literal one is warned of: other users can see it."""
    if is_literal(given):
        warn_of_secret("JWT")
    return read_source(given, secret=True).strip()


def _parsed(text: str) -> ParsedToken:
    try:
        return parse(text)
    except TokenError as error:
        raise click.ClickException(f"Not a token of this API: {error}.") from None
