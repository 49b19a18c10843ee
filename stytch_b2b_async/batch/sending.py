"""Send one request of a batch, at the pace of the client."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import attrs

from stytch_b2b_async._tracebacks import without_frames
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import APIError, APIStatusError, ClientClosedError, MemberLockedError, RateLimitError
from stytch_b2b_async.runtime.retry import next_delay

from .outcome import Outcome
from .pace import Pace, Permit, endpoint_group

R = TypeVar("R")

_MAX_REFUSALS: Final = 12  # by a rate limit, until a request counts as failed


@attrs.define(eq=False)
class Sending:
    """Sends one request after another."""

    send: Callable[[Request[Any]], Awaitable[Any]]
    """Sends a request with the client's own retries, except for those after a 429, which need another permit."""
    pace: Pace
    claimed: bool = False
    """Whether the request was claimed."""
    in_flight: bool = False
    """Whether an attempt is under way, or was when it was canceled: the API may act on it."""

    async def outcome_of(self, position: int, request: Request[R], claim: Callable[[], Awaitable[None]] | None) -> Outcome[R]:
        """Send a request when it is its turn; `claim` is awaited right before it leaves. Raises ClientClosedError."""
        self.claimed = self.in_flight = False
        group = endpoint_group(request)
        attempts = refusals = 0
        began = time.monotonic()
        while True:
            async with self.pace.permit(group) as permit:
                if refusals == 0:
                    if claim is not None:
                        self.claimed = True
                        await claim()
                    began = time.monotonic()
                outcome = await self._attempt(position, request, permit)
            attempts += outcome.attempts
            if not isinstance(outcome.error, RateLimitError) or refusals == _MAX_REFUSALS:
                break
            refusals += 1
            delay = next_delay(refusals, request, outcome.error, math.inf)
            if delay is None:
                break
            await asyncio.sleep(delay)
        if isinstance(outcome.error, APIError):
            outcome.error.attempts = attempts
        return Outcome(position, request, outcome.response, outcome.error, attempts, time.monotonic() - began)

    async def _attempt(self, position: int, request: Request[R], permit: Permit) -> Outcome[R]:
        began = time.monotonic()
        self.in_flight = True
        try:
            response = await self.send(request)
        except ClientClosedError:
            raise
        except Exception as failure:  # noqa: BLE001  # a failed request does not end the batch
            error = without_frames(failure)  # which hold this outcome
        else:
            self.in_flight = False
            permit.report(response.status_code, time.monotonic() - began, None, response.headers.get("date"))
            return Outcome(position, request, response, None, response.attempts)
        self.in_flight = False
        if isinstance(error, APIStatusError) and not isinstance(error, MemberLockedError):
            permit.report(error.status_code, time.monotonic() - began, error.retry_after, error.headers.get("date"))
        elif isinstance(error, APIError) and not isinstance(error, MemberLockedError):
            permit.report(None, time.monotonic() - began, None, None)
        return Outcome(position, request, None, error, getattr(error, "attempts", 1))
