"""This SDK without one of its promises, to count what each costs. Each is taken away from the whole process."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Self
from unittest.mock import patch

from harness.contenders import Once, ours_untimed


def _replace(name: str, value: object) -> None:
    patch(f"stytch_b2b_async.{name}", value).start()  # never stopped: the process makes no other calls


def _use_stale_connections() -> None:
    def poll_of(_: object) -> Callable[[int], list[Any]]:
        return lambda _: []

    _replace("transport.guarded._poll_of", poll_of)


def _ignore_acknowledgements() -> None:
    _replace("transport.acknowledgement.can_tell", lambda _: False)


def _ignore_what_follows() -> None:
    def is_clean(self: Any) -> bool:
        self._parser = self._answer = None
        self._first = self._last = b""
        return True

    _replace("transport.guarded.GuardedHandler._is_clean", is_clean)


def _write_any_line() -> None:
    _replace("transport.fast_path.first_line", lambda method, target: f"{method} {target} HTTP/1.1\r\n".encode())


def _serve_in_any_order() -> None:
    async def run(_: object, __: object, exchange: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        return await exchange(*args)

    _replace("transport.slots.Slots.run", run)


def _keep_no_deadline() -> None:
    class Forever:
        def __init__(self, _: float) -> None:
            self.task = asyncio.current_task()

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.task = None

    _replace("runtime.sender.Deadline", Forever)


PROMISES: dict[str, Callable[[], None]] = {
    "No request is sent on a connection that the server has closed, or has sent anything on": _use_stale_connections,
    "A response that was sent before its request was received is refused": _ignore_acknowledgements,
    "Nothing that follows a response passes for the next one": _ignore_what_follows,
    "No control character is written in the first line of a request": _write_any_line,
    "Waiting calls are served in order, and `close()` ends them with an error of its own": _serve_in_any_order,
    "A call ends by its deadline": _keep_no_deadline,
}


def _contender(take_away: Callable[[], None]) -> Callable[[str, AsyncExitStack], Awaitable[Once]]:
    async def without(url: str, stack: AsyncExitStack) -> Once:
        take_away()
        return await ours_untimed(url, stack)

    return without


WITHOUT = {f"ours, without: {promise}": _contender(take_away) for promise, take_away in PROMISES.items()}
