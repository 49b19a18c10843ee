"""A value that is fetched once for everybody, refreshed before it expires, and kept for longer while it cannot be."""

from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import Generic, Self, TypeVar

import attrs

from .flow import Flow
from .single_flight import SingleFlight

T = TypeVar("T")


@attrs.frozen(eq=False)
class Entry(Generic[T]):
    """A value, and until when it may be used: three instants of the monotonic clock, none later than `expires_at`."""

    value: T = attrs.field(repr=False)
    refresh_at: float
    """From then on it is refreshed in the background, while it is served."""
    blocking_at: float
    """From then on callers wait for the refresh, and get the old value only where that fails (RFC 5861, `stale-if-error`)."""
    expires_at: float
    """From then on it is not served at all."""

    def postponed(self, refresh_at: float) -> Self:
        """Copy it, to be refreshed no earlier than that, though before it expires."""
        return attrs.evolve(self, refresh_at=min(max(self.refresh_at, refresh_at), self.expires_at))


class RefreshingValue(Generic[T]):
    """The newest entry of something that is fetched.

    - `fetch`: get a new entry.
    - `shared_error`: the errors that a stale value may stand in for.
    - `retry_interval`: seconds between a refresh that failed and the next, while there is a value to serve.
    - `background_retry`: seconds after a refresh that failed in which nobody waits for the next.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Entry[T]]],
        shared_error: type[Exception],
        *,
        retry_interval: float,
        background_retry: float = 0.0,
        initial: Entry[T] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._fetch = fetch
        self._shared_error = shared_error
        self._retry_interval = retry_interval
        self._background_retry = background_retry
        self._clock = clock
        self.entry: Entry[T] | None = initial
        self.refresh: SingleFlight[Entry[T]] = SingleFlight(self._refreshed, shared_error)

    def get(self) -> Flow[T]:
        """Take the value, or fetch it. Raises what the fetch raises when there is nothing left to serve."""
        seen = self.refresh.generation  # read before the entry: a fetch that ends in between has not been seen
        entry, now = self.entry, self._clock()
        if entry is not None:
            if now < entry.refresh_at:
                return entry.value
            if now < entry.blocking_at:
                yield partial(self.refresh.begin, seen)
                return entry.value
        try:
            fetched: Entry[T] = yield partial(self.refresh.wait, seen)
        except self._shared_error:
            entry = self.entry
            if entry is None or self._clock() >= entry.expires_at:
                raise
            return entry.value
        return fetched.value

    def discard(self) -> None:
        """Drop the value: the next caller waits for a new one."""
        self.entry = None

    async def _refreshed(self) -> Entry[T]:
        try:
            fetched = self.entry = await self._fetch()
        except self._shared_error:
            if self.entry is not None:
                self.entry = self._postponed(self.entry)
            raise
        return fetched

    def _postponed(self, entry: Entry[T]) -> Entry[T]:
        now = self._clock()
        blocking_at = max(entry.blocking_at, now + self._background_retry)
        return attrs.evolve(entry.postponed(now + self._retry_interval), blocking_at=min(blocking_at, entry.expires_at))
