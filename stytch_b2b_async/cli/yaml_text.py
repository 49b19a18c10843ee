"""YAML, as commands print it."""

from typing import Any, cast

import yaml


def to_yaml(value: Any, *, is_utf8: bool) -> str:
    """Write a value, in its own order; without UTF-8, other letters are escaped."""
    dumped: str = cast("Any", yaml).safe_dump(value, sort_keys=False, allow_unicode=is_utf8)  # partly untyped in its stubs
    return dumped
