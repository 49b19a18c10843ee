"""A cached value, fetched once for all callers, refreshed before it expires, and served stale if a refresh fails."""

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
    """A value and its lifetime, as three instants of the monotonic clock; none is later than `expires_at`."""

    value: T = attrs.field(repr=False)
    refresh_at: float
    """From then on it is refreshed in the background, and still served."""
    blocking_at: float
    """From then on callers wait for the refresh, and get the old value only if that fails (RFC 5861, `stale-if-error`)."""
    expires_at: float
    """From then on it is not served."""

    def postponed(self, refresh_at: float) -> Self:
        """Return a copy that is refreshed at `refresh_at` at the earliest, and when it expires at the latest."""
        return attrs.evolve(self, refresh_at=min(max(self.refresh_at, refresh_at), self.expires_at))


class RefreshingValue(Generic[T]):
    """A value that is fetched on first use and refreshed.

    - `fetch`: fetch a new entry.
    - `shared_error`: errors on which a stale value is served instead.
    - `retry_interval`: seconds between a failed refresh and the next, while there is a value to serve.
    - `background_retry`: seconds after a failed refresh during which no caller waits for the next.
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
        """Return the value, fetching it if necessary. Raises the error of the fetch if there is no value to serve."""
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
        """Discard the value: the next caller waits for a new one."""
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
