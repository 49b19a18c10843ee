"""`stytch-b2b session`: show and revoke sessions."""

import asyncio
from typing import Any

import click

from stytch_b2b_async.client import Client

from .client import open_client, target_of
from .confirm import confirm
from .failures import reporting
from .render import Rendering
from .settings import current_settings, with_shared_options
from .token.commands import read_token

_OUTPUT = click.option("-o", "--output", type=click.Choice(["json", "yaml", "table"]), default="json", help="Default: json.")


@click.group()
def session() -> None:
    """Show or revoke a member's session.

    TOKEN is a session token or a session JWT, as @FILE, - for standard input, env:NAME, or itself.
    """


@session.command()
@click.argument("token", required=False)
@click.option("--organization-id", metavar="ID", help="With --member-id, instead of TOKEN.")
@click.option("--member-id", metavar="ID", help="Show all sessions of this member.")
@_OUTPUT
@with_shared_options
def show(token: str | None, organization_id: str | None, member_id: str | None, output: str) -> None:
    """Show the session of a token, or all sessions of a member."""
    if token is None and not (organization_id and member_id):
        raise click.UsageError("Pass TOKEN, or --organization-id and --member-id.")
    if token is not None and (organization_id or member_id):
        raise click.UsageError("Pass TOKEN, or --organization-id and --member-id, and not both.")
    given = _proof(token) if token is not None else {}

    async def ask(client: Client) -> Any:
        async with client:
            if token is None:
                return await client.sessions.get(organization_id=organization_id or "", member_id=member_id or "")
            return (await client.sessions.authenticate(**given)).member_session

    with reporting():
        found = asyncio.run(ask(open_client(current_settings())))
    Rendering(output).show(found)


@session.command()
@click.argument("token", required=False)
@click.option("--member-session-id", metavar="ID", help="Instead of TOKEN.")
@click.option("--member-id", metavar="ID", help="Revoke all sessions of this member, instead of TOKEN.")
@with_shared_options
def revoke(token: str | None, member_session_id: str | None, member_id: str | None) -> None:
    """Revoke a session, or all sessions of a member. Revoking again is harmless."""
    given = {"member_session_id": member_session_id, "member_id": member_id}
    arguments: dict[str, Any] = {name: value for name, value in given.items() if value}
    if token is not None:
        arguments |= _proof(token)
    if len(arguments) != 1:
        raise click.UsageError("Pass one of TOKEN, --member-session-id and --member-id.")

    async def end(client: Client) -> None:
        async with client:
            await client.sessions.revoke(**arguments)

    confirm("Revoke a session", target_of(current_settings()), ask=False)
    with reporting():
        asyncio.run(end(open_client(current_settings())))
    click.echo("Revoked. JWTs that were issued stay valid on this machine for up to five minutes.", err=True)


def _proof(given: str) -> dict[str, Any]:
    text = read_token(given)
    return {"session_jwt" if text.count(".") == 2 else "session_token": text}  # noqa: PLR2004  # the three parts of a JWT
