"""The file of a journal: an SQLite database that one run at a time may use."""

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, Final, Self

from stytch_b2b_async.batch.drafts import draft_of, remove_drafts
from stytch_b2b_async.batch.errors import JournalError

from .records import Record, State

_APPLICATION_ID: Final = 0x53423242
_VERSION: Final = 1
_HEADER: Final = 100  # bytes of an SQLite file before its first page's content
_SCHEMA: Final = f"""
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_VERSION};
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, state INTEGER NOT NULL, status_code INTEGER, request_id TEXT, error_type TEXT, error_message TEXT,
    attempts INTEGER NOT NULL, maybe_applied INTEGER NOT NULL
);
"""
_COLUMNS: Final = "row, state, status_code, request_id, error_type, error_message, attempts, maybe_applied"
_MAX_ROWS: Final = 512  # rows in a statement
_BLOCK: Final = 10_000


class Database:
    """The file of a journal, opened by this run alone until it is closed. Its methods block."""

    def __init__(self, path: Path, connection: sqlite3.Connection, live: "_Live") -> None:
        self.path = path
        self._connection = connection
        self._live = live
        self._durable = False

    @classmethod
    def open(cls, path: Path, facts: Mapping[str, str], initial: Mapping[str, str]) -> Self:
        """Open the journal that has these facts, or create it, with the initial ones too.

        Raises JournalError for any other file, which stays as it is.
        """
        try:
            if not path.exists() and not path.is_symlink():
                _create_unless_another_run_does(path, {**facts, **initial})
            live = _Live(path)
        except OSError as error:
            raise _unusable(path, error) from None
        connection = None
        try:
            _check_header(path)
            _make_private(path)
            connection = _connect(path)
            database = cls(path, connection, live)
            database._check(facts)
            remove_drafts(path)
        except BaseException as error:
            if connection is not None:
                connection.close()
            live.end()
            if isinstance(error, OSError):
                raise _unusable(path, error) from None
            raise
        return database

    def facts(self) -> dict[str, str]:
        """Return what the journal belongs to."""
        return dict(self._query("SELECT name, value FROM facts"))

    def is_empty(self) -> bool:
        """Whether no row has a record."""
        return not self._query("SELECT 1 FROM rows LIMIT 1")

    def states(self, start: int, stop: int) -> dict[int, State]:
        """Return the states of the rows from `start` up to `stop` that have a record."""
        found = self._query("SELECT row, state FROM rows WHERE row >= ? AND row < ?", start, stop)
        return {row: State(state) for row, state in found if state != State.RELEASED}

    def records(self) -> Iterator[Record]:
        """Return the records of all rows, in order."""
        last = -1
        while block := self._query(f"SELECT {_COLUMNS} FROM rows WHERE row > ? ORDER BY row LIMIT ?", last, _BLOCK):  # noqa: S608  # constants
            last = block[-1][0]
            for row, state, status_code, request_id, error_type, error_message, attempts, maybe_applied in block:
                if state != State.RELEASED:
                    kept = (status_code, request_id, error_type, error_message, attempts, bool(maybe_applied))
                    yield Record(row, State(state), *kept)

    def claimed(self) -> list[int]:
        """Return the rows that were claimed and have no outcome."""
        return [row for (row,) in self._query("SELECT row FROM rows WHERE state = ?", int(State.CLAIMED))]

    def counts(self) -> dict[State, int]:
        """Count the rows by state."""
        found = self._query("SELECT state, count(*) FROM rows GROUP BY state")
        return {State(state): count for state, count in found if state != State.RELEASED}

    def write(self, records: Sequence[Record], facts: Mapping[str, str], *, durable: bool) -> None:
        """Write records and facts in one transaction; with `durable`, this and all later ones survive a loss of power."""
        rows = list(map(_row, records))
        with _explained(self.path):
            if durable and not self._durable:
                self._connection.execute("PRAGMA synchronous = FULL")
                self._durable = True
            self._connection.execute("BEGIN")
            while rows:
                count = min(_MAX_ROWS, 1 << (len(rows).bit_length() - 1))
                self._connection.execute(_upsert(count), list(chain.from_iterable(rows[:count])))
                rows = rows[count:]
            self._connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file. Closing twice is harmless."""
        try:
            with _explained(self.path):
                self._connection.close()
        finally:
            self._live.end()

    def _query(self, statement: str, *values: object) -> list[Any]:
        with _explained(self.path):
            return self._connection.execute(statement, values).fetchall()

    def _check(self, facts: Mapping[str, str]) -> None:
        known = self.facts()
        for name, value in facts.items():
            if known.get(name) != value:
                raise JournalError(f"{self.path} is the journal of another {name}: nothing was sent")


@cache
def _upsert(count: int) -> str:
    """Write one statement for many rows: Python's lock is handed over once. The count is a power of two, so there are few."""
    rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * count)
    return f"INSERT OR REPLACE INTO rows ({_COLUMNS}) VALUES {rows}"  # noqa: S608  # constants


