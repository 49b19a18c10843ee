"""The commands `profile add`, `list`, `use` and `remove`."""

import sys

import attrs
import click

from stytch_b2b_async.cli.call.values import is_literal, read_source
from stytch_b2b_async.cli.colours import BAD

from . import keyrings
from .store import Profile, Profiles, load, profiles_path, save


@click.group()
def profile() -> None:
    """Manage the projects that commands can use, such as test, live and an emulator.

    They are kept in a file with mode 0600; secrets are in the system's keyring where there is one. STYTCH_PROJECT_ID and
    STYTCH_SECRET take precedence over the current profile, and `--profile NAME` over both; they are never mixed.
    """


@profile.command()
@click.argument("name")
@click.option("--project-id", metavar="ID", help="project-test-… or project-live-…")
@click.option("--secret", metavar="@FILE|-|env:NAME", help="Where to read the project's secret; asked for if it is missing.")
@click.option("--base-url", metavar="URL", help="Of an emulator, a gateway or a custom domain.")
@click.option("--allow-http", is_flag=True, help="Allow http:// to another machine, for an emulator.")
@click.option("--use", "becomes_current", is_flag=True, help="Use it from now on.")
def add(
    name: str, project_id: str | None, secret: str | None, base_url: str | None, *, allow_http: bool, becomes_current: bool
) -> None:
    """Add a project, or replace it."""
    from stytch_b2b_async.config import Config

    given_secret = _secret(secret, optional=base_url is not None and project_id is None)
    try:
        Config.resolve(project_id, given_secret, base_url, None, allow_http or None)
    except (TypeError, ValueError) as error:
        raise click.UsageError(f"{error}.") from None
    in_keyring = given_secret is not None and keyrings.write(name, given_secret)
    path = profiles_path()
    profiles = load(path)
    added = Profile(
        name=name,
        project_id=project_id,
        base_url=base_url,
        allow_http=allow_http,
        secret=None if in_keyring else given_secret,
    )
    current = name if becomes_current or profiles.current is None else profiles.current
    save(path, Profiles({**profiles.by_name, name: added}, current))
    click.echo(f"Added {name}{' (current)' if current == name else ''}; its secret is in {'the keyring' if in_keyring else path}.")


@profile.command("list")
def list_profiles() -> None:
    """List the projects; the current one is marked with *."""
    profiles = load(profiles_path())
    if not profiles.by_name:
        click.echo("No profiles yet: run `stytch-b2b profile add NAME`.", err=True)
    for name, entry in profiles.by_name.items():
        is_live = (entry.project_id or "").startswith("project-live-")
        mark = "*" if name == profiles.current else " "
        line = f"{mark} {name:<12} {entry.project_id or '(a gateway adds the credentials)'}  {entry.base_url or ''}".rstrip()
        click.secho(line, fg=BAD if is_live else None)


@profile.command()
@click.argument("name")
def use(name: str) -> None:
    """Use a project from now on."""
    profiles = _with(name)
    save(profiles_path(), attrs.evolve(profiles, current=name))
    click.echo(f"Using {name}.")


@profile.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a project, and its secret."""
    profiles = _with(name)
    keyrings.delete(name)
    rest = {other: entry for other, entry in profiles.by_name.items() if other != name}
    save(profiles_path(), Profiles(rest, None if profiles.current == name else profiles.current))
    click.echo(f"Removed {name}.")


def _with(name: str) -> Profiles:
    profiles = load(profiles_path())
    if name not in profiles.by_name:
        raise click.UsageError(f"No such profile: {name}. Known profiles: {', '.join(profiles.by_name) or 'none yet'}.")
    return profiles


def _secret(given: str | None, *, optional: bool) -> str | None:
    if given is not None:
        if is_literal(given):
            message = "Pass @FILE, - or env:NAME: an argument can be seen by other users of this machine."
            raise click.BadParameter(message, param_hint="--secret")
        return read_source(given, secret=True)
    if optional:
        return None
    if not sys.stdin.isatty():
        raise click.UsageError("Missing option '--secret'.")
    prompted: str = click.prompt("secret", hide_input=True, err=True)
    return prompted
