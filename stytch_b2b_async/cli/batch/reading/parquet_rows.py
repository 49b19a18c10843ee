"""Rows of Parquet."""

import hashlib
import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO, Final, cast

from stytch_b2b_async._extras import extra_needed
from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.endpoint import Request

from .columns import Columns
from .problems import InputError, UnreadableError

_ROWS: Final = 1_000  # that are in memory at once


def parquet_requests(file: BinaryIO, endpoint: EndpointInfo) -> Iterator[Request[Any] | InputError]:
    """Read requests from Parquet."""
    with extra_needed("Parquet", "parquet"):
        parquet: Any = import_module("pyarrow.parquet")  # which has no types
    arrow: Any = import_module("pyarrow")
    try:
        content = parquet.ParquetFile(file)
        names = [str(name) for name in content.schema_arrow.names]
        columns = Columns(endpoint, names)
        row = 0
        for batch in content.iter_batches(batch_size=_ROWS, use_threads=False):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                row += 1
                try:
                    yield columns.request(row, values)
                except InputError as problem:
                    yield problem
    except (arrow.ArrowException, OSError):
        raise UnreadableError("not Parquet, or cut off") from None


def parquet_digest(file: BinaryIO) -> str:
    """Return the digest of a whole file."""
    return hashlib.file_digest(cast("io.BufferedReader", file), "sha256").hexdigest()
