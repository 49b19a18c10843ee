"""Send the rows of a job, show progress, write the output; stop on signals."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, Final

import attrs

from stytch_b2b_async.batch import Batch
from stytch_b2b_async.batch.journal import Database
from stytch_b2b_async.batch.pace import RedisAddress
from stytch_b2b_async.batch.source import Blocks
from stytch_b2b_async.client import Client
from stytch_b2b_async.endpoint import Request

from .job import Job
from .output import Output, category
from .progress import Progress, Tally, progress
from .reading import InputError, InputFile, requests_in

_BLOCK: Final = 500  # rows that are read at once
_FLUSH_EVERY: Final = 0.2  # seconds


async def send(job: Job, client: Client, tally: Tally) -> signal.Signals | None:
    """Send what is left of a job; return the signal that interrupted it."""
    output, interruption = Output(job.output), Interruption()

    job.journal.on_record = output.add
    if job.rate_store is not None:  # an error before anything is written
        await (await RedisAddress.parse(job.rate_store).connect()).aclose()
    async with client:
        await job.journal.open(job.facts, content=job.checked.digest)
        try:
            await _make_whole(job, output, all_rows=False)
            with progress(tally) as display:
                batch = client.batch(
                    Blocks(_blocks(job)), concurrency=job.concurrency, rate=job.rate, rate_store=job.rate_store, journal=job.journal
                )
                with interruption.stopping(batch, display):
                    await _finish(batch, output, tally, display)
            if interruption.received is not None:
                await _take_stock(job, output, tally)
        except asyncio.CancelledError:
            if not interruption.twice:
                raise
            await _take_stock(job, output, tally)
        finally:
            await job.journal.close()
    return interruption.received


async def _make_whole(job: Job, output: Output, *, all_rows: bool) -> None:
    """Write the output anew, without the rows that are about to be sent again."""

    def write(database: Database) -> None:
        records = database.records()
        output.write_all(record for record in records if all_rows or not job.journal.sends(record.state))

    await job.journal.flush()
    await job.journal.read(write)


async def _take_stock(job: Job, output: Output, tally: Tally) -> None:
    """After an interruption, add lines of rows that were in flight or not sent again, and count rows as the journal does."""
    if job.journal.retry_failed or job.journal.resend_unknown:
        await _make_whole(job, output, all_rows=True)
    else:
        await job.journal.flush()
        output.add_claimed(await job.journal.read(Database.claimed))
        await asyncio.to_thread(_append, output, tally)
    counts: Counter[str] = Counter()
    for state, count in (await job.journal.counts()).items():
        counts[category(state)] += count
    tally.recount(counts)


async def _finish(batch: Batch[Any], output: Output, tally: Tally, display: Progress) -> None:
    done = asyncio.Event()
    updating = asyncio.create_task(_update(output, tally, display, done))
    updating.add_done_callback(lambda _: batch.stop())  # it has failed: what is sent could not be told
    try:
        await batch.finish()
    finally:
        await batch.aclose()
        done.set()
        await asyncio.shield(updating)
        await asyncio.to_thread(_append, output, tally)


async def _blocks(job: Job) -> AsyncIterator[list[Request[Any]]]:
    """Read the rows in a thread, block by block."""
    requests = requests_in(job.source, job.endpoint)
    while block := await asyncio.to_thread(_next_block, job.source, requests):
        yield block


def _next_block(source: InputFile, requests: Iterator[Request[Any]]) -> list[Request[Any]]:
    block = list(islice(requests, _BLOCK))
    if source.has_changed:  # these are not the rows that were checked
        raise InputError("somebody has written to it since it was checked")
    return block


def _append(output: Output, tally: Tally) -> None:
    records = output.take()
    output.append(records)
    for state, count in Counter(record.state for record in records).items():
        tally.add(category(state), count)


async def _update(output: Output, tally: Tally, display: Progress, done: asyncio.Event) -> None:
    """Write outcomes and show progress, now and then, in a thread."""
    loop = asyncio.get_running_loop()
    due = loop.time() + display.every
    while not done.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(_FLUSH_EVERY):
                await done.wait()
        await asyncio.to_thread(_append, output, tally)
        if loop.time() >= due:
            due = loop.time() + display.every
            with suppress(OSError):  # whoever read it has gone; the rows matter more
                await asyncio.to_thread(display.show)


@attrs.define
class Interruption:
    """Ctrl-C and SIGTERM: the first lets what is in flight finish, the second ends at once."""

    received: signal.Signals | None = None
    twice: bool = False

    @contextmanager
    def stopping(self, batch: Batch[Any], display: Progress) -> Generator[None]:
        """Handle signals while a batch is sent."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def on_signal(number: signal.Signals) -> None:
            if self.received is None:
                self.received = number
                batch.stop()
                display.say("Stopping when what is in flight has finished; again to stop at once.")
            elif task is not None:
                self.twice = True
                task.cancel()

        handled = (signal.SIGINT, signal.SIGTERM)
        with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            for each in handled:
                loop.add_signal_handler(each, on_signal, each)
        try:
            yield
        finally:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                for each in handled:
                    loop.remove_signal_handler(each)
