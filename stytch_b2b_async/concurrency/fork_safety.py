"""What must be forgotten in a forked child: threads, loops and sockets that belong to the parent."""

import os
import weakref
from typing import Protocol


class Forgetful(Protocol):
    """Holds what does not survive a fork."""

    def forget(self) -> None:
        """Start anew in a forked child, without touching what the parent owns."""


_known: "weakref.WeakSet[Forgetful]" = weakref.WeakSet()


def remember(holder: Forgetful) -> None:
    """Have a holder told when it finds itself in a forked child."""
    _known.add(holder)


def _forget_all() -> None:
    for holder in list(_known):
        holder.forget()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_forget_all)
