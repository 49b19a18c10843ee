"""Connected apps as an organization and its members see them."""

from stytch_b2b_async.schema import Model, frozen

from .enums import ConnectedAppClientType


@frozen
class ConnectedAppSummary(Model):
    """What everybody may know of a connected app."""

    connected_app_id: str
    name: str
    description: str
    client_type: ConnectedAppClientType
    logo_url: str | None = None


@frozen
class OrganizationConnectedApp(ConnectedAppSummary):
    """A connected app that members of an organization have let in."""


@frozen
class OrganizationConnectedAppActiveMember(Model):
    """A member who has let a connected app in, and what it may do."""

    member_id: str
    granted_scopes: list[str]


@frozen
class MemberConnectedApp(ConnectedAppSummary):
    """A connected app that a member has let in."""

    scopes_granted: str
    """In one string, as OAuth writes them."""
