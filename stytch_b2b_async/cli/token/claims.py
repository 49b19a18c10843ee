"""Print the claims of a token, times in words."""

import json
import time
from datetime import UTC, datetime
from typing import Any, Final

import click

from stytch_b2b_async.verify.claims import MAX_TIMESTAMP, kind_of
from stytch_b2b_async.verify.jwt import ParsedToken

_TIMES: Final = {"exp": "expires", "iat": "issued", "nbf": "not before"}
_UNITS: Final = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def print_claims(parsed: ParsedToken, output: str) -> None:
    """Print the header's key id and all claims."""
    if output == "json":
        click.echo(json.dumps({"kid": parsed.key_id, "claims": parsed.claims}, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    from stytch_b2b_async.cli.printable import encodable
    from stytch_b2b_async.cli.render import is_coloured

    table = Table(show_header=False, title=f"{kind_of(parsed.claims) or 'unrecognized'} token", title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("key id", encodable(parsed.key_id))
    for name, value in parsed.claims.items():
        table.add_row(encodable(name), encodable(_shown(name, value)))
    Console(color_system="auto" if is_coloured() else None, markup=False, highlight=False).print(table)


def _shown(name: str, value: Any) -> str:
    if name in _TIMES and isinstance(value, int | float) and 0 <= value < MAX_TIMESTAMP:
        moment = datetime.fromtimestamp(value, UTC).isoformat(sep=" ", timespec="seconds").replace("+00:00", " UTC")
        return f"{moment} ({_TIMES[name]} {in_words(value - time.time())})"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


def in_words(seconds: float) -> str:
    """Describe a distance in time, such as `in 3 minutes` or `2 days ago`."""
    distance = abs(seconds)
    name, size = next(((name, size) for name, size in _UNITS if distance >= size), _UNITS[-1])
    count = int(distance // size)
    words = f"{count} {name}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds < 0 else f"in {words}"
