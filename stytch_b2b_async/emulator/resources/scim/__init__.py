"""SCIM connections of organizations: records, by which nothing is provisioned."""

from typing import Any, Final

from stytch_b2b_async.api._shared.connections import ConnectionOrganizationPath, DeleteConnectionResponse
from stytch_b2b_async.api.scim.connection import (
    ConnectionResponse,
    Create,
    CreateResponse,
    Delete,
    Get,
    GetGroups,
    GetGroupsResponse,
    Update,
)
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import new_token
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.scim import TOKEN_LIFE, check_names, save_connection, show_active_connection, without_tokens
from stytch_b2b_async.emulator.rules.sso.connections import acting_on, host
from stytch_b2b_async.emulator.state.roles import check_roles
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.scim_connection import SCIMConnection, SCIMConnectionWithToken

from . import rotation

__all__ = ["rotation"]

_LIMITS: Final = range(1, 1001)


@handles(Create)
def create(project: Project, request: Create) -> CreateResponse:
    """Create the connection of an organization; its token is only in this response."""
    organization = _organization(project, request, "create")
    check_names(request.display_name, request.identity_provider)
    if project.scim_connections.of(organization) is not None:
        raise EmulatedError("active_scim_connection_exists", "The organization has a SCIM connection.")
    token = new_token()
    connection_id = project.new_id("scim-connection")
    connection = SCIMConnection(
        organization_id=organization.organization_id,
        connection_id=connection_id,
        status="active",
        display_name=request.display_name or "",
        identity_provider=request.identity_provider or "generic",
        base_url=f"{host(project)}/v1/b2b/scim/{connection_id}",
        scim_group_implicit_role_assignments=[],
        bearer_token_last_four=token[-4:],
        bearer_token_expires_at=project.clock.now() + TOKEN_LIFE,
        next_bearer_token_last_four="",
    )
    save_connection(project, connection)
    shown = SCIMConnectionWithToken(**without_tokens(connection), bearer_token=token)
    return CreateResponse(**project.response_meta(), connection=shown)


@handles(Get)
def get(project: Project, request: Get) -> ConnectionResponse:
    """Fetch the connection of an organization."""
    organization = _organization(project, request, "get")
    connection = project.scim_connections.of(organization)
    if connection is None:
        raise EmulatedError("no_active_scim_connection", "The organization has no SCIM connection.")
    return ConnectionResponse(**project.response_meta(), connection=connection)


@handles(Update)
def update(project: Project, request: Update) -> ConnectionResponse:
    """Update a connection; roles cannot depend on groups, since there are none."""
    organization = _organization(project, request, "update")
    connection = project.scim_connections.find(organization, request.connection_id)
    check_names(request.display_name, request.identity_provider)
    changes: dict[str, Any] = {}
    for name in ("display_name", "identity_provider"):
        if getattr(request, name) is not None:
            changes[name] = getattr(request, name)
    if request.scim_group_implicit_role_assignments is not None:
        changes["scim_group_implicit_role_assignments"] = []
        for given in request.scim_group_implicit_role_assignments:
            check_roles([getattr(given, "role_id", "")], project.settings, organization)
            message = "The identity provider has sent no such group."
            raise EmulatedError("scim_group_role_assignment_group_does_not_exist", message)
    connection = evolve(connection, **changes)
    save_connection(project, connection)
    return ConnectionResponse(**project.response_meta(), connection=connection)


@handles(Delete)
def delete(project: Project, request: Delete) -> DeleteConnectionResponse:
    """Delete a connection."""
    organization = _organization(project, request, "delete")
    connection = project.scim_connections.find(organization, request.connection_id)
    project.scim_connections.delete(connection)
    show_active_connection(project, organization.organization_id, None)
    return DeleteConnectionResponse(**project.response_meta(), connection_id=connection.connection_id)


@handles(GetGroups)
def get_groups(project: Project, request: GetGroups) -> GetGroupsResponse:
    """List the groups of a connection: none."""
    organization = _organization(project, request, "get")
    project.scim_connections.find(organization, request.connection_id)
    if request.limit is not None and request.limit not in _LIMITS:
        raise EmulatedError("user_search_invalid_limit", "limit must lie between 1 and 1000.")
    if request.cursor:
        raise EmulatedError("user_search_invalid_cursor", "The cursor is not one of this list.")
    return GetGroupsResponse(**project.response_meta(), scim_groups=[], next_cursor=None)


def _organization(project: Project, request: ConnectionOrganizationPath[Any], action: str) -> Organization:
    return acting_on(project, request, action, "stytch.scim")
