"""The command `batch`: from its options to its exit status."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import click

from stytch_b2b_async.batch.errors import JournalError
from stytch_b2b_async.batch.journal import Journal
from stytch_b2b_async.batch.pace import Rate, RateStoreError, RedisAddress
from stytch_b2b_async.catalog import EndpointInfo, operations
from stytch_b2b_async.catalog import endpoint as endpoint_of
from stytch_b2b_async.cli import exit_status
from stytch_b2b_async.cli.call.options import warn_of_secret
from stytch_b2b_async.cli.call.strict import StrictCommand
from stytch_b2b_async.cli.client import config_of, open_client, target_of
from stytch_b2b_async.cli.confirm import announce, go_ahead
from stytch_b2b_async.cli.failure import Failure, reason_of
from stytch_b2b_async.cli.failures import reporting
from stytch_b2b_async.cli.settings import Settings, current_settings, with_shared_options
from stytch_b2b_async.concurrency.event_loops import loop_factory
from stytch_b2b_async.endpoint import Effect
from stytch_b2b_async.schema.validation import check_seconds
from stytch_b2b_async.snippets import http
from stytch_b2b_async.transport import SessionPool

from .job import Job
from .open_files import allow_connections
from .output import is_output
from .progress import Tally
from .reading import Checked, Format, InputError, InputFile, check
from .sending import send
from .summary import show_summary

_GARBAGE = 10_000  # objects that are made until the collector looks at them
_POOL = 100  # connections that a client has without being asked


class _Endpoint(click.ParamType[EndpointInfo]):
    """The name of an endpoint."""

    name = "endpoint"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> EndpointInfo:
        """Find the endpoint."""
        try:
            return endpoint_of(str(value))
        except LookupError as error:
            self.fail(f"{error.args[0]}.", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Complete a name."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name, help=summary) for name, summary in operations().items() if name.startswith(incomplete)]


class _Rate(click.ParamType[str]):
    """A rate such as `60/s`."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check a rate."""
        try:
            Rate.parse(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)
        return str(value)


class _Seconds(click.ParamType[float]):
    """A number of seconds above 0."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Check a number."""
        try:
            seconds = float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number.", param, ctx)
        try:
            check_seconds("timeout", seconds)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)
        return seconds


class _Store(click.ParamType[str]):
    """The URL of a Redis."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check a URL; what is wrong is told without it, as it may hold a password."""
        try:
            RedisAddress.parse(str(value))
        except (ValueError, RateStoreError) as error:
            self.fail(f"{error}.", param, ctx)
        return str(value)


_PATH = click.Path(path_type=Path)


@click.command(cls=StrictCommand)
@click.argument("endpoint", type=_Endpoint())
@click.argument("source", metavar="INPUT")
@click.option("-o", "--output", type=_PATH, required=True, metavar="OUT.jsonl", help="A line of JSON for each row.")
@click.option("--journal", type=_PATH, metavar="FILE", help="What was sent; by default beside the output.")
@click.option("--concurrency", type=click.IntRange(1, 10_000), default=64, metavar="N", help="Calls at once; 64 by default.")
@click.option("--rate", type=_Rate(), metavar="R", help="Calls per window, such as 60/s, 100/min, 1000/h or 10000/day.")
@click.option(
    "--rate-store",
    type=_Store(),
    metavar="URL",
    envvar="STYTCH_RATE_STORE",
    show_envvar=True,
    help="The Redis that shares the rate with other processes.",
)
@click.option("--timeout", type=_Seconds(), metavar="S", help="Seconds for a call; 30 by default.")
@click.option(
    "--format", "given_format", type=click.Choice([each.value for each in Format]), help="By default, as the file's name."
)
@click.option("-n", "--dry-run", is_flag=True, help="Check the input, show what would be sent, and send nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before sending.")
@click.option("--retry-failed", is_flag=True, help="Send the rows again that failed.")
@click.option("--resend-unknown", is_flag=True, help="Send the rows again that may have acted, as their outcome is unknown.")
@with_shared_options
def batch(
    endpoint: EndpointInfo,
    source: str,
    *,
    output: Path,
    journal: Path | None,
    concurrency: int,
    rate: str | None,
    rate_store: str | None,
    timeout: float | None,
    given_format: str | None,
    dry_run: bool,
    yes: bool,
    retry_failed: bool,
    resend_unknown: bool,
) -> int:
    """Call ENDPOINT for each row of INPUT, at the API's pace, and go on after a crash.

    INPUT is CSV, JSON lines or Parquet, also compressed by gzip or zstd, or - for standard input. Its columns are the endpoint's
    parameters; fields of nested ones are a.b, or JSON. Everything is checked before the first call.
    """
    settings = current_settings()
    config = config_of(settings)
    if output.name in {"", "-"}:
        raise click.UsageError("--output must be a file, as a run that goes on makes it whole.")
    journal = journal or output.with_name(f"{output.name}.journal")
    _check_paths(source, output, journal)
    allow_connections(concurrency)
    _warn_of_password(rate_store)
    with _ending_on_sigterm(), closing(InputFile(source, Format(given_format) if given_format else None)) as file:
        job = Job(
            endpoint=endpoint,
            source=file,
            checked=_checked(file, endpoint),
            output=output,
            journal=Journal(journal, retry_failed=retry_failed, resend_unknown=resend_unknown),
            config=config,
            concurrency=concurrency,
            rate=rate,
            rate_store=rate_store,
        )
        with _refusing(job):
            tally = job.tally()
        try:
            _announce(job, tally, settings, dry_run=dry_run, yes=yes)
        except BrokenPipeError:  # nobody has seen what is about to be sent
            return exit_status.USAGE
        except OSError as error:
            raise Failure(f"{reason_of(error)}; nothing was sent.", exit_status.USAGE) from None
        return exit_status.DONE if dry_run else _run(job, tally, settings, timeout)


