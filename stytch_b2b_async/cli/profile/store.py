"""The file of profiles, readable by its owner only; secrets are in the system's keyring where there is one."""

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import attrs
import click

from . import keyrings

_FIELDS: Final = {"project_id", "base_url", "allow_http", "secret"}


@attrs.frozen(kw_only=True)
class Profile:
    """A project by name."""

    name: str
    project_id: str | None = None
    base_url: str | None = None
    allow_http: bool = False
    secret: str | None = attrs.field(default=None, repr=False)
    """None if it is in the keyring."""

    def credentials(self) -> dict[str, Any]:
        """Return the arguments of a client."""
        secret = keyrings.read(self.name) if self.secret is None else self.secret
        given = {"project_id": self.project_id, "secret": secret, "base_url": self.base_url, "allow_http": self.allow_http or None}
        return {name: value for name, value in given.items() if value is not None}


@attrs.frozen
class Profiles:
    """All profiles, and the one that is used unless another is named."""

    by_name: Mapping[str, Profile] = attrs.field(factory=dict[str, Profile])
    current: str | None = None


def profiles_path() -> Path:
    """Return the file of profiles: `STYTCH_PROFILES`, or one in the platform's configuration folder."""
    given = os.environ.get("STYTCH_PROFILES")
    if given:
        return Path(given)
    from platformdirs import user_config_path

    return user_config_path("stytch-b2b") / "profiles.json"


def active_profile(name: str | None) -> Profile | None:
    """Return the profile of a name, or the current one. Raises UsageError if there is none of that name."""
    name = name or os.environ.get("STYTCH_PROFILE") or None
    path = profiles_path()
    profiles = load(path) if path.exists() else Profiles()
    chosen = name or profiles.current
    if chosen is None:
        return None
    if chosen not in profiles.by_name:
        known = ", ".join(profiles.by_name) or "none yet"
        raise click.UsageError(f"No such profile: {chosen}. Known profiles: {known}.")
    return profiles.by_name[chosen]


def load(path: Path) -> Profiles:
    """Read the profiles. Raises UsageError for a file that others can read, or that is not one of ours."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Profiles()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"Cannot read {path}: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}.") from None
    if os.name == "posix" and mode & 0o077:
        raise click.UsageError(f"{path} has mode {mode:04o}, so that others can read it: run chmod 600 {path}")
    try:
        return _decode(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise click.UsageError(f"{path} is not a file of profiles: mend or remove it.") from None


def save(path: Path, profiles: Profiles) -> None:
    """Write the profiles, with mode 0600, whole or not at all."""
    entries = {
        name: {field: value for field, value in attrs.asdict(profile).items() if field in _FIELDS and value not in {None, False}}
        for name, profile in profiles.by_name.items()
    }
    document = {"current": profiles.current, "profiles": entries}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".profiles-")  # its mode is 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _decode(document: Any) -> Profiles:
    entries = cast("dict[str, dict[str, Any]]", document["profiles"])
    current = document.get("current")
    by_name = {name: Profile(name=name, **entry) for name, entry in entries.items()}
    for profile in by_name.values():
        texts: tuple[object, ...] = (profile.project_id, profile.base_url, profile.secret)
        if not all(text is None or isinstance(text, str) for text in texts):
            raise TypeError("a setting is not text")
    if current is not None and current not in by_name:
        raise ValueError("the current profile is missing")
    return Profiles(by_name, current)
