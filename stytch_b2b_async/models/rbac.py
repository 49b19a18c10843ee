"""Who may do what to which resource."""

from stytch_b2b_async.schema import Model, frozen


@frozen
class AuthorizationCheck(Model):
    """Ask whether a session's roles allow an action on a resource of an organization."""

    organization_id: str
    resource_id: str
    action: str


@frozen
class AuthorizationVerdict(Model):
    """The answer to an `AuthorizationCheck` that passed; one that fails is a SessionAuthorizationError."""

    authorized: bool
    granting_roles: list[str]
