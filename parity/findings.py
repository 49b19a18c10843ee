"""The findings and their report."""

import sys
from collections import Counter
from itertools import groupby
from operator import attrgetter

import attrs

from .known import Difference, KnownDifference, Reasons


@attrs.define
class Findings:
    """The differences: the values at the first occurrence of each, and in which ways it occurred."""

    details: dict[Difference, str] = attrs.field(factory=dict[Difference, str])
    ways: dict[Difference, list[str]] = attrs.field(factory=dict[Difference, list[str]])
    called: dict[str, list[str]] = attrs.field(factory=dict[str, list[str]])
    """The modes in which each endpoint was called."""

    def add(self, difference: Difference, detail: str = "") -> None:
        """Note a difference of the endpoint's last call, or one that no call showed."""
        self.details.setdefault(difference, detail)
        self.ways.setdefault(difference, []).extend(self.called.get(difference.where, [])[-1:])

    def tell(self, reasons: Reasons) -> bool:
        """Print all differences and a summary; return whether each has a reason, and each reason is used."""
        explained = {difference: reasons.of(difference) for difference in self.details}
        for what, group in groupby(sorted(self.details, key=attrgetter("what", "where", "field")), attrgetter("what")):
            self._section(what, [*group], explained)
        unexplained = [difference for difference, known in explained.items() if known is None]
        stale = [(known, field) for known in reasons.known for field in known.stale(self.details)]
        _table(explained)
        for known, field in stale:
            _print(f"NO LONGER FOUND: {known.what} ({known.where}, {field})")
        pairs = sum(map(len, self.called.values()))
        _print(f"{len(self.called)} endpoints, {pairs} pairs of calls: {len(unexplained)} unexplained, {len(stale)} stale")
        return not unexplained and not stale

    def _section(self, what: str, differences: list[Difference], explained: dict[Difference, KnownDifference | None]) -> None:
        _print(what.upper())
        for difference in differences:
            known = explained[difference]
            ways = [] if self.ways[difference] == self.called.get(difference.where) else self.ways[difference]
            parts = [difference.where, difference.field, self.details[difference], f"[{', '.join(ways)}]" if ways else ""]
            _print(f"  {'' if known else 'UNEXPLAINED '}{'  '.join(filter(None, parts))}")
        for reason in dict.fromkeys(known.reason for known in map(explained.get, differences) if known):
            _print(f"  - {reason}")
        _print("")


def _table(explained: dict[Difference, KnownDifference | None]) -> None:
    found = Counter(difference.what for difference in explained)
    known = Counter(difference.what for difference, known in explained.items() if known)
    _print(f"{'SUMMARY':70}{'found':>8}{'explained':>11}")
    for what in sorted(found):
        _print(f"{what:70}{found[what]:>8}{known[what]:>11}")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
