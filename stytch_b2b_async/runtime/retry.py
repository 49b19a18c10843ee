"""Retry policy: (attempt, request, outcome) → delay before the next attempt, or None.

The API has no idempotency keys, so an attempt is retried only if that cannot act twice.
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
    """Return the seconds to wait after the given attempt (from 1) before the next one; None to stop.

    `remaining` is the time until the deadline: None if the delay does not fit it.
    """
    if not _may_repeat(request.effect, outcome):
        return None
    wait = getattr(outcome, "retry_after", None)
    if wait is None:
        wait = random.uniform(0, min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** (attempt - 1)))  # noqa: S311  # full jitter, no secret
    return wait if wait < remaining else None


def _may_repeat(effect: Effect, outcome: APIStatusError | APIConnectionError | DecodeError) -> bool:
    if isinstance(outcome, RateLimitError):
        return not isinstance(outcome, MemberLockedError)  # the lockout lasts an hour, and each attempt counts
    if isinstance(outcome, SearchTimeoutError):
        return True
    if isinstance(outcome, InternalServerError):
        return (
            effect is not Effect.ACTS_ONCE and outcome.status_code != HTTPStatus.NOT_IMPLEMENTED
        )  # another attempt would fail too
    if isinstance(outcome, APIConnectionError):
        return not outcome.maybe_applied or effect is not Effect.ACTS_ONCE
    return False


@attrs.define(eq=False, repr=False)
class Budget:
    """A client's retry budget, so that retries do not multiply an outage: successful calls earn retries back."""

    left: float = 100.0

    most: ClassVar[float] = 100.0
    earned_at_once: ClassVar[float] = 0.2

    def spend(self) -> bool:
        """Take one retry; False if none is left."""
        if self.left < 1:
            return False
        self.left -= 1
        return True

    def earn(self, attempts: int) -> None:
        """Earn back retries for a call that succeeded after so many attempts."""
        self.left = min(self.most, self.left + (1.0 if attempts > 1 else self.earned_at_once))
