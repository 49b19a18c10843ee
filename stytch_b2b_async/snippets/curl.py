"""A request as a curl command."""

import shlex
from typing import Any

from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.wire import encode

from .arguments import shown

_NOT_NEEDED = {"Accept", "Authorization", "User-Agent"}


def curl(request: Request[Any], config: Config, *, show_secrets: bool = False) -> str:
    """Write a curl command that takes the credentials from the environment."""
    call = encode(shown(request, show_secrets=show_secrets), config)
    parts = [f"curl --request {call.method} {shlex.quote(call.url)}"]
    if config.secret is not None:
        parts.append('--user "$STYTCH_PROJECT_ID:$STYTCH_SECRET"')
    parts += [f"--header {shlex.quote(f'{name}: {value}')}" for name, value in call.headers.items() if name not in _NOT_NEEDED]
    if call.body is not None:
        parts.append(f"--data-raw {shlex.quote(call.body.decode())}")
    return " \\\n  ".join(parts) + "\n"
