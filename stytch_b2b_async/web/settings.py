"""The arguments of an `Auth`, checked."""

from datetime import timedelta
from typing import Final, cast

from stytch_b2b_async.schema.validation import check_seconds

MIN_EXTENSION: Final = 5
"""Minutes."""
MAX_EXTENSION: Final = 527_040


def seconds(name: str, value: float | timedelta | None) -> float | None:
    """Return a number of seconds. Raises ValueError or TypeError."""
    if value is None:
        return None
    number = value.total_seconds() if isinstance(value, timedelta) else value
    check_seconds(name, number, least=0)
    return float(number)


def minutes(name: str, value: int | timedelta | None) -> int | None:
    """Return a number of minutes that the API accepts for a session. Raises ValueError or TypeError."""
    if value is None:
        return None
    number = int(value.total_seconds() // 60) if isinstance(value, timedelta) else value
    if isinstance(number, bool) or not isinstance(cast("object", number), int):
        raise TypeError(f"{name} must be a number of minutes, or a timedelta")
    if not MIN_EXTENSION <= number <= MAX_EXTENSION:
        raise ValueError(f"{name} must be {MIN_EXTENSION} to {MAX_EXTENSION} minutes")
    return number


def page(name: str, path: str | None) -> str | None:
    """Return a path on this host. Raises ValueError."""
    if path is None:
        return None
    if not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isascii() or not path.isprintable() or "?" in path:
        raise ValueError(f"{name} must be a path on this host, such as /auth/login")
    return path
