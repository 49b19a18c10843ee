"""A batch as an asynchronous iterator."""

from collections.abc import AsyncGenerator
from types import AsyncGeneratorType, TracebackType
from typing import Generic, Self, TypeVar, cast

from .outcome import Outcome
from .run import Run

R = TypeVar("R")


class Batch(Generic[R]):
    """Outcomes of requests, in the order in which they finish: `async for outcome in client.batch(…)`.

    It can be iterated over once. Leaving the loop, `aclose()`, and cancelling end what is in flight; with `async with`, also an
    error in the body does. `stop()` lets it finish.
    """

    def __init__(self, run: Run[R]) -> None:
        self._run = run
        self._outcomes = cast("AsyncGeneratorType[Outcome[R], None]", _outcomes(run))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Outcome[R]:
        outcome = self._run.next_ready()  # most often there is one
        return await anext(self._outcomes) if outcome is None else outcome

    async def finish(self) -> None:
        """Send all that is left without handing out outcomes, as with a journal that keeps them."""
        try:
            await self._run.finish()
        finally:
            await self.aclose()

    def stop(self) -> None:
        """Send nothing more. The outcomes of what is in flight still come, then the batch ends."""
        self._run.drain()

    async def aclose(self) -> None:
        """End the batch: cancel what is in flight, and wait until it has ended."""
        if not self._outcomes.ag_running:  # or another task waits for an outcome, which this ends
            await self._outcomes.aclose()
        await self._run.aclose()  # which a generator that nobody has begun to iterate over does not do

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


async def _outcomes(run: Run[R]) -> AsyncGenerator[Outcome[R]]:
    # A generator, as event loops end those that are dropped: after a `break`, nobody calls aclose().
    try:
        while (outcome := await run.next()) is not None:
            yield outcome
    finally:
        await run.aclose()
