"""The database: in a file or in memory, one writer, JSON documents with indexed columns."""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.schema import Model, cached, fields_of

from .tables import Schema

Mode = TypeVar("Mode", bound=Model)

MEMORY = ":memory:"


class Store:
    """A SQLite database, used by one thread."""

    def __init__(self, path: str, schema: Schema) -> None:
        if path != MEMORY:
            Path(path).touch(mode=0o600)  # it holds keys and hashes
        self._schema = schema
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=1)
        self._committed: list[Callable[[], None]] = []
        self._failed: list[Callable[[], None]] = []
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare(path)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, path: str) -> None:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._connection.executescript(f"BEGIN; {self._schema.sql} PRAGMA user_version = {self._schema.version}; COMMIT;")
        elif version != self._schema.version:
            raise ValueError(f"{path} was made by another version of the emulator, whose tables differ")

    def close(self) -> None:
        """Close the database; one in memory is lost."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Commit all changes of a block, or roll them back if it raises.

        Inside, `after_commit` registers effects outside of the database, and `after_failure` changes that are kept although the
        call failed.
        """
        self._committed.clear()
        self._failed.clear()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._roll_back()
            if isinstance(error, EmulatedError) and self._failed:
                self._keep_failures()
            raise
        for act in self._committed:
            act()

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run a function after the commit of this call; not if the call fails."""
        self._committed.append(act)

    def after_failure(self, change: Callable[[], None]) -> None:
        """Run a change after the rollback of a call that fails with an EmulatedError, in its own transaction."""
        self._failed.append(change)

    def _keep_failures(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for change in self._failed:
                change()
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:  # some errors of SQLite have ended it
            self._connection.execute("ROLLBACK")

    def dump(self) -> str:
        """Dump the database as SQL."""
        return "\n".join(self._connection.iterdump())

    def clear(self) -> None:
        """Delete everything except credentials and signing keys."""
        self._connection.execute("PRAGMA defer_foreign_keys = ON")  # until the commit; so the order does not matter
        for table in self._schema.tables:
            if not table.kept:
                self._connection.execute(f"DELETE FROM {table.name}")  # noqa: S608  # names from the modules' constants

    def run(self, sql: str, *values: object) -> None:
        """Execute a statement."""
        self._connection.execute(sql, values)

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """Return one row, if any."""
        found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return all rows."""
        return self._connection.execute(sql, values).fetchall()


def dump(model: object) -> str:
    """Encode a model, or a list of models, as a document."""
    return msgspec.json.encode(model).decode()


def load(cls: type[Mode], document: str) -> Mode:
    """Decode a document."""
    return _decoder(cls).decode(document)


def evolve(model: Mode, **changes: Any) -> Mode:
    """Copy a model with changed fields."""
    values = {field.name: getattr(model, field.name) for field in fields_of(type(model))}
    return type(model)(**{**values, **changes})


@cached
def _decoder(cls: type[Mode]) -> msgspec.json.Decoder[Mode]:
    return msgspec.json.Decoder(cls)
