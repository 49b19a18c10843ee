"""SSO connections that another organization of the project shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stytch_b2b_async.api._shared.connections import ConnectionOrganizationPath, ConnectionPath, ExternalConnectionResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post, put
from stytch_b2b_async.models.sso import (
    ConnectionImplicitRoleAssignment,
    GroupImplicitRoleAssignment,
    SAMLConnectionImplicitRoleAssignment,
    SAMLGroupImplicitRoleAssignment,
)
from stytch_b2b_async.schema import OrMapping


@post("/v1/b2b/sso/external/{organization_id}", Effect.ACTS_ONCE)
class CreateConnection(ConnectionOrganizationPath[ExternalConnectionResponse]):
    """Create an external connection: members of an organization then log in through a connection of another one.

    - `external_organization_id`, `external_connection_id`: the other organization, and its connection.
    - `connection_implicit_role_assignments`, `group_implicit_role_assignments`: roles that a login through the connection grants,
      to all members or to those in a group; not for OIDC.

    Raises BadRequestError (`duplicate_external_sso_connection`, `external_organization_id_same_as_organization_id`),
    OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/sso/external/create-external-connection.
    """

    external_organization_id: str
    external_connection_id: str
    display_name: str | None = None
    connection_implicit_role_assignments: Sequence[OrMapping[SAMLConnectionImplicitRoleAssignment]] | None = None
    group_implicit_role_assignments: Sequence[OrMapping[SAMLGroupImplicitRoleAssignment]] | None = None


@put("/v1/b2b/sso/external/{organization_id}/connections/{connection_id}", Effect.REPEATABLE)
class UpdateConnection(ConnectionPath[ExternalConnectionResponse]):
    """Update an external connection; omitted fields stay unchanged.

    - `external_connection_implicit_role_assignments`: roles that a login through the connection grants; not for OIDC.
    - `external_group_implicit_role_assignments`: roles that it grants to members of a group; not for OIDC. The shared connection
      must map `groups`.

    Raises NotFoundError (`sso_connection_not_found`), SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/update-external-connection.
    """

    display_name: str | None = None
    external_connection_implicit_role_assignments: Sequence[OrMapping[ConnectionImplicitRoleAssignment]] | None = None
    external_group_implicit_role_assignments: Sequence[OrMapping[GroupImplicitRoleAssignment]] | None = None


class SSOExternal(Namespace[Mode]):
    """SSO connections that another organization of the project shares."""

    create_connection: Final = Endpoint(CreateConnection)
    update_connection: Final = Endpoint(UpdateConnection)
