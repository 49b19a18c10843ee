"""Where the permits of a window are counted: in this process, or in Redis for several."""

from typing import TYPE_CHECKING, Final, Protocol

from stytch_b2b_async.batch.redis_address import call

from .learnt import LearntLimit, SharedLimit
from .rate import Rate

if TYPE_CHECKING:
    from redis.asyncio import Redis

_LEASE: Final = 32  # permits, at most
_SPARE: Final = 50  # a lease is at least this part of the limit, so that few calls wait for the store
_KEPT: Final = 3  # windows for which a count is kept
_LIMIT_KEPT: Final = 86_400  # seconds for which a learnt limit is kept


class GroupStore(Protocol):
    """Counts the permits of a group's windows, and knows its limit."""

    @property
    def learnt(self) -> LearntLimit:
        """The group's limit."""
        ...

    async def take(self, window: int, wanted: int, returned: int) -> tuple[int, bool]:
        """Give permits of a window back and take others; return how many there were, and whether there are more.

        Raises RateStoreError.
        """
        ...

    async def give_back(self, window: int, count: int) -> None:
        """Give permits back that were not used. Raises RateStoreError."""
        ...


class LocalStore:
    """Counts in this process."""

    def __init__(self, rate: Rate) -> None:
        self.learnt: LearntLimit = LearntLimit(rate.calls)
        self._taken: dict[int, int] = {}

    async def take(self, window: int, wanted: int, returned: int) -> tuple[int, bool]:
        """Take all that are left."""
        if window not in self._taken:
            self._taken = {each: count for each, count in self._taken.items() if each > window - _KEPT}
        taken = self._taken.get(window, 0) - returned
        self._taken[window] = max(taken, self.learnt.limit)
        return self._taken[window] - taken, False

    async def give_back(self, window: int, count: int) -> None:
        """Do nothing: nobody else counts."""


class RedisStore:
    """Counts in Redis, under a key for each window; takes many permits at a time."""

    def __init__(self, redis: "Redis", rate: Rate, key: str) -> None:
        self.learnt: SharedLimit = SharedLimit(rate.calls)
        self._redis = redis
        self._rate = rate
        self._key = key

    async def take(self, window: int, wanted: int, returned: int) -> tuple[int, bool]:
        """Take some permits."""
        limit = self.learnt.limit
        amount = min(limit, max(min(wanted, _LEASE), min(_LEASE, limit // _SPARE)))
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.incrby(self._window_key(window), amount - returned)
        pipeline.expire(self._window_key(window), _KEPT * self._rate.seconds + 60)
        if (changed := self.learnt.to_publish()) is not None:
            pipeline.set(f"{self._key}:limit", changed, ex=max(_LIMIT_KEPT, _KEPT * self._rate.seconds))
        pipeline.get(f"{self._key}:limit")
        results = await call(pipeline.execute())
        self.learnt.adopt(results[-1])
        over = max(0, results[0] - self.learnt.limit)
        granted = max(0, amount - over)
        if granted < amount:  # so that the count is what was taken
            await self.give_back(window, amount - granted)
        return granted, not over

    async def give_back(self, window: int, count: int) -> None:
        """Give permits back."""
        await call(self._redis.decrby(self._window_key(window), count))

    def _window_key(self, window: int) -> str:
        return f"{self._key}:{window}"
