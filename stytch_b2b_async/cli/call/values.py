"""Values of options: text, numbers, JSON, and secrets from a file, standard input or a variable."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

_MAX_FILE = 16 * 2**20


def read_source(text: str, *, secret: bool = False) -> str:
    """Return the content of `@FILE`, `-` (standard input) or `env:NAME`; other text is returned as it is, and `@@x` as `@x`.

    `env:` is read for secrets only; a trailing newline of a secret is removed.
    """
    if text.startswith("@@"):
        return text[1:]
    if text.startswith("@"):
        content = _read_file(text[1:])
    elif text == "-":
        content = sys.stdin.read()
    elif secret and text.startswith("env:"):
        content = _read_variable(text[4:])
    else:
        return text
    return content.removesuffix("\n").removesuffix("\r") if secret else content


def is_literal(text: str) -> bool:
    """Return whether a value itself was given, not where to read it."""
    return text != "-" and (not text.startswith(("@", "env:")) or text.startswith("@@"))


def parse_json(text: str, name: str) -> Any:
    """Parse JSON. Raises BadParameter with the line and column of what is wrong."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise click.BadParameter(f"Not valid JSON: {error.msg} at {place}.", param_hint=name) from None
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"Not valid JSON: {error}.", param_hint=name) from None


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON value")


def _read_file(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MAX_FILE + 1)
        if len(content) > _MAX_FILE:
            raise click.BadParameter(f"{path} is larger than {_MAX_FILE // 2**20} MiB.")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.BadParameter(f"{path} is not UTF-8 text.") from None
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}.") from None


def _read_variable(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise click.BadParameter(f"The environment variable {name} is not set.")
    return value
