"""Print responses as JSON, YAML or a table, whole or the part that a JMESPath expression selects."""

import json
import os
import sys
from contextlib import suppress
from typing import Any, Final, cast

import click

from stytch_b2b_async.schema.serialization import to_plain

from . import exit_status
from .failure import Failure
from .printable import printable

_META: Final = {"request_id", "status_code"}


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
        raise click.BadParameter(f"Not a valid JMESPath expression: {error}", param_hint="--query") from None
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

    Console(soft_wrap=True).print(JSONHighlighter()(text))


def _print_yaml(value: Any) -> None:
    import yaml

    if not isinstance(value, dict | list):
        text = _cell(value)
        click.echo(printable(text) if sys.stdout.isatty() else text)  # a program gets it as it is
        return
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=_is_utf8())
    if printable(text) != text:
        text = yaml.safe_dump(value, sort_keys=False, allow_unicode=False)
    click.echo(text, nl=False)


def _print_table(value: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    rows = _rows(value)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(show_header=bool(columns), header_style="bold")
    for name in columns:
        table.add_column(printable(name), overflow="fold")
    for row in rows:
        table.add_row(*[printable(_cell(row.get(name))) for name in columns])
    width = None if sys.stdout.isatty() else 200
    Console(width=width, no_color=not is_coloured(), markup=False, highlight=False).print(table)


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
        return [{"field": name, "value": inner} for name, inner in fields.items()]
    if isinstance(value, list):
        return [cast("dict[str, Any]", item) if isinstance(item, dict) else {"value": item} for item in cast("list[Any]", value)]
    return [{"value": value}]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _dumps(value)


def is_coloured() -> bool:
    """Return whether standard output is a terminal that shows colours, and they are wanted."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
