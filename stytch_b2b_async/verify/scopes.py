"""Scopes of the form `action:resource`."""

from collections.abc import Iterable

from .errors import MalformedTokenError, MissingScopeError
from .grants import WILDCARD


def split(claim: object) -> list[str]:
    """Return the scopes of a token, which are in one string, separated by spaces."""
    if claim is None:
        return []
    if not isinstance(claim, str):
        raise MalformedTokenError("claim `scope` is not a string")
    return claim.split()


def require(held: Iterable[str], required: Iterable[str]) -> None:
    """Raise MissingScopeError unless the token has every required scope, or its action on all resources (`read:*`)."""
    held = set(held)
    missing = [scope for scope in required if scope not in held and _on_all_resources(scope) not in held]
    if missing:
        raise MissingScopeError(f"the token lacks the scope {missing[0]!r}")


def _on_all_resources(scope: str) -> str:
    action, colon, _ = scope.partition(":")  # any other colons belong to the resource
    return f"{action}:{WILDCARD}" if colon else scope
