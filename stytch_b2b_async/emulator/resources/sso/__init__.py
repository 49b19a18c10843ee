"""SSO connections of organizations."""

from stytch_b2b_async.api._shared.connections import DeleteConnectionResponse
from stytch_b2b_async.api.sso import DeleteConnection, GetConnections, GetConnectionsResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sso.connections import acting_on, delete_connection
from stytch_b2b_async.models.sso import Connection, OIDCConnection, SAMLConnection

from . import external, oidc, saml

__all__ = ["external", "oidc", "saml"]


@handles(GetConnections)
def get_connections(project: Project, request: GetConnections) -> GetConnectionsResponse:
    """List the connections of an organization, active or not."""
    organization = acting_on(project, request, "get")
    found = project.sso_connections.of(organization.organization_id)
    return GetConnectionsResponse(
        **project.response_meta(),
        saml_connections=[each for each in found if isinstance(each, SAMLConnection)],
        oidc_connections=[each for each in found if isinstance(each, OIDCConnection)],
        external_connections=[each for each in found if isinstance(each, Connection)],
    )


@handles(DeleteConnection)
def delete(project: Project, request: DeleteConnection) -> DeleteConnectionResponse:
    """Delete a connection of any type."""
    organization = acting_on(project, request, "delete")
    connection = project.sso_connections.find(organization, request.connection_id)
    delete_connection(project, organization, connection)
    return DeleteConnectionResponse(**project.response_meta(), connection_id=connection.connection_id)
