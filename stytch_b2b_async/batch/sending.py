"""Send one request of a batch, at the pace of the client."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self, TypeVar

import attrs

from stytch_b2b_async._tracebacks import without_frames
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    ClientClosedError,
    DecodeError,
    MemberLockedError,
    RateLimitError,
)
from stytch_b2b_async.runtime.local import LocalRequest
from stytch_b2b_async.runtime.retry import Budget, next_delay
from stytch_b2b_async.runtime.sender import Sender

from .outcome import Outcome
from .pace import Pace, Permit, endpoint_group

R = TypeVar("R")

_MAX_REFUSALS: Final = 12  # by a rate limit, until a request counts as failed


@attrs.frozen(eq=False)
class Attempts:
    """How requests of a batch are attempted: one at a time, as each attempt needs a permit of its own."""

    send: Callable[[Request[Any]], Awaitable[Any]]
    send_local: Callable[[Request[Any]], Awaitable[Any]]
    """For requests that may be answered locally."""
    most: int
    timeout: float
    budget: Budget

    @classmethod
    def of(cls, sender: Sender) -> Self:
        """Return the settings of a client."""
        once = sender.with_options(max_attempts=1)
        return cls(once.send_http, once.send, sender.config.max_attempts, sender.config.timeout, sender.shared.budget)

    def delay(self, request: Request[Any], error: Exception, retries: "Retries") -> float | None:
        """Return the seconds until the next attempt; None to give up."""
        if not isinstance(error, APIStatusError | APIConnectionError | DecodeError):
            return None
        if isinstance(error, RateLimitError):
            retries.refusals += 1
            return None if retries.refusals > _MAX_REFUSALS else next_delay(retries.refusals, request, error, float("inf"))
        if retries.attempts - retries.refusals >= self.most:
            return None
        delay = next_delay(retries.attempts - retries.refusals, request, error, self.timeout - retries.elapsed)
        return delay if delay is not None and self.budget.spend() else None


@attrs.define(eq=False)
class Retries:
    """What has become of one request so far."""

    attempts: int = 0
    refusals: int = 0
    """Attempts that a rate limit refused."""
    elapsed: float = 0.0
    """Seconds of all attempts, without what was waited between them."""
    maybe_applied: bool = False
    """Whether one of them may have acted."""

    def note(self, error: Exception, elapsed: float) -> None:
        """Note a failed attempt, and what is known of earlier ones in its error."""
        self.attempts += 1
        self.elapsed += elapsed
        if isinstance(error, APIError):
            error.attempts = self.attempts
        if isinstance(error, APIConnectionError):
            error.maybe_applied = self.maybe_applied = error.maybe_applied or self.maybe_applied
        elif isinstance(error, APIStatusError) and error.status_code >= 500:  # noqa: PLR2004  # a gateway may have passed it on
            self.maybe_applied = True


@attrs.define(eq=False)
class Sending:
    """Sends one request after another."""

    attempts: Attempts
    pace: Pace
    claimed: bool = False
    """Whether the request was claimed."""
    in_flight: bool = False
    """Whether an attempt is under way, or was when it was canceled: the API may act on it."""

    async def outcome_of(
        self, position: int, request: Request[R], claim: Callable[[int], Awaitable[None]] | None = None
    ) -> Outcome[R]:
        """Send a request when it is its turn; `claim` is awaited right before it leaves. Raises ClientClosedError."""
        self.claimed = self.in_flight = False
        group = endpoint_group(request)
        send = self.attempts.send_local if isinstance(request, LocalRequest) else self.attempts.send
        retries: Retries | None = None
        first = 0.0
        while True:
            permit = self.pace.acquire_now(group) or await self.pace.acquire(group)
            try:
                if retries is None:
                    if claim is not None:
                        self.claimed = True
                        await claim(position)
                    first = time.monotonic()
                began = time.monotonic()
                self.in_flight = True
                try:
                    response = await send(request)
                except ClientClosedError:
                    raise
                except Exception as failure:  # noqa: BLE001  # a failed request does not end the batch
                    error = without_frames(failure)  # which hold this outcome
                else:
                    self.in_flight = False
                    ended = time.monotonic()
                    date = response.headers.get("date") if self.pace.is_limited else None
                    self.pace.learn(permit, response.status_code, ended - began, None, date)
                    attempts = 1
                    if retries is not None:
                        attempts += retries.attempts
                        object.__setattr__(response, "_attempts", attempts)
                    return Outcome(position, request, response, None, attempts, ended - first)
                self.in_flight = False
                elapsed = time.monotonic() - began
                _report(permit, error, elapsed)
            finally:
                self.pace.release(permit)
            retries = retries or Retries()
            retries.note(error, elapsed)
            delay = self.attempts.delay(request, error, retries)
            if delay is None:
                return Outcome(position, request, None, error, retries.attempts, time.monotonic() - first)
            await asyncio.sleep(delay)


def _report(permit: Permit, error: Exception, elapsed: float) -> None:
    if isinstance(error, MemberLockedError):
        return
    if isinstance(error, APIStatusError):
        permit.report(error.status_code, elapsed, error.retry_after, error.headers.get("date"))
    elif isinstance(error, APIError):
        permit.report(None, elapsed)
