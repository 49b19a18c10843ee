"""Rows of JSON lines: an object on each line."""

import io
import json
from collections.abc import Iterator
from typing import Any, Final, cast

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.endpoint import Request

from .columns import Columns
from .json_text import DECODER
from .problems import InputError, UnreadableError
from .sources import MAX_LINE, HashingReader

_MAX_PLANS: Final = 1_000
_BOM: Final = b"\xef\xbb\xbf"


def jsonl_requests(stream: HashingReader, endpoint: EndpointInfo) -> Iterator[Request[Any] | InputError]:
    """Read requests from JSON lines."""
    lines, objects = io.BufferedReader(stream), _Objects(endpoint)
    row, blank = 0, None
    while line := lines.readline(MAX_LINE + 1):
        row += 1
        if row == 1:
            line = line.removeprefix(_BOM)
        if len(line) > MAX_LINE:
            raise UnreadableError(f"the line is longer than {MAX_LINE // 2**20} MiB", row)
        if not line.strip():
            blank = blank or row
            continue
        if blank is not None:
            yield InputError("the row is empty", blank)
            blank = None
        try:
            yield objects.request(row, line)
        except InputError as problem:
            yield InputError(problem.reason, row, problem.column)
    if not row:
        raise UnreadableError("it is empty")


class _Objects:
    """Makes requests of lines; lines with the same keys share their columns."""

    def __init__(self, endpoint: EndpointInfo) -> None:
        self._endpoint = endpoint
        self._columns: dict[tuple[str, ...], Columns] = {}

    def request(self, row: int, line: bytes) -> Request[Any]:
        """Create the request of a line."""
        found = _parsed(line)
        keys = tuple(found)
        columns = self._columns.get(keys)
        if columns is None:
            columns = Columns(self._endpoint, keys)
            if len(self._columns) < _MAX_PLANS:
                self._columns[keys] = columns
        return columns.request(row, list(found.values()))


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = DECODER.decode(line.decode())
    except UnicodeDecodeError:
        raise InputError("not UTF-8") from None
    except json.JSONDecodeError as error:
        cut = "" if line.endswith(b"\n") else "; the last line may be cut off"
        raise InputError(f"not valid JSON: {error.msg} at character {error.pos + 1}{cut}") from None
    except (ValueError, RecursionError):
        raise InputError("not valid JSON") from None
    if not isinstance(found, dict):
        raise InputError("not a JSON object")
    return cast("dict[str, Any]", found)