@contextmanager
def _ending_on_sigterm() -> Generator[None]:
    """Exit with a status of its own on SIGTERM before anything is sent, as on Ctrl-C."""

    def end(number: int, _: object) -> NoReturn:
        raise Failure("Interrupted; nothing was sent.", 128 + number)

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _check_paths(source: str, output: Path, journal: Path) -> None:
    try:
        _check_places(Path(source), output, journal)
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written: {error.strerror}.") from None


def _check_places(source: Path, output: Path, journal: Path) -> None:
    if _are_same(output, journal):
        raise click.UsageError("--journal and --output must be different files.")
    if _are_same(output, source):
        raise click.UsageError("INPUT and --output must be different files.")
    if output.exists() and not journal.exists():
        raise click.UsageError(f"{output} exists, and its journal {journal} does not: it is not overwritten.")
    for path in (output, journal):
        if not path.absolute().parent.is_dir():
            raise click.UsageError(f"The folder of {path} does not exist.")
    if output.exists() and not (output.is_file() and is_output(output)):
        raise click.UsageError(f"{output} is not the output of a batch: it is not overwritten.")


def _are_same(first: Path, second: Path) -> bool:
    if first.exists() and second.exists():
        return first.samefile(second)
    return os.path.realpath(first) == os.path.realpath(second)


def _warn_of_password(rate_store: str | None) -> None:
    given = click.get_current_context().get_parameter_source("rate_store")
    if rate_store is not None and given is click.core.ParameterSource.COMMANDLINE and RedisAddress.parse(rate_store).has_password:
        warn_of_secret("the password of --rate-store", "STYTCH_RATE_STORE")


def _checked(file: InputFile, endpoint: EndpointInfo) -> Checked:
    try:
        checked = check(file, endpoint)
    except ModuleNotFoundError as error:
        raise click.UsageError(f"{error}.") from None
    if checked.problems:
        listed = "\n".join(f"  {problem}" for problem in checked.problems)
        raise Failure(f"{file.name} cannot be used; nothing was sent:\n{listed}", exit_status.USAGE)
    return checked


def _announce(job: Job, tally: Tally, settings: Settings, *, dry_run: bool, yes: bool) -> None:
    """Say what is about to be sent; ask if it changes something."""
    left = tally.total - tally.finished
    finished = f" ({tally.finished:,} are finished)" if tally.finished else ""
    rows = f"for {left:,} of {tally.total:,} rows of {job.source.name}{finished}"
    shared = "" if job.rate_store is None else f"\nat a rate that is shared through {RedisAddress.parse(job.rate_store)}"
    action = f"{job.endpoint.operation}: {job.endpoint.summary}\n{rows}{shared}"
    if dry_run:
        announce(action, target_of(settings))
        if job.checked.first is not None:
            click.secho("# The first row", bold=True)
            click.echo(http(job.checked.first, job.config).rstrip())
        click.secho("Nothing was sent.", err=True)
        return
    if job.endpoint.effect is Effect.READS or not left:
        return
    announce(action, target_of(settings))
    if yes:
        return
    if job.source.name == "standard input" or not sys.stdin.isatty():
        raise click.UsageError("This changes something: pass --yes to send it without being asked.")
    go_ahead()


def _run(job: Job, tally: Tally, settings: Settings, timeout: float | None) -> int:
    options: dict[str, Any] = {"transport": SessionPool(limit=max(_POOL, job.concurrency))}
    if timeout is not None:
        options["timeout"] = timeout
    with reporting(), _refusing(job):
        _tune_garbage_collection()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            interrupted = runner.run(send(job, open_client(settings, **options), tally))
    with suppress(BrokenPipeError):  # whoever read it has gone; the status tells as much
        show_summary(job, tally, interrupted=interrupted is not None)
    if interrupted is not None:
        return 128 + interrupted
    return exit_status.REFUSED if tally.failed or tally.unknown else exit_status.DONE


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        return loop_factory(None)
    except (ImportError, ValueError) as error:
        raise click.UsageError(f"{error}.") from None


def _tune_garbage_collection() -> None:
    """Look for cycles of garbage less often, and not among what stays until the end: calls leave none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE)


@contextmanager
def _refusing(job: Job) -> Generator[None]:
    """Turn the errors of what cannot be used into failures."""
    try:
        yield
    except JournalError as error:
        raise Failure(f"{error}.", exit_status.USAGE) from None
    except RateStoreError as error:
        begun = job.journal.path.exists()
        message = f"The rate store has failed: {error}. The same command goes on from here." if begun else f"{error}."
        raise Failure(message, exit_status.USAGE) from None
    except OSError as error:
        raise Failure(
            f"{job.output} cannot be written: {error.strerror or error}. "
            f"What became of the rows is in {job.journal.path}: the same command makes the output whole.",
            exit_status.USAGE,
        ) from None
    except InputError as problem:
        raise Failure(f"{job.source.name} has changed: {problem}.", exit_status.USAGE) from None
