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

_BUFFER: Final = 2**16
_ROWS: Final = 1_000  # that are in memory at once


def parquet_requests(file: BinaryIO, endpoint: EndpointInfo) -> Iterator[Request[Any] | InputError]:
    """Read requests from Parquet."""
    with extra_needed("Parquet", "parquet"):
        parquet: Any = import_module("pyarrow.parquet")  # which has no types
    arrow: Any = import_module("pyarrow")
    try:
        # Otherwise, a row group would be in memory as a whole.
        content = parquet.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
        names = [str(name) for name in content.schema_arrow.names]
        columns = Columns(endpoint, names)
        row = 0
        for batch in content.iter_batches(batch_size=_ROWS, use_threads=False):
            read = [_values(column, name, row) for column, name in zip(batch.columns, names, strict=True)]
            for values in zip(*read, strict=True):
                row += 1
                try:
                    yield columns.from_values(row, values)
                except InputError as problem:
                    yield problem
    except (arrow.ArrowException, OSError):
        raise UnreadableError("not Parquet, or cut off") from None


def _values(column: Any, name: str, before: int) -> list[Any]:
    """Return the values of a column; `before` is the number of the row before its first."""
    try:
        return cast("list[Any]", column.to_pylist())
    except (ValueError, OverflowError):
        pass
    row = before
    for value in column:
        row += 1
        try:
            value.as_py()
        except UnicodeDecodeError:
            raise UnreadableError("not UTF-8", row, name) from None
        except (ValueError, OverflowError):
            break
    raise UnreadableError("a value cannot be read", row, name) from None


def parquet_digest(file: BinaryIO) -> str:
    """Return the digest of a whole file."""
    return hashlib.file_digest(cast("io.BufferedReader", file), "sha256").hexdigest()
