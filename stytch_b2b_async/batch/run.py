"""One run of a batch: from its settings to its last outcome."""

from collections.abc import AsyncIterable, Iterable
from os import PathLike
from typing import Any, Generic, TypeVar, cast

from stytch_b2b_async.config import check_flag
from stytch_b2b_async.errors import ClientClosedError
from stytch_b2b_async.runtime.sender import Sender

from .engine import Engine, Plan
from .journal import Journal
from .outcome import Outcome
from .pace import Rate, RedisAddress
from .running import Running
from .sending import Attempts
from .source import Items, Requests

R = TypeVar("R")

_MAX_CONCURRENCY = 10_000


class Run(Generic[R]):
    """One run of a batch. It begins with the first outcome that is asked for. Raises ValueError or TypeError for its settings."""

    def __init__(
        self,
        sender: Sender,
        requests: Requests[R],
        *,
        concurrency: int,
        rate: str | None,
        rate_store: str | None,
        ordered: bool,
        stop_on: type[BaseException] | tuple[type[BaseException], ...] | None,
        journal: "str | PathLike[str] | Journal | None",
    ) -> None:
        if not isinstance(requests, Iterable | AsyncIterable):
            raise TypeError(f"requests must be an iterable of request objects, not {type(requests).__name__}")
        self._sender = sender
        self._requests = requests
        self._plan = Plan(checked_concurrency(concurrency), _checked_flag("ordered", ordered), _errors(stop_on))
        self._rate = checked_rate(rate)
        self._rate_store = None if rate_store is None else RedisAddress.parse(rate_store)
        self._journal = _checked_journal(journal)
        self._running = sender.shared.companion(Running)
        self._engine: Engine[R] | None = None
        self._opened_journal = False
        self._ended = False

    async def next(self) -> Outcome[R] | None:
        """Return the next outcome; None after the last."""
        engine = await self.start()
        outcome = None if engine is None else await engine.next()
        if outcome is None and engine is not None and self._ended and self._running.is_closed:
            raise ClientClosedError("the client was closed during this batch")
        return outcome

    def next_ready(self) -> Outcome[R] | None:
        """Return the next outcome, if it is there."""
        return None if self._engine is None else self._engine.next_ready()

    async def start(self) -> Engine[R] | None:
        """Start the engine, unless it was started or the batch was stopped before."""
        if self._engine is None and not self._ended:
            self._engine = await self._start()
        return self._engine

    async def finish(self) -> None:
        """Send all that is left, and drop the outcomes. Raises the error that ends the batch."""
        if (engine := await self.start()) is not None:
            engine.drop_outcomes()
        while await self.next() is not None:
            pass

    def drain(self) -> None:
        """Send nothing more; the outcomes of what is in flight still come."""
        if self._engine is None:
            self._ended = True
        else:
            self._engine.drain()

    async def aclose(self) -> None:
        """Cancel what is in flight, wait until it has ended, and close the journal. Closing twice is harmless."""
        self._ended = True
        try:
            if self._engine is not None:
                await self._engine.aclose()
        finally:
            self._running.discard(self)
            if self._opened_journal and self._journal is not None:
                self._opened_journal = False
                await self._journal.close()

    async def _start(self) -> Engine[R] | None:
        self._running.add(self)
        config = self._sender.config
        scope = config.project_id or config.base_url
        pace = await self._running.pace(self._rate, self._rate_store, self._plan.concurrency, scope)
        if self._journal is not None:
            self._opened_journal = await self._journal.use({"project": config.project_id or "", "host": config.base_url})
        if self._ended:  # while the journal was opened
            return None
        items = Items(self._requests, self._journal)
        engine = Engine(items, Attempts.of(self._sender), pace, self._journal, self._plan)
        engine.start()
        return engine


def checked_concurrency(concurrency: Any) -> int:
    """Return it. Raises TypeError or ValueError."""
    if isinstance(concurrency, bool) or not isinstance(concurrency, int):
        raise TypeError(f"concurrency must be an int, not {type(concurrency).__name__}")
    if not 1 <= concurrency <= _MAX_CONCURRENCY:
        raise ValueError(f"concurrency must be from 1 to {_MAX_CONCURRENCY}")
    return concurrency


def _checked_flag(name: str, value: bool) -> bool:  # noqa: FBT001  # whatever was passed
    check_flag(name, value)
    return value


def _checked_journal(journal: Any) -> Journal | None:
    if journal is None or isinstance(journal, Journal):
        return journal
    if not isinstance(journal, str | PathLike):
        raise TypeError(f"journal must be a path or a Journal, not {type(journal).__name__}")
    return Journal(cast("str | PathLike[str]", journal))


def checked_rate(rate: Any) -> str | None:
    """Return it. Raises TypeError or ValueError."""
    if rate is None:
        return None
    if not isinstance(rate, str):
        raise TypeError(f"rate must be a str such as '100/min', not {type(rate).__name__}")
    Rate.parse(rate)
    return rate


def _errors(stop_on: object) -> tuple[type[BaseException], ...]:
    given = cast("tuple[object, ...]", stop_on) if isinstance(stop_on, tuple) else () if stop_on is None else (stop_on,)
    classes = tuple(each for each in given if isinstance(each, type) and issubclass(each, BaseException))
    if len(classes) < len(given):
        raise TypeError("stop_on must be an exception class, or a tuple of them")
    return classes
