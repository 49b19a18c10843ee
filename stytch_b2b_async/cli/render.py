"""Print responses as JSON, YAML or a table, whole or the part that a JMESPath expression selects."""

import json
import os
import sys
from typing import Any, Final, cast

import click

from stytch_b2b_async.schema.serialization import to_plain

_META: Final = {"request_id", "status_code"}


class Rendering:
    """How a response is printed. Raises BadParameter for an invalid expression."""

    def __init__(self, output: str = "json", expression: str | None = None) -> None:
        self._output = output
        self._select = _compiled(expression)

    def show(self, response: Any) -> None:
        """Print a response, or the selected part of it."""
        value = self._selected(response)
        match self._output:
            case "yaml":
                _print_yaml(value)
            case "table":
                _print_table(value)
            case _:
                _print_json(value)

    def show_line(self, item: Any) -> None:
        """Print an item as one line of JSON."""
        click.echo(_dumps(self._selected(item)))

    def _selected(self, response: Any) -> Any:
        plain = to_plain(response)
        return plain if self._select is None else self._select.search(plain)


def _compiled(expression: str | None) -> Any:
    if expression is None:
        return None
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        raise click.BadParameter(f"Not a valid JMESPath expression: {error}", param_hint="--query") from None


def _dumps(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=not _is_utf8())


def _print_json(value: Any) -> None:
    text = _dumps(value, 2)
    if not is_coloured():
        click.echo(text)
        return
    from rich.console import Console
    from rich.json import JSON

    Console(soft_wrap=True).print(JSON(text, ensure_ascii=not _is_utf8()))


def _print_yaml(value: Any) -> None:
    import yaml

    if not isinstance(value, dict | list):
        click.echo(_cell(value))
        return
    click.echo(yaml.safe_dump(value, sort_keys=False, allow_unicode=_is_utf8()), nl=False)


def _print_table(value: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    rows = _rows(value)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(show_header=bool(columns), header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*[_cell(row.get(name)) for name in columns])
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
