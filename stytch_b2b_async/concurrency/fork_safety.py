"""Reset objects in a forked child: threads, loops and sockets belong to the parent."""

import os
import weakref
from typing import Protocol


class ForkAware(Protocol):
    """An object with state that does not survive a fork."""

    def reset_after_fork(self) -> None:
        """Reset in a forked child, without touching the parent's resources."""


_registered: "weakref.WeakSet[ForkAware]" = weakref.WeakSet()


def register(resource: ForkAware) -> None:
    """Register an object to be reset in forked children."""
    _registered.add(resource)


def _reset_all() -> None:
    for each in list(_registered):
        each.reset_after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_reset_all)
