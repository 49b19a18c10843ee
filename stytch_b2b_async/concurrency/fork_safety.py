"""Reset objects in a forked child: threads, loops and sockets belong to the parent."""

import os
import weakref
from typing import Protocol


class Forgetful(Protocol):
    """An object with state that does not survive a fork."""

    def forget(self) -> None:
        """Reset in a forked child, without touching the parent's resources."""


_known: "weakref.WeakSet[Forgetful]" = weakref.WeakSet()


def remember(holder: Forgetful) -> None:
    """Register an object to be reset in forked children."""
    _known.add(holder)


def _forget_all() -> None:
    for holder in list(_known):
        holder.forget()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forget_all)
