"""A SCIM connection, which provisions an organization's members."""

from datetime import datetime

from stytch_b2b_async.schema import Model, Secret, frozen

from .enums import ScimIdentityProvider


@frozen
class SCIMGroupImplicitRoleAssignments(Model):
    """A role of every member of a group."""

    role_id: str
    group_id: str
    group_name: str


@frozen
class SCIMGroup(Model):
    """A group from the identity provider."""

    group_id: str
    """The API's id of the group, not the identity provider's."""
    group_name: str
    organization_id: str
    connection_id: str


@frozen
class SCIMConnectionDetails(Model):
    """Fields of every SCIM connection."""

    organization_id: str
    connection_id: str
    status: str
    """Such as `active`."""
    display_name: str
    identity_provider: ScimIdentityProvider
    base_url: str
    """The URL for the identity provider to call with the bearer token."""
    scim_group_implicit_role_assignments: list[SCIMGroupImplicitRoleAssignments]
    bearer_token_expires_at: datetime | None = None


@frozen
class SCIMConnection(SCIMConnectionDetails):
    """A SCIM connection, which provisions an organization's members. See https://stytch.com/docs/b2b/api/scim-connection-object."""

    bearer_token_last_four: str
    next_bearer_token_last_four: str
    """`""` unless the token is being rotated."""
    next_bearer_token_expires_at: datetime | None = None


@frozen
class SCIMConnectionWithToken(SCIMConnectionDetails):
    """A new SCIM connection and its token, which is returned only in this response."""

    bearer_token: Secret


@frozen
class SCIMConnectionWithNextToken(SCIMConnectionDetails):
    """A SCIM connection and its next token, which is returned only in this response."""

    bearer_token_last_four: str
    """When the current token expires."""
    next_bearer_token: Secret
    next_bearer_token_expires_at: datetime | None = None
