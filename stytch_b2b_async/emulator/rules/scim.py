"""SCIM connections, and what an organization says about its own."""

from datetime import timedelta
from typing import Any, Final

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.enums import ScimIdentityProvider
from stytch_b2b_async.models.organization import ActiveSCIMConnection
from stytch_b2b_async.models.scim_connection import SCIMConnection, SCIMConnectionDetails
from stytch_b2b_async.schema import fields_of

from .sso.connections import check_names as check_display_name
from .validators import known_values

TOKEN_LIFE: Final = timedelta(days=5 * 365)
_IDENTITY_PROVIDERS: Final = known_values(ScimIdentityProvider)


def check_names(display_name: str | None, identity_provider: str | None) -> None:
    """Reject a name that is too long, and an unknown identity provider."""
    check_display_name(display_name)
    if identity_provider and identity_provider not in _IDENTITY_PROVIDERS:
        raise EmulatedError("invalid_scim_idp", f"identity_provider must be one of {', '.join(_IDENTITY_PROVIDERS)}.")


def save_connection(project: Project, connection: SCIMConnection) -> None:
    """Store a connection, and show it in its organization."""
    project.scim_connections.save(connection)
    show_active_connection(project, connection.organization_id, connection)


def show_active_connection(project: Project, organization_id: str, connection: SCIMConnection | None) -> None:
    """Update what an organization says about its connection."""
    shown = connection and ActiveSCIMConnection(
        connection_id=connection.connection_id,
        display_name=connection.display_name,
        bearer_token_last_four=connection.bearer_token_last_four,
        bearer_token_expires_at=connection.bearer_token_expires_at,
    )
    project.organizations.save(evolve(project.organizations.find(organization_id), scim_active_connection=shown))


def without_tokens(connection: SCIMConnection) -> dict[str, Any]:
    """Return the fields that every kind of response has."""
    return {field.name: getattr(connection, field.name) for field in fields_of(SCIMConnectionDetails)}
