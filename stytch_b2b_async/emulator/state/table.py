"""How a module of this package declares its tables: in a constant `TABLES`, which the database collects."""

import attrs


@attrs.frozen
class Table:
    """A table. Times are seconds since 1970; tokens are stored as SHA-256 hashes."""

    name: str
    sql: str
    """`CREATE TABLE`, with its indexes."""
    kept: bool = False
    """Whether a reset leaves its rows alone."""
