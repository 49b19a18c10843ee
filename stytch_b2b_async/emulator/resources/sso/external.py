"""SSO connections that another organization shares."""

from stytch_b2b_async.api._shared.connections import ExternalConnectionResponse
from stytch_b2b_async.api.sso.external import CreateConnection, UpdateConnection
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sso.connections import acting_on, assignments, check_names, check_room, save_connection
from stytch_b2b_async.emulator.state.sso_connections import AnyConnection
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.sso import Connection, ConnectionImplicitRoleAssignment, GroupImplicitRoleAssignment


@handles(CreateConnection)
def create(project: Project, request: CreateConnection) -> ExternalConnectionResponse:
    """Create a connection that leads to one of another organization; it is active at once."""
    organization = acting_on(project, request, "create")
    check_names(request.display_name)
    check_room(project, organization)
    shared = _shared(project, organization, request)
    roles, groups = request.connection_implicit_role_assignments, request.group_implicit_role_assignments
    connection = Connection(
        organization_id=organization.organization_id,
        connection_id=project.new_id("external-connection"),
        status="active",
        display_name=request.display_name or "",
        external_organization_id=shared.organization_id,
        external_connection_id=shared.connection_id,
        external_connection_implicit_role_assignments=assignments(
            project, organization, ConnectionImplicitRoleAssignment, roles, []
        ),
        external_group_implicit_role_assignments=assignments(project, organization, GroupImplicitRoleAssignment, groups, []),
    )
    save_connection(project, connection)
    return ExternalConnectionResponse(**project.response_meta(), connection=connection)


@handles(UpdateConnection)
def update(project: Project, request: UpdateConnection) -> ExternalConnectionResponse:
    """Update a connection."""
    organization = acting_on(project, request, "update")
    connection = project.sso_connections.find(organization, request.connection_id)
    if not isinstance(connection, Connection):
        raise missing("sso_connection", "external connection")
    check_names(request.display_name)
    connection = evolve(
        connection,
        display_name=connection.display_name if request.display_name is None else request.display_name,
        external_connection_implicit_role_assignments=assignments(
            project,
            organization,
            ConnectionImplicitRoleAssignment,
            request.external_connection_implicit_role_assignments,
            connection.external_connection_implicit_role_assignments,
        ),
        external_group_implicit_role_assignments=assignments(
            project,
            organization,
            GroupImplicitRoleAssignment,
            request.external_group_implicit_role_assignments,
            connection.external_group_implicit_role_assignments,
        ),
    )
    save_connection(project, connection)
    return ExternalConnectionResponse(**project.response_meta(), connection=connection)


def _shared(project: Project, organization: Organization, request: CreateConnection) -> AnyConnection:
    other = project.organizations.find(request.external_organization_id)
    if other.organization_id == organization.organization_id:
        message = "An external connection belongs to another organization."
        raise EmulatedError("external_organization_id_same_as_organization_id", message)
    shared = project.sso_connections.with_id(request.external_connection_id)
    if shared is None or shared.organization_id != other.organization_id or isinstance(shared, Connection):
        raise EmulatedError("external_connection_id_not_found", "The other organization has no such connection to share.")
    if shared.status != "active":
        raise EmulatedError("external_connection_not_active", "The connection of the other organization is not active.")
    if any(each.organization_id == organization.organization_id for each in project.sso_connections.sharing(shared.connection_id)):
        raise EmulatedError("duplicate_external_sso_connection", "The organization has an external connection to this one.")
    return shared
