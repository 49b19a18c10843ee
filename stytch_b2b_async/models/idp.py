"""Scopes that a member can grant to a connected app."""

from stytch_b2b_async.schema import Model, frozen


@frozen
class ScopeResult(Model):
    """A scope that a connected app requests."""

    scope: str
    description: str
    is_grantable: bool
    """Whether the member's own roles grant what the scope grants."""
