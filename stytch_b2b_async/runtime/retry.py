"""When to try again: (attempt, request, outcome) → how long to wait, or stop.

The API has no idempotency key. So an attempt is repeated only where that cannot act twice.
"""

import random
from http import HTTPStatus
from typing import Any, ClassVar

import attrs

from stytch_b2b_async.endpoint import Effect, Request
from stytch_b2b_async.errors import (
    APIConnectionError,
    APIStatusError,
    DecodeError,
    InternalServerError,
    MemberLockedError,
    RateLimitError,
    SearchTimeoutError,
)

INITIAL_BACKOFF = 0.5
MAX_BACKOFF = 8.0


def next_delay(
    attempt: int, request: Request[Any], outcome: APIStatusError | APIConnectionError | DecodeError, remaining: float
) -> float | None:
    """Tell how many seconds to wait after the given attempt, counted from 1, before the next; None to stop.

    `remaining` is what the deadline leaves: a wait that does not fit it is not begun.
    """
    if not _may_repeat(request.effect, outcome):
        return None
    wait = getattr(outcome, "retry_after", None)
    if wait is None:
        wait = random.uniform(0, min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** (attempt - 1)))  # noqa: S311  # full jitter, no secret
    return wait if wait < remaining else None


def _may_repeat(effect: Effect, outcome: APIStatusError | APIConnectionError | DecodeError) -> bool:
    if isinstance(outcome, RateLimitError):
        return not isinstance(outcome, MemberLockedError)  # a lock lasts an hour, and each try counts against it
    if isinstance(outcome, SearchTimeoutError):
        return True
    if isinstance(outcome, InternalServerError):
        return effect is not Effect.ACTS_ONCE and outcome.status_code != HTTPStatus.NOT_IMPLEMENTED  # which stays as it is
    if isinstance(outcome, APIConnectionError):
        return not outcome.maybe_applied or effect is not Effect.ACTS_ONCE
    return False


@attrs.define(eq=False, repr=False)
class Budget:
    """How many repeats a client may still make, so that an outage is not multiplied: successes earn them back."""

    left: float = 100.0

    most: ClassVar[float] = 100.0
    earned_at_once: ClassVar[float] = 0.2

    def spend(self) -> bool:
        """Take one repeat, if there is one."""
        if self.left < 1:
            return False
        self.left -= 1
        return True

    def earn(self, attempts: int) -> None:
        """Give back for a call that ended well after so many attempts."""
        self.left = min(self.most, self.left + (1.0 if attempts > 1 else self.earned_at_once))
