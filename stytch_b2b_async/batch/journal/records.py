"""What a journal keeps of each row."""

from enum import IntEnum
from typing import Any, NamedTuple

from stytch_b2b_async.batch.outcome import Outcome
from stytch_b2b_async.endpoint import Effect, Request
from stytch_b2b_async.errors import APIConnectionError, APIStatusError, ClientClosedError, DecodeError, InternalServerError


class State(IntEnum):
    """The state of a row; one without a record has not been sent, or may be sent again."""

    RELEASED = 0
    """Claimed, and certainly not sent."""
    CLAIMED = 1
    """About to be sent, or sent; nobody knows what became of it, unless another record follows."""
    DONE = 2
    FAILED = 3
    """The API did not act on it, or sending it again is harmless."""
    UNKNOWN = 4
    """It acts each time that it is sent, and may have acted."""


IN_DOUBT = frozenset({State.CLAIMED, State.UNKNOWN})


class Record(NamedTuple):
    """What is kept of a row: nothing of the request itself."""

    position: int
    state: State
    status_code: int | None = None
    request_id: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    attempts: int = 0
    maybe_applied: bool = False
    """Whether the API may have acted, though there is no response that says so."""


def record_of(outcome: Outcome[Any]) -> Record:
    """Return what is kept of an outcome."""
    if outcome.error is None:
        response = outcome.response
        status_code, request_id = getattr(response, "status_code", None), getattr(response, "request_id", None)
        return Record(outcome.position, State.DONE, status_code, request_id, None, None, outcome.attempts)
    error, maybe_applied = outcome.error, _maybe_applied(outcome.request, outcome.error)
    return Record(
        outcome.position,
        State.UNKNOWN if maybe_applied and outcome.request.effect is Effect.ACTS_ONCE else State.FAILED,
        status_code=getattr(error, "status_code", None),
        request_id=getattr(error, "request_id", None),
        error_type=getattr(error, "error_type", None) or type(error).__name__,
        error_message=getattr(error, "error_message", None) if isinstance(error, APIStatusError) else str(error),
        attempts=outcome.attempts,
        maybe_applied=maybe_applied,
    )


def _maybe_applied(request: Request[Any], error: Exception) -> bool:
    if request.effect is Effect.READS:
        return False
    if isinstance(error, APIConnectionError | ClientClosedError):
        return error.maybe_applied
    # A gateway answers 502 for what it has passed on; what cannot be decoded was answered by somebody.
    return isinstance(error, InternalServerError | DecodeError) or not hasattr(error, "attempts")
