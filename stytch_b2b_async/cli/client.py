"""The client of a command, with credentials from the environment or a profile."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from .settings import Settings

if TYPE_CHECKING:
    from stytch_b2b_async.client import Client
    from stytch_b2b_async.config import Config

    from .profile.store import Profile

_CREDENTIALS: Final = ("STYTCH_PROJECT_ID", "STYTCH_SECRET")
VARIABLES: Final = (*_CREDENTIALS, "STYTCH_BASE_URL")


@attrs.frozen
class Target:
    """Where a call goes."""

    project_id: str | None
    base_url: str

    @property
    def is_live(self) -> bool:
        """Whether this is a live project."""
        return (self.project_id or "").startswith("project-live-")


def profile_in_use(settings: Settings) -> "Profile | None":
    """Return the profile whose project, secret and URL are used; None for those of the environment.

    They are never mixed, or a secret could go to a host that it is not for. Raises UsageError where that would be needed.
    """
    from .profile.store import active_profile

    given = [name for name in VARIABLES if os.environ.get(name)]
    if settings.profile is None and all(name in given for name in _CREDENTIALS):
        return None
    profile = active_profile(settings.profile)
    if settings.profile is None and profile is not None and given:
        raise click.UsageError(
            f"{' and '.join(given)} set without the other credentials, and profile {profile.name} is in use: "
            f"pass `--profile {profile.name}`, or set {' and '.join(_CREDENTIALS)}."
        )
    return profile


@contextmanager
def _arguments(settings: Settings) -> Generator[dict[str, Any]]:
    """Collect the arguments of a client; while it is made from a profile, variables of the environment do not fill gaps in it."""
    profile = profile_in_use(settings)
    hidden = {} if profile is None else {name: os.environ.pop(name) for name in VARIABLES if name in os.environ}
    try:
        yield {} if profile is None else profile.credentials()
    finally:
        os.environ.update(hidden)


def config_of(settings: Settings) -> "Config":
    """Resolve the settings of the client. Raises UsageError for missing or invalid credentials."""
    from stytch_b2b_async.config import Config

    with _arguments(settings) as given:
        try:
            return Config.resolve(
                given.get("project_id"), given.get("secret"), given.get("base_url"), None, given.get("allow_http")
            )
        except (TypeError, ValueError) as error:
            missing = [name for name in _CREDENTIALS if not os.environ.get(name)]
            if missing and not given and not os.environ.get("STYTCH_BASE_URL"):
                raise click.UsageError(
                    f"No credentials: set {' and '.join(missing)}, or run `stytch-b2b profile add NAME`."
                ) from None
            raise click.UsageError(f"{error}.") from None


def target_of(settings: Settings) -> Target:
    """Return the project and the URL that calls go to."""
    config = config_of(settings)
    return Target(config.project_id, config.base_url)


def open_client(settings: Settings, **options: Any) -> "Client":
    """Create a client, with options of its own."""
    from stytch_b2b_async.client import Client

    from .debug import hooks

    config_of(settings)  # the error of a usage, before anything else
    with _arguments(settings) as given:
        return Client(**given, **options, hooks=hooks() if settings.debug else None)
