"""The requests of an input, or what is wrong with them."""

from collections.abc import Iterator
from typing import Any, Final

import attrs

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.endpoint import Request

from .csv_rows import csv_requests
from .jsonl_rows import jsonl_requests
from .parquet_rows import parquet_digest, parquet_requests
from .problems import InputError, UnreadableError
from .sources import Format, InputFile

_MAX_PROBLEMS: Final = 10


@attrs.frozen
class Checked:
    """An input that was read from its start to its end."""

    count: int
    digest: str
    first: Request[Any] | None
    problems: list[InputError]


def check(source: InputFile, endpoint: EndpointInfo) -> Checked:
    """Read everything, and collect the first problems."""
    digest: list[str] = []
    problems: list[InputError] = []
    count, first = 0, None
    try:
        for request in _requests(source, endpoint, digest, create=False):
            if request is None:
                pass  # valid
            elif isinstance(request, InputError):
                problems.append(request)
                if len(problems) == _MAX_PROBLEMS:
                    break
            elif not count:
                first = request
            count += 1
    except UnreadableError as problem:
        problems.append(problem)
    if not count and not problems:
        problems.append(UnreadableError("there are no rows"))
    return Checked(count, digest[0] if digest else "", first, problems)


def requests_in(source: InputFile, endpoint: EndpointInfo) -> Iterator[Request[Any]]:
    """Read the requests of an input that was checked. Raises InputError if it has changed since."""
    for request in _requests(source, endpoint, [], create=True):
        if isinstance(request, InputError):
            raise request
        if request is not None:
            yield request


def _requests(
    source: InputFile, endpoint: EndpointInfo, digest: list[str], *, create: bool
) -> Iterator[Request[Any] | InputError | None]:
    """Yield requests and problems; add the digest of the content once all of it was read."""
    if source.format is Format.PARQUET:
        yield from parquet_requests(source.raw(), endpoint)
        digest.append(parquet_digest(source.raw()))
        return
    with source.stream() as stream:
        if source.format is Format.CSV:
            yield from csv_requests(stream, endpoint, create=create)
        else:
            yield from jsonl_requests(stream, endpoint)
        digest.append(stream.hexdigest())
