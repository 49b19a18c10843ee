"""Who watches a client: its hooks, the log `stytch_b2b_async`, or nobody."""

import logging
from typing import TYPE_CHECKING, Any, Final

from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.wire.converter import Misfit

if TYPE_CHECKING:
    # Imported when somebody watches: others do not pay for it.
    from stytch_b2b_async.hooks import Hooks

    from .call_recorder import Watched

logger: Final = logging.getLogger("stytch_b2b_async")

_MOST_DRIFTS = 1_000  # kinds of drift that a client remembers having told


class Watch:
    """One client's watchers."""

    def __init__(self, hooks: "Hooks | None") -> None:
        self._hooks = hooks
        self._hooked = hooks is not None and any((hooks.on_start, hooks.on_attempt, hooks.on_call))
        self._told: set[tuple[str, str, str]] = set()
        self._watched: type[Watched] | None = None

    def begin(self, request: Request[Any], config: Config) -> "Watched | None":
        """Tell of a call's start; None when nobody watches, who then costs nothing more."""
        if not self._hooked and not logger.isEnabledFor(logging.DEBUG):
            return None
        watched = self._watched
        if watched is None:
            from .call_recorder import Watched

            watched = self._watched = Watched
        return watched.begin(self._hooks, request, config)

    def drift(self, request: Request[Any], response: object, misfits: list[Misfit]) -> None:
        """Tell of each kind of misfit once."""
        from .call_recorder import tell_drift

        for path, reason in misfits:
            kind = (request.operation, path, reason)
            if kind not in self._told and len(self._told) < _MOST_DRIFTS:
                self._told.add(kind)
                tell_drift(self._hooks, kind, response)
