"""The output: a line of JSON for each row, made whole from the journal."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from stytch_b2b_async.batch.drafts import draft_of, remove_drafts
from stytch_b2b_async.batch.journal import IN_DOUBT, Record, State

_IN_DOUBT: Final = "an earlier run ended before it knew the response; the API may have acted on it"
_BUFFER: Final = 2**16
_START: Final = b'{"row":'

_encode_lines: Final = msgspec.json.Encoder().encode_lines


def is_output(path: Path) -> bool:
    """Whether a file may be an output, perhaps a torn one: not what a user keeps for another reason."""
    with path.open("rb") as file:
        return _START.startswith(file.read(len(_START)))


class Output:
    """The file of outcomes. Its methods block, except `add`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: list[Record] = []
        self._in_doubt: set[int] = set()
        """Rows that have a line though their run has crashed."""

    def write_all(self, records: Iterable[Record]) -> None:
        """Replace the file by the lines of these records, at once: it is never there in part."""
        remove_drafts(self._path)
        draft = draft_of(self._path)
        try:
            with draft.open("xb", buffering=_BUFFER) as file:
                self._in_doubt = set()
                for record in records:
                    if record.state is State.CLAIMED:
                        self._in_doubt.add(record.position)
                    file.write(_encode_lines([_line(shown(record))]))
            draft.replace(self._path)
        finally:
            draft.unlink(missing_ok=True)

    def add(self, record: Record) -> None:
        """Keep a record whose line is to be appended."""
        self._kept.append(record)

    def add_claimed(self, rows: Iterable[int]) -> None:
        """Add lines for rows that were in flight when the run was ended."""
        for position in rows:
            if position not in self._in_doubt:
                self.add(shown(Record(position, State.CLAIMED)))

    def take(self) -> list[Record]:
        """Return the records that were kept since the last time."""
        kept, self._kept = self._kept, []
        return kept

    def append(self, records: list[Record]) -> None:
        """Append the lines of records."""
        if records:
            with open(self._path, "ab", opener=_open_existing) as file:
                file.write(_encode_lines(map(_line, records)))


class _Line(msgspec.Struct):
    """A line of the output."""

    row: int
    ok: bool
    status_code: int | None
    request_id: str | None
    error_type: str | None
    error_message: str | None
    attempts: int
    maybe_applied: bool


def _open_existing(path: str, flags: int) -> int:
    # A file that somebody has removed is an error: a new one would lack the lines so far.
    return os.open(path, flags & ~os.O_CREAT)


def _line(record: Record) -> _Line:
    return _Line(
        record.position + 1,
        record.state is State.DONE,
        record.status_code,
        record.request_id,
        record.error_type,
        record.error_message,
        record.attempts,
        record.maybe_applied,
    )


def shown(record: Record) -> Record:
    """Return the record of the output: a row that was claimed by a run that crashed is in doubt."""
    if record.state is State.CLAIMED:
        return record._replace(
            state=State.UNKNOWN, error_type="unknown_outcome", error_message=_IN_DOUBT, attempts=1, maybe_applied=True
        )
    return record


def category(state: State) -> str:
    """Return the line of the summary that a row counts for."""
    return "done" if state is State.DONE else "unknown" if state in IN_DOUBT else "failed"
