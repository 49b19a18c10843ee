"""What a member can let a connected app do."""

from stytch_b2b_async.schema import Model, frozen


@frozen
class ScopeResult(Model):
    """A scope that a connected app asks for."""

    scope: str
    description: str
    is_grantable: bool
    """Whether the member's own roles allow what the scope allows."""
