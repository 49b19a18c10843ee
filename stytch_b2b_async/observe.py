"""What a client tells those who watch it: its hooks and the log `stytch_b2b_async`."""

import logging
from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Any, Final, TypeVar, cast

import attrs

from .config import Config
from .converter import Misfit
from .endpoint import Request, Response
from .errors import APIStatusError, DecodeError
from .hooks import Attempt, CallEnd, CallStart, Drift, Hooks

V = TypeVar("V", CallStart, Attempt, CallEnd, Drift)

logger: Final = logging.getLogger("stytch_b2b_async")

_MOST_DRIFTS = 1_000  # kinds of drift that a client remembers having told
_call_ids = count(1)


@attrs.define(eq=False, repr=False)
class Watch:
    """One client's watchers."""

    hooks: Hooks
    _told: set[tuple[str, str, str]] = attrs.field(factory=set[tuple[str, str, str]])
    _hooked: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._hooked = any((self.hooks.on_start, self.hooks.on_attempt, self.hooks.on_call))

    def begin(self, request: Request[Any], config: Config) -> "Watched | None":
        """Tell of a call's start; None when nobody watches, who then costs nothing more."""
        if not self._hooked and not logger.isEnabledFor(logging.DEBUG):
            return None
        route = (next(_call_ids), request.operation, request.method, request.path)
        _tell(self.hooks.on_start, CallStart(*route, config.host(request.host)))
        return Watched(self.hooks, route)

    def drift(self, request: Request[Any], response: object, misfits: list[Misfit]) -> None:
        """Tell of each kind of misfit once."""
        for path, reason in misfits:
            kind = (request.operation, path, reason)
            if kind not in self._told and len(self._told) < _MOST_DRIFTS:
                self._told.add(kind)
                _tell(self.hooks.on_drift, Drift(*kind, _request_id(response)))


@attrs.define(eq=False, repr=False)
class Watched:
    """A call that somebody watches."""

    _hooks: Hooks
    _route: tuple[int, str, str, str]
    _started: float = attrs.field(init=False, factory=monotonic)
    _attempts: int = attrs.field(init=False, default=0)
    _attempt_started: float | None = attrs.field(init=False, default=None)

    def attempt_begins(self) -> None:
        """Note an attempt's start."""
        self._attempts += 1
        self._attempt_started = monotonic()

    def attempt_ends(self, outcome: object, wait: float | None) -> None:
        """Tell of an attempt's end."""
        if self._attempt_started is None:
            return
        elapsed = monotonic() - self._attempt_started
        self._attempt_started = None
        _tell(self._hooks.on_attempt, Attempt(*self._route, self._attempts, *_outcome(outcome), elapsed, wait))

    def ends(self, outcome: object) -> None:
        """Tell of the call's end, and of the attempt that it cut short."""
        self.attempt_ends(outcome, None)
        _tell(self._hooks.on_call, CallEnd(*self._route, self._attempts, *_outcome(outcome), monotonic() - self._started))


def _outcome(outcome: object) -> tuple[int | None, str | None, str | None]:
    """Take from a response or an error: its status, its type, its request id."""
    if isinstance(outcome, APIStatusError):
        return outcome.status_code, outcome.error_type or type(outcome).__name__, outcome.request_id
    if isinstance(outcome, DecodeError):
        return outcome.status_code, type(outcome).__name__, outcome.request_id
    if isinstance(outcome, BaseException):
        return None, type(outcome).__name__, None
    return getattr(outcome, "status_code", None), None, _request_id(outcome)


def _request_id(response: object) -> str | None:
    return response.request_id if isinstance(response, Response) else None


def _tell(hook: Callable[[V], None] | None, value: V) -> None:
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug("%s", value, extra={"stytch": attrs.asdict(cast("Any", value))})
    if hook is None:
        return
    try:
        hook(value)
    except Exception:
        logger.exception("a hook raised")
