"""Write to a journal from an event loop: a thread of its own, and one transaction for all that waits."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from stytch_b2b_async.concurrency import native_threads

from .database import Database
from .records import Record

T = TypeVar("T")

_LINGER: Final = 0.05  # seconds for which records that nobody waits for are collected
_MAX_RECORDS: Final = 2_000  # records that may be collected


class Writer:
    """Collects records and writes them in groups. An error ends it: what could not be written is not reported as written."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        # Under gevent and eventlet, the loop's own executor has real threads.
        self._thread = None if native_threads.is_patched() else ThreadPoolExecutor(1, "stytch-b2b-async-journal")
        self._database: Database | None = None
        self._records: list[Record] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._facts: dict[str, str] = {}
        self._writing: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._error: BaseException | None = None

    async def open(self, open_database: Callable[[], Database]) -> None:
        """Open the file in the thread."""
        opening = self._in_thread(open_database)
        try:
            self._database = await asyncio.shield(opening)
        except BaseException:
            try:
                await asyncio.wait([opening])  # canceled: what the thread has opened meanwhile is closed again
                if not opening.cancelled() and opening.exception() is None:
                    await asyncio.shield(self._in_thread(opening.result().close))
            finally:
                self._end_thread()
            raise

    async def read(self, query: Callable[[Database], T]) -> T:
        """Run a query in the thread."""
        database = self._opened()
        return await self._in_thread(lambda: query(database))

    def add(self, record: Record, facts: Mapping[str, str]) -> None:
        """Write a record soon. Raises the error of an earlier one."""
        if facts or self._error is not None or self._database is None:
            self._collect(record, facts)
        else:
            self._records.append(record)
        if self._timer is None and self._writing is None:
            self._timer = self._loop.call_later(_LINGER, self._write)
        elif len(self._records) >= _MAX_RECORDS:
            self._write()

    async def add_durably(self, record: Record, facts: Mapping[str, str]) -> None:
        """Write a record, with whatever else waits; return when no loss of power can undo it."""
        self._collect(record, facts)
        written: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append(written)
        if self._writing is None and len(self._waiting) == 1:
            self._loop.call_soon(self._write)  # after those that are ready now have added theirs
        await written

    async def close(self) -> None:
        """Write what is left, and close the file. Raises the error of a record that could not be written."""
        database = self._database
        if database is None:
            return
        self._database = None
        try:
            await self._flush(database)
        finally:
            await asyncio.shield(self._in_thread(database.close))
            self._end_thread()
        if self._error is not None:
            raise self._error

    async def flush(self) -> None:
        """Wait until everything is written. Raises the error of a record that could not be."""
        await self._flush(self._opened())
        if self._error is not None:
            raise self._error

    async def _flush(self, database: Database) -> None:
        while self._records or self._facts or self._writing is not None:
            self._write(database)
            if self._writing is None:
                break
            await asyncio.wait([self._writing])

    def note(self, facts: dict[str, str]) -> None:
        """Write facts with the next records."""
        self._facts |= facts

    def _collect(self, record: Record, facts: Mapping[str, str]) -> None:
        if self._database is None:
            raise _not_open()
        if self._error is not None:
            raise self._error
        self._records.append(record)
        if facts:
            self._facts |= facts

    def _opened(self) -> Database:
        if self._database is None:
            raise _not_open()
        return self._database

    def _write(self, database: Database | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        database = database or self._database
        if self._writing is not None or database is None or self._error is not None or not (self._records or self._facts):
            return
        records, self._records = self._records, []
        waiting, self._waiting = self._waiting, []
        facts, self._facts = self._facts, {}
        written = self._in_thread(lambda: database.write(records, facts, durable=bool(waiting)))
        self._writing = written
        written.add_done_callback(lambda done: self._written(done, waiting))

    def _written(self, done: "asyncio.Future[None]", waiting: "list[asyncio.Future[None]]") -> None:
        self._writing = None
        self._error = asyncio.CancelledError() if done.cancelled() else done.exception()
        for future in (*waiting, *(self._waiting if self._error else [])):
            if future.done():
                continue
            if self._error is None:
                future.set_result(None)
            else:
                future.set_exception(self._error)
        if self._waiting:
            self._write()
        elif self._records and self._timer is None:
            self._timer = self._loop.call_later(_LINGER, self._write)

    def _in_thread(self, function: Callable[[], T]) -> "asyncio.Future[T]":
        return asyncio.ensure_future(self._loop.run_in_executor(self._thread, function))

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._thread.shutdown(wait=False)


def _not_open() -> RuntimeError:
    return RuntimeError("the journal is not open")
