"""A batch as a blocking iterator: the source runs in the caller's thread, everything else in the client's event loop."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from types import GeneratorType, TracebackType
from typing import Any, Final, Generic, Self, TypeVar, cast

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import ClientClosedError
from stytch_b2b_async.runtime.blocking import LoopRunner

from .engine import ends_its_task
from .outcome import Outcome
from .run import Run

R = TypeVar("R")

_PULLING: Final = 0.01  # seconds for which requests are taken from the source before they are handed to the loop


class BlockingBatch(Generic[R]):
    """Outcomes of requests, in the order in which they finish: `for outcome in blocking_client.batch(…)`.

    It can be iterated over once. Leaving the loop and `close()` end what is in flight; with `with`, also an error in the body
    does. `stop()` lets it finish. Requests are taken from their source in the caller's thread, so it may make blocking calls; an
    asynchronous source runs in the client's event loop.
    """

    def __init__(self, run: Run[R], requests: Iterable[Request[R]] | None, feed: "Feed[R]", runner: LoopRunner) -> None:
        self._exchange = _Exchange(run, requests, feed)
        self._runner = runner
        self._outcomes = cast("GeneratorType[Outcome[R], None, None]", _outcomes(self._exchange, runner))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Outcome[R]:
        return next(self._outcomes)

    def finish(self) -> None:
        """Send all that is left without handing out outcomes, as with a journal that keeps them."""
        try:
            deque(self, maxlen=0)
        finally:
            self.close()

    def stop(self) -> None:
        """Send nothing more. The outcomes of what is in flight still come, then the batch ends."""
        self._exchange.stop()

    def close(self) -> None:
        """End the batch: cancel what is in flight, and wait until it has ended."""
        if self._outcomes.gi_running:  # another thread waits for an outcome, which this ends
            _close(self._exchange.run, self._runner)
        else:
            self._outcomes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()


def _outcomes(exchange: "_Exchange[R]", runner: LoopRunner) -> Generator[Outcome[R]]:
    try:
        while (outcomes := runner.call(exchange.outcomes)) is not None:
            yield from outcomes
            exchange.pull()
        exchange.raise_error()
    finally:
        _close(exchange.run, runner)


def _close(run: Run[Any], runner: LoopRunner) -> None:
    try:
        runner.call(run.aclose)
    except ClientClosedError:
        pass  # which has ended its batches
    except RuntimeError:
        if asyncio._get_running_loop() is None:  # noqa: SLF001  # the one that does not raise
            raise
        asyncio.ensure_future(run.aclose())  # noqa: RUF006  # the garbage collector ran in the loop's own thread


class _Exchange(Generic[R]):
    """Hands requests to the loop, and outcomes to the caller: many at once, as each crossing takes time."""

    def __init__(self, run: Run[R], requests: Iterable[Request[R]] | None, feed: "Feed[R]") -> None:
        self.run = run
        self._requests = None if requests is None else iter(requests)
        self._feed = feed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wanted = 0
        self._pulled: list[Request[R]] = []
        self._failure: BaseException | None = None
        self._error: BaseException | None = None
        """What ended the batch."""

    def pull(self) -> None:
        """Take as many requests from the source as are wanted, or as come in a moment."""
        until = time.monotonic() + _PULLING
        while self._requests is not None and len(self._pulled) < self._wanted:
            try:
                self._pulled.append(next(self._requests))
            except StopIteration:
                self._requests = None
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001  # raised after the outcomes of what was sent
                self._requests, self._failure = None, error
            if time.monotonic() > until:
                break

    async def outcomes(self) -> list[Outcome[R]] | None:
        """Hand over what was pulled; return outcomes once there are any or more requests are wanted; None after the last."""
        self._loop = asyncio.get_running_loop()
        self._feed.put(self._pulled, self._failure, ended=self._requests is None)
        self._pulled = []
        engine = await self.run.start()
        if engine is None:
            return None
        self._feed.on_empty = engine.wake
        while True:
            ready = list(iter(engine.next_ready, None))
            self._wanted = 0 if self._requests is None or engine.has_ended else engine.room - len(self._feed)
            if ready or self._wanted > 0:
                return ready
            if engine.is_over:
                try:
                    last = await self.run.next()
                except BaseException as error:
                    if ends_its_task(error):
                        raise
                    self._error = error
                    last = None
                return None if last is None else [last]
            await engine.change()

    def raise_error(self) -> None:
        """Raise what ended the batch: in the caller's thread, as the loop takes some errors for its own end."""
        error, self._error = self._error, None
        if error is not None:
            try:
                raise error
            finally:
                del error  # or its traceback and this frame would keep each other alive

    def stop(self) -> None:
        """Stop the batch, from any thread."""
        if self._loop is None:
            self.run.drain()
        else:
            with suppress(RuntimeError):  # it is closed
                self._loop.call_soon_threadsafe(self.run.drain)


class Feed(Generic[R]):
    """Requests that the caller's thread has taken from the source."""

    def __init__(self) -> None:
        self.on_empty: Callable[[], None] | None = None
        self._requests: deque[Request[R]] = deque()
        self._failure: BaseException | None = None
        self._ended = False
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._requests)

    def put(self, requests: list[Request[R]], failure: BaseException | None, *, ended: bool) -> None:
        """Add requests; with `ended`, no more will come."""
        self._requests += requests
        self._failure, self._ended = failure, ended
        self._filled.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Request[R]:
        while not self._requests:
            if self._failure is not None:
                raise self._failure
            if self._ended:
                raise StopAsyncIteration
            self._filled.clear()
            if self.on_empty is not None:
                self.on_empty()
            await self._filled.wait()
        return self._requests.popleft()
