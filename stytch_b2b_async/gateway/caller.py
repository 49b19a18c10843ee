"""Who calls, and what they may do."""

from collections.abc import Callable
from typing import TypeAlias

import attrs
from aiohttp import web

from .allow_list import AllowList


@attrs.frozen
class Caller:
    """Somebody who has been recognized."""

    name: str
    """For the audit log; callers of one name share their rate limits."""
    allow: AllowList | None = None
    """What this caller may do, within what the gateway allows; None for all of that."""


Authenticate: TypeAlias = Callable[[web.BaseRequest], Caller | None]
"""Recognizes the caller of a request, by a cookie for instance; None refuses it with 401."""
