"""What is noted on an endpoint: which rules it has."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar

from stytch_b2b_async.web import Auth, Rule

F = TypeVar("F", bound=Callable[..., Any])

Mark: TypeAlias = "tuple[Auth, Rule[Any] | None]"
"""An `Auth`, and its rule for an endpoint; None if the endpoint is ready-made."""

_MARKS: Final = "__stytch_rules__"


def mark(endpoint: F, auth: Auth, rule: Rule[Any] | None) -> F:
    """Note that an endpoint has a rule."""
    setattr(endpoint, _MARKS, (*marks(endpoint), (auth, rule)))
    return endpoint


def marks(endpoint: object) -> tuple[Mark, ...]:
    """Return the rules of an endpoint."""
    while isinstance(endpoint, partial):
        endpoint = endpoint.func
    found: tuple[Mark, ...] = getattr(endpoint, _MARKS, ())
    return found
