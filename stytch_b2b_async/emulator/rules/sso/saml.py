"""Changes of SAML connections, and when a connection is complete."""

from typing import Any, Final

from stytch_b2b_async.api.sso.saml import UpdateConnection
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.sso import (
    ConnectionImplicitRoleAssignment,
    EncryptionPrivateKey,
    GroupImplicitRoleAssignment,
    SAMLConnection,
)

from .certificates import MAX_CERTIFICATES, certificate, check_private_key, signing_certificate
from .connections import assignments, check_mapping, check_names, check_url

_TEXTS: Final = (
    "idp_entity_id",
    "display_name",
    "attribute_mapping",
    "idp_sso_url",
    "alternative_audience_uri",
    "identity_provider",
    "nameid_format",
    "alternative_acs_url",
    "idp_initiated_auth_disabled",
    "allow_gateway_callback",
)
_MAX_TEXT: Final = 2048
_NAMES: Final = ({"full_name"}, {"first_name", "last_name"})


def updated_connection(
    project: Project, organization: Organization, connection: SAMLConnection, request: UpdateConnection
) -> SAMLConnection:
    """Return a connection with the changes of a request."""
    _check(request)
    changes: dict[str, Any] = {name: getattr(request, name) for name in _TEXTS if getattr(request, name) is not None}
    if request.x509_certificate:
        added = certificate(project, request.x509_certificate)
        others = [each for each in connection.verification_certificates if each.certificate != added.certificate]
        if len(others) >= MAX_CERTIFICATES:
            message = f"A connection has at most {MAX_CERTIFICATES} certificates."
            raise EmulatedError("too_many_sso_verification_certificates", message)
        if len(others) == len(connection.verification_certificates):
            changes["verification_certificates"] = [*others, added]
    if request.signing_private_key:
        changes["signing_certificates"] = [
            *connection.signing_certificates[1 - MAX_CERTIFICATES :],
            signing_certificate(project, request.signing_private_key, connection.connection_id),
        ]
    if request.saml_encryption_private_key:
        changes["encryption_private_keys"] = _with_key(project, connection, request.saml_encryption_private_key)
    connection = evolve(
        connection,
        **changes,
        saml_connection_implicit_role_assignments=assignments(
            project,
            organization,
            ConnectionImplicitRoleAssignment,
            request.saml_connection_implicit_role_assignments,
            connection.saml_connection_implicit_role_assignments,
        ),
        saml_group_implicit_role_assignments=assignments(
            project,
            organization,
            GroupImplicitRoleAssignment,
            request.saml_group_implicit_role_assignments,
            connection.saml_group_implicit_role_assignments,
        ),
    )
    if connection.saml_group_implicit_role_assignments and "groups" not in (connection.attribute_mapping or {}):
        message = "Roles of groups need groups in the attribute_mapping."
        raise EmulatedError("saml_connection_attribute_mapping_missing_groups_key", message)
    return _with_status(connection)


def from_metadata(project: Project, connection: SAMLConnection, url: str) -> SAMLConnection:
    """Return a connection with the made-up metadata of an identity provider: its entity id is their URL."""
    check_url(url or " ", "invalid_saml_metadata_url", "metadata_url")
    if connection.idp_entity_id != url or not connection.verification_certificates:
        made = certificate(project, None, url)
        connection = evolve(connection, idp_entity_id=url, idp_sso_url=url, verification_certificates=[made])
    return _with_status(connection)


def _check(request: UpdateConnection) -> None:
    check_names(request.display_name, request.identity_provider)
    check_url(request.idp_sso_url, "saml_connection_idp_sso_url_invalid_format", "idp_sso_url")
    check_url(request.alternative_acs_url, "bad_request", "alternative_acs_url")
    for name in ("idp_entity_id", "alternative_audience_uri", "nameid_format"):
        if len(getattr(request, name) or "") > _MAX_TEXT:
            raise EmulatedError("invalid_idp_entity_id" if name == "idp_entity_id" else "bad_request", f"{name} is too long.")
    mapping = request.attribute_mapping
    if mapping is None:
        return
    check_mapping(mapping)
    if not all(isinstance(value, str) for value in mapping.values()):
        message = "attribute_mapping has a string for each key."
        raise EmulatedError("saml_connection_no_nested_keys_in_attribute_mapping", message)
    if not mapping.get("email"):
        raise EmulatedError("saml_connection_email_mapping_required", "attribute_mapping needs email.")
    if not any(all(mapping.get(name) for name in names) for names in _NAMES):
        message = "attribute_mapping needs full_name, or first_name and last_name."
        raise EmulatedError("saml_connection_name_mapping_required", message)


def _with_key(project: Project, connection: SAMLConnection, key: str) -> list[EncryptionPrivateKey]:
    check_private_key(key)
    kept = [each for each in connection.encryption_private_keys if each.private_key != key]
    if len(kept) >= MAX_CERTIFICATES:
        raise EmulatedError("too_many_encryption_certificates", f"A connection has at most {MAX_CERTIFICATES} encryption keys.")
    if len(kept) < len(connection.encryption_private_keys):
        return connection.encryption_private_keys
    key_id = project.new_id("saml-encryption-key")
    return [*kept, EncryptionPrivateKey(private_key_id=key_id, private_key=key, created_at=project.clock.now())]


def _with_status(connection: SAMLConnection) -> SAMLConnection:
    needed = (
        connection.idp_entity_id,
        connection.idp_sso_url,
        connection.attribute_mapping,
        connection.verification_certificates,
    )
    return evolve(connection, status="active" if all(needed) else "pending")
