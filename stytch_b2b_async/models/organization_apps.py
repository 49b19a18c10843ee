"""Connected apps as an organization and its members see them."""

from stytch_b2b_async.schema import Model, frozen

from .enums import ConnectedAppClientType


@frozen
class ConnectedAppSummary(Model):
    """The public properties of a connected app."""

    connected_app_id: str
    name: str
    description: str
    client_type: ConnectedAppClientType
    logo_url: str | None = None


@frozen
class OrganizationConnectedApp(ConnectedAppSummary):
    """A connected app that members of an organization have authorized."""


@frozen
class OrganizationConnectedAppActiveMember(Model):
    """A member who has authorized a connected app, and the granted scopes."""

    member_id: str
    granted_scopes: list[str]


@frozen
class MemberConnectedApp(ConnectedAppSummary):
    """A connected app that a member has authorized."""

    scopes_granted: str
    """Separated by spaces, as in OAuth."""
