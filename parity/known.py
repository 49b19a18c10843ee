"""Intended differences with their reasons: `known_differences.toml`."""

import tomllib
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

import attrs

FILE = Path(__file__).with_name("known_differences.toml")


@attrs.frozen
class Difference:
    """A difference between the two SDKs."""

    where: str
    """The endpoint, or the class that several share."""
    what: str
    field: str = ""


@attrs.frozen
class KnownDifference:
    """A reason, and the differences that it explains: `where` and the `fields` may hold `*`."""

    what: str
    reason: str
    where: str = "*"
    fields: Sequence[str] = ("*",)

    def explains(self, difference: Difference) -> bool:
        """Return whether a difference is one of these."""
        return any(self._is(difference, field) for field in self.fields)

    def stale(self, differences: Collection[Difference]) -> list[str]:
        """List the fields that explain none of the differences."""
        return [field for field in self.fields if not any(self._is(difference, field) for difference in differences)]

    def _is(self, difference: Difference, field: str) -> bool:
        alike = self.what == difference.what and fnmatchcase(difference.where, self.where)
        return alike and fnmatchcase(difference.field, field)


@attrs.frozen
class Reasons:
    """All intended differences."""

    known: Sequence[KnownDifference]
    local: frozenset[str]
    """Endpoints that make no calls: they are checked locally, so there is nothing to record."""

    @classmethod
    def load(cls, text: str) -> Self:
        """Read the file. Raises ValueError for an unknown table, TypeError for a missing reason."""
        tables: dict[str, list[dict[str, Any]]] = tomllib.loads(text)
        local = [KnownDifference(what="local", **table) for table in tables.pop("local", [])]
        known = [KnownDifference(**table) for table in tables.pop("difference", [])]
        if tables:
            raise ValueError(f"unknown table: {', '.join(tables)}")
        return cls(known, frozenset(one.where for one in local))

    def of(self, difference: Difference) -> KnownDifference | None:
        """Find what explains a difference."""
        return next((known for known in self.known if known.explains(difference)), None)
