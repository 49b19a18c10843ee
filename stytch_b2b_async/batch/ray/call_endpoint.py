"""A worker of Ray Data that calls an endpoint for each row."""

import asyncio
from collections.abc import Iterator
from typing import Any

import attrs

from stytch_b2b_async._tracebacks import clean_traceback
from stytch_b2b_async.batch.journal import Record, State, record_of
from stytch_b2b_async.batch.pace import Pace, RedisAddress
from stytch_b2b_async.batch.run import checked_concurrency, checked_rate
from stytch_b2b_async.batch.sending import Attempts, Sending
from stytch_b2b_async.catalog import endpoint as find_endpoint
from stytch_b2b_async.client import Client
from stytch_b2b_async.config import check_flag
from stytch_b2b_async.endpoint import Effect, Request

from .claims import Claims, Known, TakenError
from .rows import arrow, check_columns, check_keys, rows_of, table_of
from .session import session_id


class CallEndpoint:
    """Calls an endpoint for each row of a dataset: the class that `Dataset.map_batches` takes.

    ```python
    settings = {"endpoint": "organizations.members.update", "store": "redis://10.0.0.5", "run": "december", "rate": "2000/s"}
    outcomes = dataset.map_batches(CallEndpoint, fn_constructor_kwargs=settings, batch_format="pyarrow", concurrency=8)
    ```

    - `endpoint`: the operation; columns are its parameters, those with fields are structs.
    - `store`: URL of the Redis (7 or newer) that all workers reach: it counts calls, and keeps what became of each row.
    - `run`: a name for this run: the rows of a run that have an outcome are not sent again.
    - `rate`: calls per second, minute, hour or day of all workers together; by default, the limits that Stytch documents.
    - `concurrency`: calls at once of one worker.
    - `key`: the column that identifies a row; it is not sent.
    - `retry_failed`: send the rows again that failed in an earlier job.
    - `resend_unknown`: send the rows again that an earlier job left in doubt.

    The client of each worker takes its settings from `STYTCH_PROJECT_ID`, `STYTCH_SECRET` and `STYTCH_BASE_URL`. The result has
    a row for each: the key, `ok`, `status_code`, `request_id`, `error_type`, `error_message`, `attempts`, `maybe_applied`.

    Ray runs the rows of a killed worker again. Those without an outcome are sent again if that is harmless. Otherwise they are
    in doubt if their worker may have sent them: `error_type` is `unknown_outcome`, and this job does not send them again.
    """

    @clean_traceback
    def __init__(
        self,
        *,
        endpoint: str,
        store: str,
        run: str,
        rate: str | None = None,
        concurrency: int = 32,
        key: str = "row",
        retry_failed: bool = False,
        resend_unknown: bool = False,
    ) -> None:
        arrow()  # now rather than in the event loop
        self._endpoint = find_endpoint(endpoint)
        self._store = RedisAddress.parse(store)
        self._run = _checked_name("run", run)
        self._rate = checked_rate(rate)
        self._concurrency = checked_concurrency(concurrency)
        self._key = _checked_name("key", key)
        check_flag("retry_failed", retry_failed)
        check_flag("resend_unknown", resend_unknown)
        self._retry_failed = retry_failed
        self._resend_unknown = resend_unknown
        self._opening: asyncio.Task[_Worker] | None = None

    async def __call__(self, batch: Any) -> Any:
        """Call the endpoint for each row of a batch. Raises ValueError for columns that do not fit, and RateStoreError."""
        rows = rows_of(batch)
        if not rows:
            return table_of(self._key, rows, [])
        check_columns([*rows[0]], self._key, self._endpoint)
        check_keys(rows, self._key)
        if self._opening is None or (self._opening.done() and self._opening.exception() is not None):
            self._opening = asyncio.create_task(self._open())
        worker = await asyncio.shield(self._opening)
        return table_of(self._key, rows, await worker.send_all(rows))

    async def aclose(self) -> None:
        """Close the connections; Ray ends them with its workers."""
        if self._opening is not None:
            await (await self._opening).aclose()
            self._opening = None

    async def _open(self) -> "_Worker":
        client = Client()
        config = client._sender.config  # noqa: SLF001  # the batches of a client know it too
        scope = config.project_id or config.base_url
        redis = await self._store.connect()
        pace = await Pace.open(self._rate, self._store, self._concurrency, scope=scope)
        claims = Claims(redis, scope, self._run, session_id(), retry_failed=self._retry_failed, resend_unknown=self._resend_unknown)
        return _Worker(client, redis, pace, claims, self._endpoint.request, self._key, self._concurrency)


def _checked_name(option: str, name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{option} must be a str, not {type(name).__name__}")
    if not name:
        raise ValueError(f"{option} must not be empty")
    return name


@attrs.define(eq=False)
class _Worker:
    """The client of one worker, and what it shares with others."""

    client: Client
    redis: Any
    pace: Pace
    claims: Claims
    request: type[Request[Any]]
    key: str
    concurrency: int

    async def send_all(self, rows: list[dict[str, Any]]) -> list[Record]:
        """Send the rows that have no outcome; return what became of all."""
        keys = [self.claims.key(row[self.key]) for row in rows]
        known = await self.claims.look_up(keys)
        records = [each.record for each in known]
        waiting = (position for position, record in enumerate(records) if record is None)
        works = [self._work(rows, known, records, waiting) for _ in range(min(self.concurrency, len(rows)))]
        tasks = [asyncio.create_task(work) for work in works]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [record for record in records if record is not None]

    async def _work(
        self,
        rows: list[dict[str, Any]],
        known: list[Known],
        records: list[Record | None],
        waiting: Iterator[int],
    ) -> None:
        sending = Sending(Attempts.of(self.client._sender), self.pace)  # noqa: SLF001  # likewise
        for position in waiting:
            records[position] = await self._send(sending, rows[position], known[position])

    async def _send(self, sending: Sending, row: dict[str, Any], known: Known) -> Record:
        try:
            request = self.request(**{name: value for name, value in row.items() if name != self.key})
        except (TypeError, ValueError) as error:
            return Record(0, State.FAILED, error_type=type(error).__name__, error_message=str(error))
        acts_once = request.effect is Effect.ACTS_ONCE
        try:
            outcome = await sending.outcome_of(0, request, (lambda _: self.claims.claim(known)) if acts_once else None)
        except TakenError as taken:
            return taken.record
        record = record_of(outcome)
        await self.claims.finish(known.key, record)
        return record

    async def aclose(self) -> None:
        await self.pace.aclose()
        await self.redis.aclose()
        await self.client.close()
