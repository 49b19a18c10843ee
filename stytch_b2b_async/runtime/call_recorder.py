"""Report a call to hooks and to the logger `stytch_b2b_async`."""

import logging
from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Any, Self, TypeVar, cast

import attrs

from stytch_b2b_async._logging import logger
from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request, Response
from stytch_b2b_async.errors import APIStatusError, DecodeError
from stytch_b2b_async.hooks import Attempt, CallEnd, CallStart, Drift, Hooks

V = TypeVar("V", CallStart, Attempt, CallEnd, Drift)

_NONE = Hooks()
_call_ids = count(1)


@attrs.define(eq=False, repr=False)
class CallRecorder:
    """Records one call for hooks and the debug log."""

    _hooks: Hooks
    _route: tuple[int, str, str, str]
    _started: float = attrs.field(init=False, factory=monotonic)
    _attempts: int = attrs.field(init=False, default=0)
    _attempt_started: float | None = attrs.field(init=False, default=None)

    @classmethod
    def start(cls, hooks: Hooks | None, request: Request[Any], config: Config) -> Self:
        """Report the start of a call."""
        hooks = hooks or _NONE
        route = (next(_call_ids), request.operation, request.method, request.path)
        _emit(hooks.on_start, CallStart(*route, config.host(request.host)))
        return cls(hooks, route)

    def start_attempt(self) -> None:
        """Record the start of an attempt."""
        self._attempts += 1
        self._attempt_started = monotonic()

    def finish_attempt(self, outcome: object, wait: float | None) -> None:
        """Report the end of an attempt."""
        if self._attempt_started is None:
            return
        elapsed = monotonic() - self._attempt_started
        self._attempt_started = None
        _emit(self._hooks.on_attempt, Attempt(*self._route, self._attempts, *_outcome(outcome), elapsed, wait))

    def finish(self, outcome: object) -> None:
        """Report the end of the call, and of the attempt that was in progress."""
        self.finish_attempt(outcome, None)
        _emit(self._hooks.on_call, CallEnd(*self._route, self._attempts, *_outcome(outcome), monotonic() - self._started))


def record_drift(hooks: Hooks | None, kind: tuple[str, str, str], response: object) -> None:
    """Report a schema mismatch: (operation, path, reason)."""
    _emit((hooks or _NONE).on_drift, Drift(*kind, _request_id(response)))


def _outcome(outcome: object) -> tuple[int | None, str | None, str | None]:
    """Return status, error type and request id of a response or an error."""
    if isinstance(outcome, APIStatusError):
        return outcome.status_code, outcome.error_type or type(outcome).__name__, outcome.request_id
    if isinstance(outcome, DecodeError):
        return outcome.status_code, type(outcome).__name__, outcome.request_id
    if isinstance(outcome, BaseException):
        return None, type(outcome).__name__, None
    return getattr(outcome, "status_code", None), None, _request_id(outcome)


def _request_id(response: object) -> str | None:
    return response.request_id if isinstance(response, Response) else None


def _emit(hook: Callable[[V], None] | None, value: V) -> None:
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug("%s", value, extra={"stytch": attrs.asdict(cast("Any", value))})
    if hook is None:
        return
    try:
        hook(value)
    except Exception:  # noqa: BLE001  # hooks must not affect the call
        logger.exception("a hook raised")
