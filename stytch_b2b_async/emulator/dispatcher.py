"""Run the service from event loops: the database in one thread or in the loop's, expensive work in a bounded pool."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any, Final, TypeVar

from stytch_b2b_async.wire.incoming import HTTPRequest

from .codec import MEMBER_HEADERS, HTTPResponse
from .computation import Work
from .control import CONTROL_PREFIX
from .errors import EmulatedError, overloaded
from .faults import Injection
from .service import Service
from .threads import DatabaseThread

T = TypeVar("T")

MAX_WORKERS: Final = 2
"""Computations at the same time; each may take 256 MiB."""
MAX_WAITING: Final = 128
"""Computations running or queued; further calls get 429."""


class ConnectionDropped(Exception):  # noqa: N818  # what a fault asked for, not an error
    """Ends a call without a response."""

    def __init__(self, response: HTTPResponse | None) -> None:
        super().__init__("the connection was dropped by a fault")
        self.response = response
        """The response that is not sent; None if the call did not take effect."""


class Dispatcher:
    """Handles calls from any event loop, or from the database's alone if that is where it is used."""

    def __init__(self, service: Service, database: DatabaseThread) -> None:
        self._service = service
        self._database = database
        self._pool = ThreadPoolExecutor(MAX_WORKERS, "stytch-emulator-work")
        self._lock = threading.Lock()
        self._waiting = 0
        self.closed: bool = False

    async def answer(self, request: HTTPRequest) -> HTTPResponse:
        """Handle a call, with the faults that happen to it, and record it. Raises ConnectionDropped if a fault says so."""
        operation = self._service.operation_of(request)
        if operation is None and request.path.startswith(CONTROL_PREFIX):
            return await self._respond(request)
        started = time.perf_counter()
        injection = self._service.project.faults.inject(operation) if operation else None
        outcome: HTTPResponse | None = None
        try:
            outcome = response = await (self._respond(request) if injection is None else self._respond_with(injection, request))
        except ConnectionDropped as dropped:
            outcome = dropped.response
            raise
        finally:  # also of cancelled ones
            self._record(request, operation, outcome, time.perf_counter() - started, injection)
        return response

    async def _respond_with(self, injection: Injection, request: HTTPRequest) -> HTTPResponse:
        if injection.latency:
            await asyncio.sleep(injection.latency)
        fault = injection.fault
        if fault is None:
            return await self._respond(request)
        if fault.error is not None:
            return self.refuse(fault.error)
        raise ConnectionDropped(await self._respond(request) if fault.drop == "after" else None)

    async def _respond(self, request: HTTPRequest) -> HTTPResponse:
        results: dict[Work[Any], Any] = {}
        while not self.closed:
            outcome = await self._database.run(partial(self._service.attempt, request, results))
            if isinstance(outcome, HTTPResponse):
                return outcome
            try:
                results[outcome] = await asyncio.wrap_future(self._submit(outcome.run))
            except EmulatedError as error:
                return self.refuse(error)
            except Exception:  # noqa: BLE001  # becomes a 500 response
                return self._service.fail(request)
        return self.refuse(EmulatedError("internal_server_error", "The emulator is stopping.", HTTPStatus.SERVICE_UNAVAILABLE))

    def _record(
        self,
        request: HTTPRequest,
        operation: str | None,
        response: HTTPResponse | None,
        duration: float,
        injection: Injection | None,
    ) -> None:
        project = self._service.project
        project.calls.add(
            time=project.clock.now(),
            operation=operation,
            method=request.method,
            path=request.path,
            query=request.query,
            status=int(response.status) if response else 0,
            duration=duration,
            acting_member=any(name in request.headers for name in MEMBER_HEADERS),
            fault_ids=injection.fault_ids if injection else (),
            sent=request.body,
            received=response.body if response else b"",
        )

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
