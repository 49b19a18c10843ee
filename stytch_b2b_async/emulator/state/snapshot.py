"""The whole state as JSON: exported from one emulator, imported into another."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

import msgspec

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.schema import Model

from .store import Store, load

Tables: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
"""Table → rows in order, each column → value."""

_CREDENTIALS: Final = "project"  # an emulator keeps its own: its clients have them
_DOCUMENTS: Final[Mapping[str, type[Model]]] = {"organizations": Organization, "members": Member, "sessions": MemberSession}


def version_of(store: Store) -> int:
    """Return the version of the schema."""
    (version,) = store.rows("PRAGMA user_version")[0]
    return int(version)


def export_tables(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Return all rows, signing keys included, but not the project's credentials."""
    return {
        name: [dict(row) for row in store.rows(f"SELECT * FROM {name} ORDER BY rowid")]  # noqa: S608  # the schema's own names
        for name in _columns(store)
    }


def import_tables(store: Store, tables: object) -> None:
    """Replace all rows, within a transaction. Raises EmulatedError with the path of what does not fit."""
    columns = _columns(store)
    if not isinstance(tables, Mapping) or set(cast("Mapping[str, Any]", tables)) != set(columns):
        raise _misfit("tables", f"must be an object with {', '.join(sorted(columns))}")
    store.run("PRAGMA defer_foreign_keys = ON")
    for name in columns:
        store.run(f"DELETE FROM {name}")  # noqa: S608  # the schema's own names
    insert_rows(store, cast("Tables", tables))


def insert_rows(store: Store, tables: Tables) -> None:
    """Insert rows, in a transaction. Raises EmulatedError with the path of what does not fit."""
    store.run("PRAGMA defer_foreign_keys = ON")  # until the end of the transaction
    columns = _columns(store)
    for name, rows in cast("Mapping[str, object]", tables).items():
        if not isinstance(rows, list):
            raise _misfit(f"tables.{name}", "must be a list")
        for index, row in enumerate(cast("list[object]", rows)):
            _insert(store, name, columns[name], row, f"tables.{name}[{index}]")
    for orphan in store.rows("PRAGMA foreign_key_check"):
        raise _misfit(f"tables.{orphan['table']}", f"refers to {orphan['parent']} that are not there")


def _insert(store: Store, table: str, columns: Sequence[str], row: object, path: str) -> None:
    if not isinstance(row, Mapping) or set(cast("Mapping[str, Any]", row)) != set(columns):
        raise _misfit(path, f"must be an object with {', '.join(columns)}")
    values = cast("Mapping[str, Any]", row)
    for column, value in values.items():
        if not isinstance(value, str | int | float | None):
            raise _misfit(f"{path}.{column}", "must be a string, a number or null")
        if column == "document":
            _check_document(table, value, f"{path}.{column}")
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    try:
        store.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", *(values[column] for column in columns))  # noqa: S608  # as above
    except (sqlite3.Error, OverflowError) as error:
        raise _misfit(path, f"is refused by the database: {error}") from None


def _check_document(table: str, document: object, path: str) -> None:
    """Reject what could be stored but not read."""
    try:
        if table in _DOCUMENTS:
            load(_DOCUMENTS[table], str(document))
        elif not isinstance(msgspec.json.decode(str(document)), dict):
            raise _misfit(path, "must be a JSON object")
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise _misfit(path, f"is not a document of {table}: {error}") from None


def _columns(store: Store) -> dict[str, list[str]]:
    tables = store.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    names = [str(row["name"]) for row in tables if row["name"] != _CREDENTIALS]
    return {name: [str(column["name"]) for column in store.rows(f"PRAGMA table_info({name})")] for name in names}


def _misfit(path: str, problem: str) -> EmulatedError:
    return EmulatedError("invalid_state", f"{path} {problem}.")
