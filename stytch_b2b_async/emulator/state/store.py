"""The database: one file or none, one writer, documents beside the columns they are found by."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from stytch_b2b_async.schema import Model, fields_of, remembered

from .tables import TABLES, VERSION

M = TypeVar("M", bound=Model)

MEMORY = ":memory:"


class Store:
    """A SQLite database, used by one thread."""

    def __init__(self, path: str) -> None:
        if path != MEMORY:
            Path(path).touch(mode=0o600)  # it holds keys and hashes
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=1)
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
            self._connection.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION:
            raise ValueError(f"{path} was made by another version of the emulator (its schema is {version}, this one's {VERSION})")

    def close(self) -> None:
        """Close the database; what was in memory is gone."""
        self._connection.close()

    @contextmanager
    def transaction(self, keep_after: type[Exception]) -> Generator[None]:
        """Keep all changes of a block, or none; `keep_after` is the exception that is an answer and not a failure."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except keep_after:
            self._connection.execute("COMMIT")
            raise
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        else:
            self._connection.execute("COMMIT")

    def run(self, sql: str, *values: object) -> None:
        """Change something."""
        self._connection.execute(sql, values)

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """Fetch one row, if there is one."""
        found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Fetch all rows."""
        return self._connection.execute(sql, values).fetchall()


def dump(model: object) -> str:
    """Write a model, or a list of them, as a document."""
    return msgspec.json.encode(model).decode()


def load(cls: type[M], document: str) -> M:
    """Read a document."""
    return _decoder(cls).decode(document)


def changed(model: M, **changes: Any) -> M:
    """Copy a model with other values in some fields."""
    values = {field.name: getattr(model, field.name) for field in fields_of(type(model))}
    return type(model)(**{**values, **changes})


@remembered
def _decoder(cls: type[M]) -> msgspec.json.Decoder[M]:
    return msgspec.json.Decoder(cls)
