"""Run the service from event loops: the database in one thread, expensive work in a bounded pool."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Final, TypeVar

from .codec import HTTPRequest, HTTPResponse
from .computation import Work
from .errors import EmulatedError, overloaded
from .service import Service

T = TypeVar("T")

MAX_WORKERS: Final = 2
"""Computations at the same time; each may take 256 MiB."""
MAX_WAITING: Final = 128
"""Computations running or queued; further calls get 429."""


class Dispatcher:
    """Handles calls from any event loop."""

    def __init__(self, service: Service, database: ThreadPoolExecutor) -> None:
        self._service = service
        self._database = database
        self._pool = ThreadPoolExecutor(MAX_WORKERS, "stytch-emulator-work")
        self._lock = threading.Lock()
        self._waiting = 0
        self.closed: bool = False

    async def answer(self, request: HTTPRequest) -> HTTPResponse:
        """Handle a call."""
        results: dict[Work[Any], Any] = {}
        while not self.closed:
            outcome = await asyncio.wrap_future(self._database.submit(self._service.attempt, request, results))
            if isinstance(outcome, HTTPResponse):
                return outcome
            try:
                results[outcome] = await asyncio.wrap_future(self._submit(outcome.run))
            except EmulatedError as error:
                return self.refuse(error)
            except Exception:  # noqa: BLE001  # becomes a 500 response
                return self._service.fail(request)
        return self.refuse(EmulatedError("internal_server_error", "The emulator is stopping.", HTTPStatus.SERVICE_UNAVAILABLE))

    def refuse(self, error: EmulatedError) -> HTTPResponse:
        """Encode an error as the API does."""
        return self._service.refuse(error)

    def close(self) -> None:
        """Stop accepting calls."""
        self.closed = True
        self._pool.shutdown(wait=False)

    @property
    def waiting(self) -> int:
        """The number of computations running or queued."""
        return self._waiting

    def _submit(self, run: Callable[[], T]) -> Future[T]:
        with self._lock:
            if self._waiting >= MAX_WAITING:
                raise overloaded()
            self._waiting += 1
        try:
            future = self._pool.submit(run)
        except BaseException:
            self._leave()
            raise
        future.add_done_callback(self._leave)  # also after cancellation
        return future

    def _leave(self, _: object = None) -> None:
        with self._lock:
            self._waiting -= 1
