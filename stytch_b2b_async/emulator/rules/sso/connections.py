"""What SSO connections of every kind have in common."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from stytch_b2b_async.api._shared.connections import ConnectionOrganizationPath
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sessions.authorization import authorize
from stytch_b2b_async.emulator.rules.validators import json_size, known_values
from stytch_b2b_async.emulator.state.roles import check_roles
from stytch_b2b_async.emulator.state.sso_connections import AnyConnection
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.enums import SsoIdentityProvider
from stytch_b2b_async.models.organization import ActiveSSOConnection, Organization
from stytch_b2b_async.models.sso import Connection, ConnectionImplicitRoleAssignment, GroupImplicitRoleAssignment

A = TypeVar("A", bound=ConnectionImplicitRoleAssignment | GroupImplicitRoleAssignment)

_IDENTITY_PROVIDERS: Final = known_values(SsoIdentityProvider)
_MAX_NAME: Final = 128
_MAX_CONNECTIONS: Final = 10
_MAX_URL: Final = 2048
_MAX_MAPPED: Final = 100
_MAX_MAPPING: Final = 4096  # bytes


def acting_on(
    project: Project, request: ConnectionOrganizationPath[Any], action: str, resource_id: str = "stytch.sso"
) -> Organization:
    """Return the organization of a call, once the acting member, if any, may do this to its connections."""
    organization = project.organizations.find(request.organization_id)
    authorize(project, request.authorization, organization, resource_id, action)
    return organization


def callback_url(project: Project, connection_id: str) -> str:
    """Return where the identity provider of a connection would send people: an address of Stytch itself."""
    return f"{host(project)}/v1/b2b/sso/callback/{connection_id}"


def host(project: Project) -> str:
    """Return the address of Stytch itself."""
    return f"https://{'api' if project.environment == 'live' else 'test'}.stytch.com"


def check_names(display_name: str | None, identity_provider: str | None = None) -> None:
    """Reject a name that is too long, and an unknown identity provider."""
    if display_name and len(display_name) > _MAX_NAME:
        raise EmulatedError("invalid_display_name", f"display_name has at most {_MAX_NAME} characters.")
    if identity_provider and identity_provider not in _IDENTITY_PROVIDERS:
        raise EmulatedError("invalid_sso_idp", f"identity_provider must be one of {', '.join(_IDENTITY_PROVIDERS)}.")


def check_room(project: Project, organization: Organization) -> None:
    """Reject one connection too many."""
    if len(project.sso_connections.of(organization.organization_id)) >= _MAX_CONNECTIONS:
        raise EmulatedError("too_many_sso_connections", f"An organization has at most {_MAX_CONNECTIONS} SSO connections.")


def check_url(url: str | None, error_type: str, name: str) -> None:
    """Reject what is not an HTTP URL."""
    if not url:
        return
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= _MAX_URL and url.isprintable()
    except ValueError:
        valid = False
    if not valid or " " in url:
        raise EmulatedError(error_type, f"{name} is not a URL.")


def check_mapping(mapping: Mapping[str, Any] | None) -> None:
    """Reject a mapping of attributes that is too large."""
    if mapping is not None and (len(mapping) > _MAX_MAPPED or json_size(mapping) > _MAX_MAPPING):
        raise EmulatedError("bad_request", f"attribute_mapping has at most {_MAX_MAPPED} keys, and 4 KB.")


def assignments(
    project: Project, organization: Organization, kind: type[A], given: Iterable[Any] | None, current: list[A]
) -> list[A]:
    """Return the given assignments of roles, or the current ones; reject unknown roles."""
    if given is None:
        return current
    found = [assignment for assignment in given if isinstance(assignment, kind)]
    check_roles([assignment.role_id for assignment in found], project.settings, organization)
    if any(isinstance(assignment, GroupImplicitRoleAssignment) and not assignment.group for assignment in found):
        raise EmulatedError("saml_group_role_assignment_does_not_contain_member_group", "A group role assignment needs a group.")
    return found


def save_connection(project: Project, connection: AnyConnection) -> None:
    """Store a connection, and show it in its organization while it is active."""
    project.sso_connections.save(connection)
    show_active_connections(project, connection.organization_id)


def delete_connection(project: Project, organization: Organization, connection: AnyConnection) -> None:
    """Delete a connection with its members' registrations."""
    if organization.sso_default_connection_id == connection.connection_id:
        raise EmulatedError("cannot_delete_default_sso_connection", "Choose another default connection before you delete this one.")
    for member in project.members.registered_with(organization, connection.connection_id):
        kept = [found for found in member.sso_registrations if found.connection_id != connection.connection_id]
        project.members.save(evolve(member, sso_registrations=kept))
    project.sso_connections.delete(connection.connection_id)
    show_active_connections(project, organization.organization_id)
    stop_sharing(project, connection)


def stop_sharing(project: Project, connection: AnyConnection) -> None:
    """Make a connection useless to the organizations that it was shared with."""
    for external in project.sso_connections.sharing(connection.connection_id):
        save_connection(project, evolve(external, status="pending"))


def show_active_connections(project: Project, organization_id: str) -> None:
    """Update what an organization says about its connections."""
    organization = project.organizations.find(organization_id)
    found = project.sso_connections.of(organization_id)
    active = [connection for connection in found if connection.status == "active"]
    existing = {connection.connection_id for connection in found}
    default = organization.sso_default_connection_id
    project.organizations.save(
        evolve(
            organization,
            sso_active_connections=[_shown(project, connection) for connection in active],
            sso_default_connection_id=default if default in {connection.connection_id for connection in active} else None,
            sso_jit_provisioning_allowed_connections=[
                allowed for allowed in organization.sso_jit_provisioning_allowed_connections if allowed in existing
            ],
        )
    )


def source_of(project: Project, connection: AnyConnection) -> AnyConnection:
    """Return the connection that an external one leads to; any other is its own."""
    if not isinstance(connection, Connection):
        return connection
    found = project.sso_connections.with_id(connection.external_connection_id)
    if found is None or isinstance(found, Connection):
        raise missing("sso_connection", "SSO connection")
    return found


def _shown(project: Project, connection: AnyConnection) -> ActiveSSOConnection:
    source = source_of(project, connection)
    provider = "" if isinstance(source, Connection) else source.identity_provider
    return ActiveSSOConnection(
        connection_id=connection.connection_id, display_name=connection.display_name, identity_provider=provider
    )