class _Live:
    """A file that this process uses as a journal. Raises JournalError if it does already.

    SQLite's lock keeps other processes out, but not this one: it would lose the lock as soon as it opened and closed the file to
    look at it.
    """

    _all: ClassVar[set[tuple[int, int]]] = set()
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, path: Path) -> None:
        status = path.stat()
        self._file = (status.st_dev, status.st_ino)
        with self._lock:
            if self._file in self._all:
                raise _in_use(path)
            self._all.add(self._file)

    def end(self) -> None:
        """Note that it is closed."""
        with self._lock:
            self._all.discard(self._file)


def _unusable(path: Path, error: OSError) -> JournalError:
    return JournalError(f"{path} cannot be used as a journal: {error.strerror or error}")


def _in_use(path: Path) -> JournalError:
    return JournalError(f"{path} is in use by another run: nothing was sent")


class _explained:  # noqa: N801  # used like a function
    """Raise JournalError for an error of SQLite."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, sqlite3.Error):
            code = getattr(error, "sqlite_errorcode", 0)
            if code & 0xFF == sqlite3.SQLITE_BUSY or code == sqlite3.SQLITE_IOERR_DELETE_NOENT:  # its log, as it ended
                raise _in_use(self._path) from None
            raise JournalError(f"{self._path} cannot be used as a journal: {error}") from None


def _create_unless_another_run_does(path: Path, facts: Mapping[str, str]) -> None:
    try:
        _create(path, facts)
    except (OSError, JournalError):
        if not path.exists():  # otherwise, another run was first, and has removed the draft of this one
            raise


def _create(path: Path, facts: Mapping[str, str]) -> None:
    """Create a complete journal under another name, then give it its own: it is never there in part."""
    draft = draft_of(path)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with _explained(path), closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
            connection.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            draft.rename(path)
        _sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _check_header(path: Path) -> None:
    if not path.is_file():
        raise JournalError(f"{path} is not a regular file, so it cannot be a journal")
    with path.open("rb") as file:
        header = file.read(_HEADER)
    application_id = int.from_bytes(header[68:72], "big") if header.startswith(b"SQLite format 3\0") else 0
    if application_id != _APPLICATION_ID:
        raise JournalError(f"{path} is not a journal of this program; it was left as it is")
    if int.from_bytes(header[60:64], "big") != _VERSION:
        raise JournalError(f"{path} is a journal of another version of this program")


def _make_private(path: Path) -> None:
    """Let nobody else read a journal, such as one that was copied from elsewhere."""
    if os.name == "posix":
        for each in (path, path.with_name(f"{path.name}-wal")):
            with suppress(FileNotFoundError):  # another run may have just ended, and its log with it
                if stat.S_IMODE(each.stat().st_mode) & 0o077:
                    each.chmod(0o600)


def _connect(path: Path) -> sqlite3.Connection:
    with _explained(path):
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # held until the connection, or the process, ends
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
    return connection


def _row(record: Record) -> tuple[object, ...]:
    position, state, *kept, maybe_applied = record
    return (position, int(state), *kept, int(maybe_applied))  # plain integers, which SQLite need not adapt
