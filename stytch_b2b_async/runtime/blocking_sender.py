"""Send requests from any thread."""

from functools import partial
from time import monotonic
from typing import Any, TypeVar, cast

from stytch_b2b_async._tracebacks import clean_traceback
from stytch_b2b_async.concurrency.flow import Fetch, Finished, run_sync
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import APITimeoutError, ClientClosedError

from .blocking import LoopRunner
from .local import LocalRequest, Steps
from .sender import Sender

R = TypeVar("R")


class BlockingSender:
    """Send requests from any thread; local checks run in the caller's thread."""

    def __init__(self, sender: Sender, runner: LoopRunner) -> None:
        self._sender = sender
        self._runner = runner

    def send(self, request: Request[R]) -> R:
        """Return the response of a request, from the API or worked out locally."""
        if isinstance(request, LocalRequest):
            answer: R = self.run(request.steps)
            return answer
        try:
            response: R = self._runner.call(partial(self._sender.send_http, request), self._sender.config.timeout)
        except (ClientClosedError, APITimeoutError) as error:  # the runner does not know the request
            error.request = error.request or request
            raise
        return response

    @clean_traceback  # the frames of a check hold the token
    def run(self, steps: Steps[R]) -> R:
        """Run local checks; only their fetches need a deadline."""
        flow = steps(self._sender.verifier, self._sender.send_http)
        if type(flow) is Finished:  # faster than isinstance, as it derives from an abstract class
            return cast("Finished[R]", flow).value
        return run_sync(flow, _Fetches(self._sender, self._runner))


class _Fetches:
    """Await what a flow needs, in another thread: one timeout for all of it."""

    def __init__(self, sender: Sender, runner: LoopRunner) -> None:
        self._sender = sender
        self._runner = runner
        self._end: float | None = None

    def __call__(self, fetch: Fetch) -> Any:
        left = timeout = self._sender.config.timeout
        if self._end is None:
            self._end = monotonic() + timeout
        else:
            left = max(0.0, self._end - monotonic())
        return self._runner.call(partial(self._sender.within_deadline, fetch, left), left)
