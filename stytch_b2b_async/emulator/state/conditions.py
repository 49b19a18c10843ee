"""Conditions of searches, as SQL with values."""

from collections.abc import Iterable, Sequence

import attrs


@attrs.frozen
class Condition:
    """A condition on the rows of a table; its values never become part of the SQL."""

    sql: str
    values: tuple[object, ...] = ()


def one_of(column: str, values: Iterable[object]) -> Condition:
    """Match rows whose column has one of some values."""
    given = tuple(dict.fromkeys(values))
    return Condition(f"{column} IN ({', '.join('?' * len(given))})", given)


def contains(column: str, text: str) -> Condition:
    """Match rows whose column contains a text; both in lower case."""
    return Condition(f"instr({column}, ?) > 0", (text,))


def is_true(expression: str, expected: bool) -> Condition:  # noqa: FBT001  # the value of a filter
    """Match rows for which an expression is true, or false."""
    return Condition(f"({expression}) = ?", (int(expected),))


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Match rows for which every condition holds."""
    return _joined(conditions, " AND ") if conditions else Condition("1")


def any_of(conditions: Sequence[Condition]) -> Condition:
    """Match rows for which one condition holds."""
    return _joined(conditions, " OR ") if conditions else Condition("0")


def _joined(conditions: Sequence[Condition], operator: str) -> Condition:
    sql = operator.join(f"({condition.sql})" for condition in conditions)
    return Condition(sql, tuple(value for condition in conditions for value in condition.values))
