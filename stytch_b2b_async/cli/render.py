"""Print responses as JSON, YAML or a table, whole or the part that a JMESPath expression selects."""

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, cast

import click

from stytch_b2b_async.schema.serialization import to_plain

from . import colours, exit_status
from .failure import Failure
from .printable import encodable, printable

_META: Final = {"request_id", "status_code"}
_NARROWEST: Final = 10  # a column of a table, in characters
_JSON_STYLES: Final = {
    "json.key": "bold default",  # or it has the colour of a text
    "json.str": colours.GOOD,
    **dict.fromkeys(("json.number", "json.bool_true", "json.bool_false", "json.null"), "magenta"),
}
"""Rich's own are blue, cyan and bright green, which some background hides."""


class Rendering:
    """How a response is printed. Raises BadParameter for an invalid expression."""

    def __init__(self, output: str = "json", expression: str | None = None) -> None:
        self._output = output
        self._select = _compiled(expression)

    def show(self, response: Any) -> None:
        """Print a response, or the selected part of it. If that cannot be selected, print all of it and raise Failure."""
        value, failure = self._selected(response)
        self._print(value)
        if failure is not None:
            raise failure

    def _print(self, value: Any) -> None:
        match self._output:
            case "yaml":
                _print_yaml(value)
            case "table":
                _print_table(value)
            case _:
                _print_json(value)

    def show_line(self, item: Any) -> None:
        """Print an item as one line of JSON. If the part of it cannot be selected, print all of it and raise Failure."""
        value, failure = self._selected(item)
        click.echo(_dumps(value))
        if failure is not None:
            raise failure

    def _selected(self, response: Any) -> tuple[Any, Failure | None]:
        """Select a part of a response, or else the whole, which may hold the only copy of a session token."""
        plain = to_plain(response)
        if self._select is None:
            return plain, None
        from jmespath.exceptions import JMESPathError

        try:
            return self._select.search(plain), None
        except JMESPathError as error:
            kinds = getattr(error, "actual_type", None)  # the error's text would quote the value
            reason = f"a function does not take a value of type {kinds}" if kinds else str(error)
            return plain, Failure(f"The call succeeded, but --query does not fit its response: {reason}.", exit_status.REFUSED)


def _compiled(expression: str | None) -> Any:
    if expression is None:
        return None
    import jmespath
    from jmespath.exceptions import JMESPathError, JMESPathTypeError

    try:
        compiled = jmespath.compile(expression)
        with suppress(JMESPathTypeError):  # of a value that is not there yet
            compiled.search({})
    except JMESPathError as error:
        reason = str(error).removeprefix("Invalid jmespath expression: ")
        raise click.BadParameter(f"Not a valid JMESPath expression: {reason}", param_hint="--query") from None
    return compiled


def _dumps(value: Any, indent: int | None = None) -> str:
    return printable(json.dumps(value, indent=indent, ensure_ascii=not _is_utf8()))


def _print_json(value: Any) -> None:
    text = _dumps(value, 2)
    if not is_coloured():
        click.echo(text)
        return
    from rich.console import Console
    from rich.highlighter import JSONHighlighter
    from rich.theme import Theme

    Console(soft_wrap=True, theme=Theme(_JSON_STYLES)).print(JSONHighlighter()(text))


def _print_yaml(value: Any) -> None:
    from .yaml_text import to_yaml

    if not isinstance(value, dict | list):
        text = _cell(value)
        click.echo(printable(text) if sys.stdout.isatty() else text)  # a program gets it as it is
        return
    text = to_yaml(value, is_utf8=_is_utf8())
    if printable(text) != text:
        text = to_yaml(value, is_utf8=False)
    click.echo(text, nl=False)


def _print_table(value: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    width = None if sys.stdout.isatty() else 200
    console = Console(width=width, color_system="auto" if is_coloured() else None, markup=False, highlight=False)
    for rows in _tables(_rows(value), console.width):
        columns = list(dict.fromkeys(name for row in rows for name in row))
        table = Table(show_header=bool(columns), header_style="bold")
        for name in columns:
            table.add_column(encodable(name), overflow="fold")
        for row in rows:
            table.add_row(*[encodable(_cell(row.get(name))) for name in columns])
        console.print(table)


def _tables(rows: list[dict[str, Any]], width: int) -> list[list[dict[str, Any]]]:
    """Return the rows as one table, or as a table of fields for each row if the columns do not fit."""
    widest: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            widest[name] = max(widest.get(name, len(name)), len(_cell(value)))
    if sum(min(each, _NARROWEST) + 3 for each in widest.values()) < width:
        return [rows]
    return [_fields(row) for row in rows]


def _fields(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"field": name, "value": inner} for name, inner in value.items()]


def _rows(value: Any) -> list[dict[str, Any]]:
    """Return the rows of a table: the items of the only list of objects, or the fields of the only object."""
    if isinstance(value, dict):
        fields = {name: inner for name, inner in cast("dict[str, Any]", value).items() if name not in _META}
        objects = [cast("dict[str, Any]", inner) for inner in fields.values() if isinstance(inner, dict)]
        if len(fields) == len(objects) == 1:
            fields = objects[0]
        lists = [cast("list[Any]", inner) for inner in fields.values() if isinstance(inner, list) and inner]
        if len(lists) == 1 and all(isinstance(item, dict) for item in lists[0]):
            return cast("list[dict[str, Any]]", lists[0])
        return _fields(fields)
    if isinstance(value, list):
        return [cast("dict[str, Any]", item) if isinstance(item, dict) else {"value": item} for item in cast("list[Any]", value)]
    return [{"value": value}]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _dumps(value)


def is_coloured() -> bool:
    """Return whether standard output is a terminal that shows colours, and they are wanted."""
    return sys.stdout.isatty() and colours.are_wanted()


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
