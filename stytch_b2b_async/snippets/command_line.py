"""A request as a command of `stytch-b2b`."""

import json
import shlex
from typing import Any, Final

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import Field, Location, Scalar, fields_of

from .arguments import arguments_of, shown

_OWN_OPTIONS: Final = frozenset({"json", "output", "query", "all", "yes", "dry_run", "debug", "profile", "help"})
"""Options of the command itself, which no parameter can be set by."""
_END: Final = "END"


def command_line(request: Request[Any], *, show_secrets: bool = False) -> str:
    """Write a shell command; secrets and nested values go through standard input, where other users cannot see them."""
    given = arguments_of(shown(request, show_secrets=show_secrets))
    simple = {field.name for field in fields_of(type(request)) if _is_simple(field)}
    options = [_option(name, given.pop(name)) for name, value in list(given.items()) if name in simple and str(value).isprintable()]
    parts = [f"stytch-b2b call {request.operation}", *options]
    if not given:
        return " \\\n  ".join(parts) + "\n"
    body = json.dumps(given, indent=2, ensure_ascii=False)
    return " \\\n  ".join([*parts, f"--json - <<'{_END}'"]) + f"\n{body}\n{_END}\n"


def _is_simple(field: Field) -> bool:
    is_own = field.name in _OWN_OPTIONS or field.location is Location.HEADERS
    return isinstance(field.shape, Scalar) and not field.sensitive and not is_own


def _option(name: str, value: Any) -> str:
    dashed = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{dashed}" if value else f"--no-{dashed}"
    return f"--{dashed} {shlex.quote(value)}" if _is_plain(value) else f"--{dashed}={shlex.quote(str(value))}"


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and value != "" and not value.startswith("-")
