"""The client of a command, with credentials from the environment or a profile."""

import os
from typing import TYPE_CHECKING, Any

import attrs
import click

from .settings import Settings

if TYPE_CHECKING:
    from stytch_b2b_async.client import Client
    from stytch_b2b_async.config import Config


@attrs.frozen
class Target:
    """Where a call goes."""

    project_id: str | None
    base_url: str

    @property
    def is_live(self) -> bool:
        """Whether this is a live project."""
        return (self.project_id or "").startswith("project-live-")


def credentials_of(settings: Settings) -> dict[str, Any]:
    """Return the arguments of a client: those of the profile, if one is in use, without those that the environment sets."""
    from .profile.store import active_profile

    profile = active_profile(settings.profile)
    given = {} if profile is None else profile.credentials()
    if settings.profile is not None:  # asked for by name: the environment must not send the call elsewhere
        return given
    return {name: value for name, value in given.items() if not os.environ.get(f"STYTCH_{name.upper()}")}


def config_of(settings: Settings) -> "Config":
    """Resolve the settings of the client. Raises UsageError for missing or invalid credentials."""
    from stytch_b2b_async.config import Config

    given = credentials_of(settings)
    try:
        return Config.resolve(given.get("project_id"), given.get("secret"), given.get("base_url"), None, given.get("allow_http"))
    except (TypeError, ValueError) as error:
        raise click.UsageError(f"{error}; or use `stytch-b2b profile add`.") from None


def target_of(settings: Settings) -> Target:
    """Return the project and the URL that calls go to."""
    config = config_of(settings)
    return Target(config.project_id, config.base_url)


def open_client(settings: Settings) -> "Client":
    """Create a client."""
    from stytch_b2b_async.client import Client

    from .debug import hooks

    config_of(settings)  # the error of a usage, before anything else
    return Client(**credentials_of(settings), hooks=hooks() if settings.debug else None)
