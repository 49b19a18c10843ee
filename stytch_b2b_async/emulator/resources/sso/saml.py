"""SAML connections."""

from typing import Any, Final

from stytch_b2b_async.api._shared.connections import SAMLConnectionResponse
from stytch_b2b_async.api.sso.saml import (
    CreateConnection,
    DeleteEncryptionPrivateKey,
    DeleteEncryptionPrivateKeyResponse,
    DeleteVerificationCertificate,
    DeleteVerificationCertificateResponse,
    UpdateByURL,
    UpdateConnection,
)
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sso.connections import acting_on, callback_url, check_names, check_room, save_connection
from stytch_b2b_async.emulator.rules.sso.saml import from_metadata, updated_connection
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.sso import SAMLConnection

_NAME_ID: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


@handles(CreateConnection)
def create(project: Project, request: CreateConnection) -> SAMLConnectionResponse:
    """Create a connection, which is pending until it has everything that logins need."""
    organization = acting_on(project, request, "create")
    check_names(request.display_name, request.identity_provider)
    check_room(project, organization)
    connection_id = project.new_id("saml-connection")
    url = callback_url(project, connection_id)
    connection = SAMLConnection(
        organization_id=organization.organization_id,
        connection_id=connection_id,
        status="pending",
        display_name=request.display_name or "",
        idp_entity_id="",
        idp_sso_url="",
        acs_url=url,
        audience_uri=url,
        signing_certificates=[],
        verification_certificates=[],
        encryption_private_keys=[],
        saml_connection_implicit_role_assignments=[],
        saml_group_implicit_role_assignments=[],
        alternative_audience_uri="",
        identity_provider=request.identity_provider or "generic",
        nameid_format=_NAME_ID,
        alternative_acs_url="",
        idp_initiated_auth_disabled=False,
        allow_gateway_callback=False,
        attribute_mapping={},
    )
    save_connection(project, connection)
    return SAMLConnectionResponse(**project.response_meta(), connection=connection)


@handles(UpdateConnection)
def update(project: Project, request: UpdateConnection) -> SAMLConnectionResponse:
    """Update a connection; it becomes active once it is complete."""
    organization, connection = _found(project, request, "update")
    return _saved(project, updated_connection(project, organization, connection, request))


@handles(UpdateByURL)
def update_by_url(project: Project, request: UpdateByURL) -> SAMLConnectionResponse:
    """Update a connection by metadata, which are made up: nothing is fetched."""
    _, connection = _found(project, request, "update")
    return _saved(project, from_metadata(project, connection, request.metadata_url))


@handles(DeleteVerificationCertificate)
def delete_verification_certificate(
    project: Project, request: DeleteVerificationCertificate
) -> DeleteVerificationCertificateResponse:
    """Delete a certificate; an active connection keeps one."""
    _, connection = _found(project, request, "update")
    kept = [each for each in connection.verification_certificates if each.certificate_id != request.certificate_id]
    if len(kept) == len(connection.verification_certificates):
        raise missing("sso_verification_key", "verification certificate")
    if not kept and connection.status == "active":
        raise EmulatedError("cannot_delete_last_sso_verification_key", "An active connection keeps one certificate.")
    save_connection(project, evolve(connection, verification_certificates=kept))
    return DeleteVerificationCertificateResponse(**project.response_meta(), certificate_id=request.certificate_id)


@handles(DeleteEncryptionPrivateKey)
def delete_encryption_private_key(project: Project, request: DeleteEncryptionPrivateKey) -> DeleteEncryptionPrivateKeyResponse:
    """Delete a key that decrypts assertions."""
    _, connection = _found(project, request, "update")
    kept = [each for each in connection.encryption_private_keys if each.private_key_id != request.private_key_id]
    if len(kept) == len(connection.encryption_private_keys):
        raise missing("sso_encryption_private_key", "encryption key")
    save_connection(project, evolve(connection, encryption_private_keys=kept))
    return DeleteEncryptionPrivateKeyResponse(**project.response_meta(), private_key_id=request.private_key_id)


def _found(project: Project, request: Any, action: str) -> tuple[Organization, SAMLConnection]:
    organization = acting_on(project, request, action)
    connection = project.sso_connections.find(organization, request.connection_id)
    if not isinstance(connection, SAMLConnection):
        raise missing("saml_connection", "SAML connection")
    return organization, connection


def _saved(project: Project, connection: SAMLConnection) -> SAMLConnectionResponse:
    save_connection(project, connection)
    return SAMLConnectionResponse(**project.response_meta(), connection=connection)
