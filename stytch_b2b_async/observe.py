"""What a client tells those who watch it: its hooks and the log `stytch_b2b_async`."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any, Final, TypeVar

import attrs

from .converter import Misfit
from .endpoint import Request, Response
from .errors import APIConnectionError, APIStatusError, DecodeError
from .hooks import Attempt, CallEnd, Drift, Hooks

V = TypeVar("V")

logger: Final = logging.getLogger("stytch_b2b_async")

_MOST_DRIFTS = 1_000  # kinds of drift that a client remembers having told


@attrs.define
class Watch:
    """One client's watchers."""

    hooks: Hooks
    _told: set[tuple[str, str, str]] = attrs.field(factory=set[tuple[str, str, str]])

    @property
    def wanted(self) -> bool:
        """Whether anybody watches calls: values are made only then."""
        return self.hooks.on_call is not None or self.hooks.on_attempt is not None or logger.isEnabledFor(logging.DEBUG)

    def attempt(self, request: Request[Any], number: int, started: float, outcome: object, wait: float | None) -> None:
        """Tell of an attempt's end."""
        if not self.wanted:
            return
        value = Attempt(request.operation, request.method, request.path, number, *_outcome(outcome), monotonic() - started, wait)
        logger.debug("%s", value)
        _tell(self.hooks.on_attempt, value)

    def call(self, request: Request[Any], attempts: int, started: float, outcome: object) -> None:
        """Tell of a call's end."""
        if not self.wanted:
            return
        value = CallEnd(request.operation, request.method, request.path, attempts, *_outcome(outcome), monotonic() - started)
        logger.debug("%s", value)
        _tell(self.hooks.on_call, value)

    def drift(self, request: Request[Any], response: object, misfits: list[Misfit]) -> None:
        """Tell of each kind of misfit once."""
        for path, reason in misfits:
            kind = (request.operation, path, reason)
            if kind not in self._told and len(self._told) < _MOST_DRIFTS:
                self._told.add(kind)
                value = Drift(*kind, _request_id(response))
                logger.debug("%s", value)
                _tell(self.hooks.on_drift, value)


def _outcome(outcome: object) -> tuple[int | None, str | None, str | None]:
    """Take from a response or an error: its status, its type, its request id."""
    if isinstance(outcome, APIStatusError):
        return outcome.status_code, outcome.error_type or type(outcome).__name__, outcome.request_id
    if isinstance(outcome, DecodeError):
        return outcome.status_code, type(outcome).__name__, outcome.request_id
    if isinstance(outcome, APIConnectionError | BaseException):
        return None, type(outcome).__name__, None
    return getattr(outcome, "status_code", None), None, _request_id(outcome)


def _request_id(response: object) -> str | None:
    return response.request_id if isinstance(response, Response) else None


def _tell(hook: Callable[[V], None] | None, value: V) -> None:
    if hook is None:
        return
    try:
        hook(value)
    except Exception:
        logger.exception("a hook raised")
