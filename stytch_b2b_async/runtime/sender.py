"""The retry loop, shared by both clients."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias, TypedDict, TypeVar, Unpack, cast

import attrs

from stytch_b2b_async._tracebacks import without_frames
from stytch_b2b_async.concurrency.deadline import Deadline
from stytch_b2b_async.concurrency.flow import Finished, resume_async
from stytch_b2b_async.concurrency.in_thread import in_thread
from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    ClientClosedError,
    DecodeError,
    InternalServerError,
)
from stytch_b2b_async.transport import Attempt, Transport
from stytch_b2b_async.wire import LARGE_BODY, Call, Reply, decode, encode

from .hints import add_hint
from .instrumentation import Instrumentation
from .local import LocalRequest, SendRequest, Steps
from .retry import Budget, next_delay

if TYPE_CHECKING:
    from stytch_b2b_async.verify.verifier import Verifier

    from .call_recorder import CallRecorder

R = TypeVar("R")

KEYS_TIMEOUT = 10.0
"""Timeout of shared key and policy fetches; each waiting caller also has its own deadline."""

MakeVerifier: TypeAlias = "Callable[[Config, SendRequest], Verifier]"
"""Creates the verifier of a client."""

Failure: TypeAlias = APIStatusError | APIConnectionError | DecodeError


class Options(TypedDict, total=False):
    """The options that `with_options` takes."""

    timeout: float
    """Seconds for a whole call: attempts, retry delays, connecting and reading the response. Default 30."""
    connect_timeout: float
    """Seconds for making a connection. Default 5."""
    max_attempts: int
    """Attempts per call; a call is retried only if it cannot act twice. Default 3."""
    strict: bool
    """Raise DecodeError for a response that does not match its declaration, instead of keeping what matches. Default False."""


class Companion(Protocol):
    """Something that belongs to a client, beside its calls."""

    async def close(self) -> None:
        """End it."""
        ...


CompanionT = TypeVar("CompanionT", bound=Companion)


@attrs.define(eq=False)
class ClientState:
    """State that a client shares with its `with_options` copies."""

    transport: Transport
    instrumentation: Instrumentation
    make_verifier: "MakeVerifier"
    budget: Budget = attrs.field(factory=Budget)
    _closed: bool = attrs.field(init=False, default=False)
    _sleeping: "set[asyncio.Future[None]]" = attrs.field(init=False, factory=set["asyncio.Future[None]"])
    _verifiers: "dict[str, Verifier]" = attrs.field(factory=dict[str, "Verifier"])
    _companions: "dict[type[Companion], Companion]" = attrs.field(init=False, factory=dict["type[Companion]", "Companion"])

    @property
    def verifier(self) -> "Verifier | None":
        """The verifier of tokens; None before the first local check."""
        return self._verifiers.get("verifier")

    def set_verifier_once(self, verifier: "Verifier") -> "Verifier":
        """Set the verifier unless another thread was first, and return the one to use."""
        return self._verifiers.setdefault("verifier", verifier)  # atomic, without a lock that could be held during a fork

    def companion(self, cls: type[CompanionT]) -> CompanionT:
        """Return the client's only instance of a class, which is closed with the client."""
        return cast("CompanionT", self._companions.setdefault(cls, cls()))

    async def sleep(self, seconds: float) -> None:
        """Wait before the next attempt. Raises ClientClosedError if the client is closed meanwhile."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        self._sleeping.add(woken)
        timer = loop.call_later(seconds, _wake, woken)
        try:
            if not self._closed:
                await woken
        finally:
            self._sleeping.discard(woken)
            timer.cancel()
        if self._closed:
            raise ClientClosedError("the client was closed during this call")

    async def close(self) -> None:
        """Close companions and the transport if it has `close()`, and wake calls that wait for their next attempt."""
        self._closed = True
        for companion in list(self._companions.values()):
            await companion.close()
        for woken in list(self._sleeping):
            with suppress(RuntimeError):  # their loop is closed
                woken.get_loop().call_soon_threadsafe(_wake, woken)
        close = getattr(self.transport, "close", None)
        if close is not None:
            await close()


def _wake(woken: "asyncio.Future[None]") -> None:
    if not woken.done():
        woken.set_result(None)


@attrs.frozen(eq=False)
class Sender:
    """A configuration, and the state shared by its client."""

    config: Config
    shared: ClientState = attrs.field(repr=False)

    def with_options(self, **options: Unpack[Options]) -> Self:
        """Return a copy with other options."""
        return attrs.evolve(self, config=self.config.with_options(**options))

    async def send(self, request: Request[R]) -> R:
        """Return the response of a request, from the API or worked out locally."""
        if isinstance(request, LocalRequest):
            return await self.run(request.steps)
        return await self.send_http(request)

    async def run(self, steps: Steps[R]) -> R:
        """Run local checks; only their fetches need a deadline."""
        try:
            flow = steps(self.shared.verifier or self.verifier, self.send_http)
            if type(flow) is Finished:  # faster than isinstance, as it derives from an abstract class
                return cast("Finished[R]", flow).value
            fetch = next(flow)
            try:
                return await self.within_deadline(partial(resume_async, flow, fetch), self.config.timeout)
            except APITimeoutError as error:
                flow.throw(error)  # which may have a result nevertheless
                raise
        except StopIteration as end:
            return cast("R", end.value)
        except Exception as error:  # noqa: BLE001  # reraised
            failure = without_frames(error)  # its frames hold the token
        try:
            raise failure
        finally:
            del failure  # or its traceback and this frame would keep each other alive

    async def within_deadline(self, fetch: Callable[[], Awaitable[R]], left: float) -> R:
        """Await a fetch within what is left of the timeout of a call."""
        timeout = self.config.timeout
        if left > 0:
            with suppress(TimeoutError):
                if left < timeout:
                    async with asyncio.timeout(left):
                        return await fetch()
                with Deadline(timeout):
                    return await fetch()
        raise APITimeoutError(f"no answer within {timeout:g} s")

    @property
    def verifier(self) -> "Verifier":
        """The verifier of tokens."""
        verifier = self.shared.verifier
        if verifier is not None:
            return verifier
        own = attrs.evolve(self, config=attrs.evolve(cast("Any", self.config), timeout=KEYS_TIMEOUT))
        return self.shared.set_verifier_once(self.shared.make_verifier(self.config, own.send_http))

    async def send_http(self, request: Request[R]) -> R:
        """Send a request, with retries within the deadline; return the response or raise the error."""
        call = encode(request, self.config)
        progress = _Progress(recorder=self.shared.instrumentation.start(request, self.config))
        try:
            with Deadline(self.config.timeout) as deadline:
                outcome = await self._attempts(request, call, progress, deadline)
        except TimeoutError:
            outcome = self._timed_out(progress.attempt)
        except BaseException as error:  # cancelled, or interrupted by close()
            if isinstance(error, APIError):
                _annotate_error(request, progress, error)
            if progress.recorder is not None:
                progress.recorder.finish(error)
            raise
        if progress.recorder is not None:
            progress.recorder.finish(outcome)
        if isinstance(outcome, Failure):
            _annotate_error(request, progress, outcome)
            add_hint(outcome, request, self.config)
            try:
                raise outcome
            finally:
                del outcome  # or its traceback and this frame would keep each other alive
        self.shared.budget.earn(progress.attempts)
        if progress.attempts > 1:
            object.__setattr__(outcome, "_attempts", progress.attempts)
        return outcome

    async def exchange(self, request: Request[Any]) -> Reply:
        """Make one attempt; return the reply as it came, whatever it says. Raises APIConnectionError without a whole one."""
        call = encode(request, self.config)
        attempt: Attempt | None = None
        try:
            with Deadline(self.config.timeout) as deadline:
                attempt = Attempt(deadline.task)
                attempt.begin()
                try:
                    return await self.shared.transport.send(call, connect_timeout=self.config.connect_timeout)
                finally:
                    attempt.end()
        except TimeoutError:
            raise self._timed_out(attempt) from None

    async def _attempts(self, request: Request[R], call: Call, progress: "_Progress", deadline: Deadline) -> R | Failure:
        while True:
            progress.attempts += 1
            if progress.recorder is not None:
                progress.recorder.start_attempt()
            outcome = await self._attempt(request, call, progress, deadline)
            if not isinstance(outcome, Failure):
                return outcome
            progress.maybe_applied = progress.maybe_applied or _may_have_acted(outcome)
            wait = self._wait(request, progress.attempts, outcome, deadline)
            if wait is None:
                try:
                    return outcome
                finally:
                    del outcome  # since 3.12, the frame of an attempt refers to this one, and its error to the attempt's frame
            if progress.recorder is not None:
                progress.recorder.finish_attempt(outcome, wait)
            progress.attempt = None
            await self.shared.sleep(wait)

    async def _attempt(self, request: Request[R], call: Call, progress: "_Progress", deadline: Deadline) -> R | Failure:
        """Make one attempt; return its response or its failure."""
        attempt = progress.attempt = Attempt(deadline.task)
        attempt.begin()
        try:
            reply = await self.shared.transport.send(call, connect_timeout=self.config.connect_timeout)
            if len(reply.body) < LARGE_BODY:
                response, mismatches = decode(request, reply, self.config)
            else:  # in a thread, so that other calls continue and this one's deadline holds
                response, mismatches = await in_thread(decode, request, reply, self.config)
        except (APIStatusError, APIConnectionError, DecodeError) as failure:
            return failure
        finally:
            attempt.end()
        if mismatches:
            self.shared.instrumentation.drift(request, response, mismatches)
        object.__setattr__(response, "_reply", reply)
        return response

    def _wait(self, request: Request[Any], attempt: int, failure: Failure, deadline: Deadline) -> float | None:
        if attempt >= self.config.max_attempts:
            return None
        wait = next_delay(attempt, request, failure, deadline.remaining())
        return wait if wait is not None and self.shared.budget.spend() else None

    def _timed_out(self, attempt: Attempt | None) -> APITimeoutError:
        """Create the error of a call that ran out of time."""
        within = f"within {self.config.timeout:g} s"
        if attempt is None:
            return APITimeoutError(f"no answer {within}", maybe_applied=False)
        if attempt.queued_in is None:
            return APITimeoutError(f"no answer {within}", attempt.maybe_applied)
        error = APITimeoutError(f"no free connection {within} (limit {attempt.queued_in.limit})", attempt.maybe_applied)
        error.add_note(attempt.queued_in.hint)
        return error


@attrs.define(eq=False, repr=False)
class _Progress:
    """Progress of a call."""

    attempts: int = 0
    maybe_applied: bool = False
    """Whether an earlier attempt may have had an effect."""
    attempt: Attempt | None = None
    """The current attempt; None between attempts."""
    recorder: "CallRecorder | None" = None


def _may_have_acted(failure: Failure) -> bool:
    # A gateway returns 502 or 504 for a request that it has passed on.
    return failure.maybe_applied if isinstance(failure, APIConnectionError) else isinstance(failure, InternalServerError)


def _annotate_error(request: Request[Any], progress: _Progress, failure: APIError) -> None:
    failure.request = request
    failure.attempts = progress.attempts
    if isinstance(failure, APIConnectionError | ClientClosedError):
        failure.maybe_applied = failure.maybe_applied or progress.maybe_applied
