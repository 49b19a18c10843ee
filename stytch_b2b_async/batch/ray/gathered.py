"""Commands of many tasks in few round trips."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from stytch_b2b_async.batch.errors import RateStoreError
from stytch_b2b_async.batch.redis_address import call

if TYPE_CHECKING:
    from redis.asyncio import Redis

_Waiting: TypeAlias = "tuple[tuple[Any, ...], dict[str, Any], asyncio.Future[Any]]"

_AT_ONCE: Final = 512


class Gathered:
    """Sends the commands that come while others are under way in one pipeline after these."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._waiting: deque[_Waiting] = deque()
        self._sending: asyncio.Task[None] | None = None

    async def execute(self, *command: Any, **options: Any) -> Any:
        """Execute a command, with options of redis-py for its result. Raises RateStoreError."""
        result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, options, result))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all())
        return await result

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                await self._send([self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))])
        finally:
            self._sending = None

    async def _send(self, some: list[_Waiting]) -> None:
        pipeline: Any = self._redis.pipeline(transaction=False)  # redis-py types some of its methods in part
        for command, options, _ in some:
            pipeline.execute_command(*command, **options)
        try:
            results = await call(pipeline.execute())
        except RateStoreError as error:
            for *_, waiting in some:
                if not waiting.done():
                    waiting.set_exception(RateStoreError(*error.args))
            return
        for (*_, waiting), result in zip(some, results, strict=True):
            if not waiting.done():
                waiting.set_result(result)
