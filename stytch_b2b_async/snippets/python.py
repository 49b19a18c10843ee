"""A request as a Python program."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from stytch_b2b_async.endpoint import Request

from .arguments import arguments_of, shown

_AWAITED = """\
import asyncio

from stytch_b2b_async import Client


async def main() -> None:
    async with Client() as stytch:
        response = await stytch.{call}
        print(response)


asyncio.run(main())
"""

_BLOCKING = """\
from stytch_b2b_async import BlockingClient

with BlockingClient() as stytch:
    response = stytch.{call}
    print(response)
"""
_WIDTH = 88
_INDENT = "    "


def python(request: Request[Any], *, blocking: bool = False, show_secrets: bool = False) -> str:
    """Write a program that sends the request, with credentials from the environment."""
    template, depth = (_BLOCKING, 1) if blocking else (_AWAITED, 2)
    arguments = arguments_of(shown(request, show_secrets=show_secrets))
    room = _WIDTH - len(_INDENT * depth + "response = await stytch.")
    return template.format(call=_brackets(f"{request.operation}(", _named(arguments, depth), ")", depth, room))


def _named(arguments: Mapping[str, Any], depth: int) -> list[str]:
    return [f"{name}={_literal(value, depth + 1)}" for name, value in arguments.items()]


def _literal(value: Any, depth: int) -> str:
    """Write a plain value as Python."""
    room = _WIDTH - len(_INDENT) * depth - 20
    match value:
        case str():
            # JSON is a literal of Python, too, except for what it escapes as two surrogates.
            return json.dumps(value, ensure_ascii=False) if value.isprintable() or value.isascii() else ascii(value)
        case dict():
            entries = cast("dict[str, Any]", value).items()
            return _brackets("{", [f"{_literal(key, 0)}: {_literal(inner, depth + 1)}" for key, inner in entries], "}", depth, room)
        case list() | tuple():
            items = cast("Sequence[Any]", value)
            return _brackets("[", [_literal(inner, depth + 1) for inner in items], "]", depth, room)
        case _:
            return repr(value)


def _brackets(opening: str, items: list[str], closing: str, depth: int, room: int) -> str:
    line = f"{opening}{', '.join(items)}{closing}"
    if len(line) <= room and "\n" not in line:
        return line
    inner = "".join(f"{_INDENT * (depth + 1)}{item},\n" for item in items)
    return f"{opening}\n{inner}{_INDENT * depth}{closing}"
