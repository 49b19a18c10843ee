"""The one loop of attempts, which both clients and all their views share."""

import asyncio
from time import monotonic
from typing import Any, Self, TypeAlias, TypedDict, TypeVar, Unpack

import attrs

from .config import Config
from .endpoint import Request
from .errors import APIConnectionError, APIStatusError, APITimeoutError, DecodeError
from .observe import Watch
from .retry import Budget, wait_before_next
from .transport import Transport, departed
from .wire import Call, decode, encode

R = TypeVar("R")

Failure: TypeAlias = APIStatusError | APIConnectionError | DecodeError


class Options(TypedDict, total=False):
    """What `with_options` may change."""

    timeout: float
    """Seconds for a whole call: attempts, waits, connecting and reading the answer. Default 30."""
    connect_timeout: float
    """Seconds for making a connection. Default 5."""
    max_attempts: int
    """Attempts of a call, where repeating it cannot act twice. Default 3."""
    strict: bool
    """Raise DecodeError for an answer that does not fit its declaration, instead of keeping what fits. Default False."""


@attrs.frozen(eq=False)
class Caller:
    """A configuration, and what its client's views share: the way to the API, the watchers, the budget of repeats."""

    config: Config
    transport: Transport = attrs.field(repr=False)
    watch: Watch = attrs.field(repr=False)
    budget: Budget = attrs.field(factory=Budget, repr=False)

    def with_options(self, **options: Unpack[Options]) -> Self:
        """Copy it with other options."""
        for name in options.keys() - Options.__annotations__.keys():
            raise TypeError(f"{name} is no option of a client; the options are {', '.join(Options.__annotations__)}")
        return attrs.evolve(self, config=attrs.evolve(self.config, **options))

    async def send(self, request: Request[R]) -> R:
        """Make attempts within the deadline until one ends the call; return its response or raise its error."""
        call = encode(request, self.config)
        progress = _Progress()
        try:
            async with asyncio.timeout(self.config.timeout) as deadline:
                outcome = await self._attempts(request, call, progress, deadline)
        except TimeoutError:
            outcome = APITimeoutError(f"no answer within {self.config.timeout:g} s", departed.get())
        self.watch.call(request, progress.attempts, progress.started, outcome)
        if isinstance(outcome, Failure):
            _complete(request, progress, outcome)
            try:
                raise outcome
            finally:
                del outcome  # or its traceback and this frame would keep each other alive
        self.budget.earn(progress.attempts)
        if progress.attempts > 1:
            object.__setattr__(outcome, "_attempts", progress.attempts)
        return outcome

    async def _attempts(self, request: Request[R], call: Call, progress: "_Progress", deadline: asyncio.Timeout) -> R | Failure:
        while True:
            progress.attempts += 1
            outcome = await self._attempt(request, call)
            if not isinstance(outcome, Failure):
                self.watch.attempt(request, progress.attempts, progress.started, outcome, None)
                return outcome
            progress.applied = progress.applied or getattr(outcome, "maybe_applied", False)
            wait = self._wait(request, progress.attempts, outcome, deadline)
            self.watch.attempt(request, progress.attempts, progress.started, outcome, wait)
            if wait is None:
                return outcome
            departed.set(False)
            await asyncio.sleep(wait)

    async def _attempt(self, request: Request[R], call: Call) -> R | Failure:
        """Make one attempt; a failure is an outcome like any other."""
        departed.set(True)  # until a transport knows better
        try:
            reply = await self.transport.send(call, connect_timeout=self.config.connect_timeout)
            response, misfits = decode(request, reply, self.config)
        except (APIStatusError, APIConnectionError, DecodeError) as failure:
            return failure
        if misfits:
            self.watch.drift(request, response, misfits)
        return response

    def _wait(self, request: Request[Any], attempt: int, failure: Failure, deadline: asyncio.Timeout) -> float | None:
        if attempt >= self.config.max_attempts:
            return None
        remaining = (deadline.when() or 0.0) - asyncio.get_running_loop().time()
        wait = wait_before_next(attempt, request, failure, remaining)
        return wait if wait is not None and self.budget.spend() else None


@attrs.define
class _Progress:
    """How far a call has come."""

    attempts: int = 0
    applied: bool = False
    """Whether an earlier attempt may have had its effect."""
    started: float = attrs.field(factory=monotonic)


def _complete(request: Request[Any], progress: _Progress, failure: Failure) -> None:
    failure.request = request
    failure.attempts = progress.attempts
    if isinstance(failure, APIConnectionError):
        failure.maybe_applied = failure.maybe_applied or progress.applied
