"""OpenID Connect connections."""

from typing import Any, Final

from stytch_b2b_async.api._shared.connections import OIDCConnectionResponse
from stytch_b2b_async.api.sso.oidc import CreateConnection, UpdateConnection, UpdateConnectionResponse
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sso.connections import (
    acting_on,
    callback_url,
    check_mapping,
    check_names,
    check_room,
    check_url,
    save_connection,
)
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.sso import OIDCConnection

_URLS: Final = {"authorization_url": "authorize", "token_url": "token", "userinfo_url": "userinfo", "jwks_url": "jwks"}
_REQUIRED: Final = ("issuer", "client_id", "client_secret", *_URLS)
_FIELDS: Final = (*_REQUIRED, "display_name", "identity_provider", "custom_scopes", "attribute_mapping")


@handles(CreateConnection)
def create(project: Project, request: CreateConnection) -> OIDCConnectionResponse:
    """Create a connection, which is pending until it has everything that logins need."""
    organization = acting_on(project, request, "create")
    check_names(request.display_name, request.identity_provider)
    check_room(project, organization)
    connection_id = project.new_id("oidc-connection")
    connection = OIDCConnection(
        organization_id=organization.organization_id,
        connection_id=connection_id,
        status="pending",
        display_name=request.display_name or "",
        redirect_url=callback_url(project, connection_id),
        client_id="",
        client_secret="",
        issuer="",
        authorization_url="",
        token_url="",
        userinfo_url="",
        jwks_url="",
        identity_provider=request.identity_provider or "generic",
        custom_scopes="",
        attribute_mapping={},
    )
    save_connection(project, connection)
    return OIDCConnectionResponse(**project.response_meta(), connection=connection)


@handles(UpdateConnection)
def update(project: Project, request: UpdateConnection) -> UpdateConnectionResponse:
    """Update a connection. The metadata of a new issuer is made up: nothing is fetched."""
    organization = acting_on(project, request, "update")
    connection = project.sso_connections.find(organization, request.connection_id)
    if not isinstance(connection, OIDCConnection):
        raise missing("oidc_connection", "OIDC connection")
    check_names(request.display_name, request.identity_provider)
    check_mapping(request.attribute_mapping)
    check_url(request.issuer, "oidc_connection_issuer_url_invalid_format", "issuer")
    for name in _URLS:
        check_url(getattr(request, name), f"oidc_connection_{name}_invalid_format", name)
    changes: dict[str, Any] = {name: getattr(request, name) for name in _FIELDS if getattr(request, name) is not None}
    if request.issuer and request.issuer != connection.issuer:
        changes = {**{name: f"{request.issuer.rstrip('/')}/{path}" for name, path in _URLS.items()}, **changes}
    connection = evolve(connection, **changes)
    complete = all(getattr(connection, name) for name in _REQUIRED)
    connection = evolve(connection, status="active" if complete else "pending")
    save_connection(project, connection)
    return UpdateConnectionResponse(**project.response_meta(), connection=connection)
