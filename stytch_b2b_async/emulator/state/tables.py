"""All tables: the project's own, and those that the modules of this package declare."""

import importlib
import pkgutil
import zlib
from collections.abc import Sequence
from typing import Final

import attrs

from .table import Table

DOCUMENTS: Final = 1
"""Version of the stored documents; raised when an old file's documents cannot be read."""

OWN_TABLES: Final = (
    Table(
        "project",
        """
        CREATE TABLE project (
            project_id TEXT NOT NULL,
            secret TEXT NOT NULL
        );
        """,
        kept=True,
    ),
    Table(
        "messages",
        """
        CREATE TABLE messages (
            message_id INTEGER PRIMARY KEY,
            document TEXT NOT NULL
        );
        """,
    ),
)


@attrs.frozen
class Schema:
    """The tables of a database."""

    tables: Sequence[Table]

    @classmethod
    def collect(cls) -> "Schema":
        """Collect the tables that the modules of this package declare in `TABLES`."""
        package = __name__.rpartition(".")[0]
        names = sorted(module.name for module in pkgutil.iter_modules(importlib.import_module(package).__path__))
        modules = [importlib.import_module(f"{package}.{name}") for name in names]
        return cls((*OWN_TABLES, *(table for module in modules for table in getattr(module, "TABLES", ()))))

    @property
    def sql(self) -> str:
        """The statements that create them."""
        return "\n".join(table.sql for table in self.tables)

    @property
    def version(self) -> int:
        """A number that differs between schemas, so that it cannot be forgotten when a table changes."""
        return zlib.crc32(f"{DOCUMENTS}\n{self.sql}".encode()) & 0x7FFF_FFFF or 1
