"""How many files and connections this process may have open."""

import sys
from contextlib import suppress
from typing import Final

import click

_OTHERS: Final = 64
"""Files that a batch has open besides a connection for each call at once, with some to spare."""


def allow_connections(count: int) -> None:
    """Raise the limit of this process, if that is needed. Raises UsageError if there may not be so many connections."""
    if sys.platform == "win32":
        return
    import resource

    needed = count + _OTHERS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise click.UsageError(f"--concurrency {count} needs {needed} open files, and this process may open {hard} (ulimit -Hn).")
    with suppress(ValueError, OSError):  # a system with another limit, which connections run into
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
