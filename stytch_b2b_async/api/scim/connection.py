"""The SCIM connection of an organization, and its token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from stytch_b2b_async.api._shared.connections import ConnectionOrganizationPath, ConnectionPath, DeleteConnectionResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Response, delete, get, post, put
from stytch_b2b_async.endpoint.paging import Page, PagedEndpoint
from stytch_b2b_async.models import scim_connection as models  # the namespace below has the name of a model
from stytch_b2b_async.models.bounded import PageLimit
from stytch_b2b_async.models.enums import ScimIdentityProvider
from stytch_b2b_async.schema import Location, OrMapping, frozen


@frozen
class ConnectionResponse(Response):
    """The SCIM connection after the call."""

    connection: models.SCIMConnection | None = None


@put("/v1/b2b/scim/{organization_id}/connection/{connection_id}", Effect.REPEATABLE)
class Update(ConnectionPath[ConnectionResponse]):
    """Update a SCIM connection; omitted fields stay unchanged.

    - `scim_group_implicit_role_assignments`: roles of all members of a group; `get_groups` lists the groups.

    Raises NotFoundError, BadRequestError (`scim_group_role_assignment_group_does_not_exist`), SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/scim/connection-management/update-scim-connection.
    """

    display_name: str | None = None
    identity_provider: ScimIdentityProvider | None = None
    scim_group_implicit_role_assignments: Sequence[OrMapping[models.SCIMGroupImplicitRoleAssignments]] | None = None


@delete("/v1/b2b/scim/{organization_id}/connection/{connection_id}", Effect.REPEATABLE)
class Delete(ConnectionPath[DeleteConnectionResponse]):
    """Delete a SCIM connection.

    Raises NotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/delete-scim-connection.
    """


@frozen
class RotateStartResponse(Response):
    """The connection and its next token."""

    connection: models.SCIMConnectionWithNextToken | None = None


@post("/v1/b2b/scim/{organization_id}/connection/{connection_id}/rotate/start", Effect.ACTS_ONCE)
class RotateStart(ConnectionPath[RotateStartResponse]):
    """Start the rotation of a SCIM connection's token: create the next one; both are valid until it ends.

    The token is only in this response. Configure it at the identity provider, then call `rotate_complete`, or `rotate_cancel`.

    Raises NotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/scim/token-management/start-scim-token-rotation.
    """


@post("/v1/b2b/scim/{organization_id}/connection/{connection_id}/rotate/complete", Effect.ACTS_ONCE)
class RotateComplete(ConnectionPath[ConnectionResponse]):
    """Complete the rotation of a SCIM connection's token: only the new one is valid from now on.

    Raises BadRequestError (`scim_connection_not_rotating_token`), NotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/scim/token-management/complete-scim-token-rotation.
    """


@post("/v1/b2b/scim/{organization_id}/connection/{connection_id}/rotate/cancel", Effect.ACTS_ONCE)
class RotateCancel(ConnectionPath[ConnectionResponse]):
    """Cancel the rotation of a SCIM connection's token: delete the new one.

    Raises BadRequestError (`scim_connection_not_rotating_token`), NotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/scim-rotate-token-cancel.
    """


@frozen
class GetGroupsResponse(Page[models.SCIMGroup]):
    """One page of the groups of a SCIM connection."""

    scim_groups: list[models.SCIMGroup]
    next_cursor: str | None = None
    """Cursor of the next page; None on the last."""


@get("/v1/b2b/scim/{organization_id}/connection/{connection_id}")
class GetGroups(ConnectionPath[GetGroupsResponse]):
    """List the groups that the identity provider sent over a SCIM connection.

    - `cursor`: `next_cursor` of the previous page.
    - `limit`: groups in one page, at most 1000; default 100.

    Raises NotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/get-scim-connection-groups.
    """

    cursor: Annotated[str | None, Location.QUERY] = None
    limit: Annotated[PageLimit | None, Location.QUERY] = None


@frozen
class CreateResponse(Response):
    """The new connection and its token."""

    connection: models.SCIMConnectionWithToken | None = None


@post("/v1/b2b/scim/{organization_id}/connection", Effect.ACTS_ONCE)
class Create(ConnectionOrganizationPath[CreateResponse]):
    """Create the SCIM connection of an organization.

    Configure its `base_url` and `bearer_token` at the identity provider; the token is only in this response.

    - `identity_provider`: one that the API knows, or `generic`.

    Raises BadRequestError (`active_scim_connection_exists`), OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/scim/connection-management/create-scim-connection.
    """

    display_name: str | None = None
    identity_provider: ScimIdentityProvider | None = None


@get("/v1/b2b/scim/{organization_id}/connection")
class Get(ConnectionOrganizationPath[ConnectionResponse]):
    """Get the SCIM connection of an organization.

    Raises BadRequestError (`no_active_scim_connection`), OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/scim/connection-management/get-scim-connection.
    """


class SCIMConnection(Namespace[Mode]):
    """The SCIM connection of an organization, and its token."""

    update: Final = Endpoint(Update)
    delete: Final = Endpoint(Delete)
    rotate_start: Final = Endpoint(RotateStart)
    rotate_complete: Final = Endpoint(RotateComplete)
    rotate_cancel: Final = Endpoint(RotateCancel)
    get_groups: Final = PagedEndpoint(GetGroups)
    create: Final = Endpoint(Create)
    get: Final = Endpoint(Get)
