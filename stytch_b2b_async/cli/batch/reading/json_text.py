"""JSON that says only one thing: no names twice, no NaN."""

import json
from typing import Any, Final

from .problems import InputError


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise InputError("the column appears twice", column=next(name for name in names if names.count(name) > 1))
    return found


def _refuse_constant(text: str) -> None:
    raise InputError(f"not valid JSON: {text} is not a JSON value")


DECODER: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)
"""Raises InputError, ValueError or RecursionError."""
