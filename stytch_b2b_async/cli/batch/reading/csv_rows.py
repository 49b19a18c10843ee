"""Rows of CSV: a header with the names of columns, and a comma between values."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.endpoint import Request

from .columns import Columns
from .problems import InputError, UnreadableError
from .sources import HashingReader


def csv_requests(stream: HashingReader, endpoint: EndpointInfo, *, create: bool) -> Iterator[Request[Any] | InputError | None]:
    """Read requests from CSV; without `create`, None may stand for one that is valid, except for the first."""
    # Bytes that are not UTF-8 become surrogates, so that their row is known.
    text = io.TextIOWrapper(io.BufferedReader(stream), "utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(text, strict=True)
    row, blank = 0, None
    try:
        header = next(reader, None)
        if header is None:
            raise UnreadableError("it is empty")
        columns = Columns(endpoint, [name.strip() for name in _utf8(0, header, header)])
        for cells in reader:
            row += 1
            if not cells:
                blank = blank or row
                continue
            if blank is not None:
                yield InputError("the row is empty", blank)
                blank = None
            if not create and row > 1 and columns.surely_accept(cells):
                yield None
                continue
            try:
                yield columns.from_text(row, _utf8(row, cells, header))
            except UnreadableError:
                raise
            except InputError as problem:
                yield problem
    except csv.Error as error:
        raise UnreadableError(f"not valid CSV: {error}", row + 1) from None
    if stream.last not in {b"\n", b"\r"}:
        raise UnreadableError("the last line does not end with a line break: it may be cut off; add one if it is whole", row)


def _utf8(row: int, cells: Sequence[str], header: Sequence[str]) -> Sequence[str]:
    if "".join(cells).isascii():
        return cells
    for index, cell in enumerate(cells):
        if not cell.isascii() and any("\udc80" <= letter <= "\udcff" for letter in cell):
            if not row:
                raise UnreadableError("the header is not UTF-8")
            raise InputError("not UTF-8", row, header[index] if index < len(header) else None)
    return cells
