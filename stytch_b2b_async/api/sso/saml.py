"""SAML connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stytch_b2b_async.api._shared.connections import ConnectionPath, CreateSSOConnectionParams, SAMLConnectionResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Response, delete, post, put
from stytch_b2b_async.models.enums import SsoIdentityProvider
from stytch_b2b_async.models.sso import SAMLConnectionImplicitRoleAssignment, SAMLGroupImplicitRoleAssignment
from stytch_b2b_async.schema import InPath, JSONObject, OrMapping, Secret, frozen


@post("/v1/b2b/sso/saml/{organization_id}", Effect.ACTS_ONCE)
class CreateConnection(CreateSSOConnectionParams[SAMLConnectionResponse]):
    """Create a SAML connection, which is pending until `update_connection` or `update_by_url` has completed it.

    Configure its `acs_url` and `audience_uri` at the identity provider.

    - `identity_provider`: one that the API knows, or `generic`.

    Raises BadRequestError (`duplicate_saml_connection`, `too_many_sso_connections`), OrganizationNotFoundError,
    SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/sso/saml/create-saml-connection.
    """


@put("/v1/b2b/sso/saml/{organization_id}/connections/{connection_id}", Effect.ACTS_ONCE)  # may create a certificate
class UpdateConnection(ConnectionPath[SAMLConnectionResponse]):
    """Update a SAML connection; omitted fields stay unchanged.

    It becomes active once it has `idp_entity_id`, `idp_sso_url`, `attribute_mapping` and an `x509_certificate`.

    - `idp_entity_id`, `idp_sso_url`: the identity provider's entity id, and its endpoint for login requests.
    - `attribute_mapping`: the API's attribute names, and the identity provider's name of each: `email`, with `full_name` or
      `first_name` and `last_name`, and `groups` if roles depend on them.
    - `x509_certificate`: in PEM: verifies the identity provider's assertions; a connection has at most five.
    - `signing_private_key`: an RSA key in PKCS#1 PEM: signs login requests; the API creates a new certificate for it.
    - `saml_encryption_private_key`: an RSA key in PKCS#1 PEM: decrypts assertions.
    - `saml_connection_implicit_role_assignments`: roles that a login through the connection grants.
    - `saml_group_implicit_role_assignments`: roles that it grants to members of a group of the identity provider.
    - `nameid_format`: default `urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress`.
    - `alternative_acs_url`, `alternative_audience_uri`: for an identity provider that is configured for another system; requests
      to that URL must be forwarded to the `acs_url`.
    - `idp_initiated_auth_disabled`: reject logins that start at the identity provider; default False.

    Raises NotFoundError (`saml_connection_not_found`), BadRequestError (`invalid_x509_certificate`,
    `too_many_sso_verification_certificates`, `saml_…` for what is missing or malformed), SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/sso/saml/update-saml-connection.
    """

    idp_entity_id: str | None = None
    display_name: str | None = None
    attribute_mapping: JSONObject | None = None
    x509_certificate: str | None = None
    idp_sso_url: str | None = None
    saml_connection_implicit_role_assignments: Sequence[OrMapping[SAMLConnectionImplicitRoleAssignment]] | None = None
    saml_group_implicit_role_assignments: Sequence[OrMapping[SAMLGroupImplicitRoleAssignment]] | None = None
    alternative_audience_uri: str | None = None
    identity_provider: SsoIdentityProvider | None = None
    signing_private_key: Secret | None = None
    nameid_format: str | None = None
    alternative_acs_url: str | None = None
    idp_initiated_auth_disabled: bool | None = None
    saml_encryption_private_key: Secret | None = None
    allow_gateway_callback: bool | None = None


@put("/v1/b2b/sso/saml/{organization_id}/connections/{connection_id}/url", Effect.REPEATABLE)
class UpdateByURL(ConnectionPath[SAMLConnectionResponse]):
    """Update a SAML connection from the identity provider's metadata.

    The metadata contains the entity id, SSO URL and certificates; set the `attribute_mapping` with `update_connection`.

    Raises NotFoundError (`saml_connection_not_found`), BadRequestError (`invalid_saml_metadata_url`,
    `invalid_xml_from_saml_metadata_url`), SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/sso/saml/update-saml-connection-by-metadata-url.
    """

    metadata_url: str


@frozen
class DeleteVerificationCertificateResponse(Response):
    """The id of the deleted certificate."""

    certificate_id: str


@delete(
    "/v1/b2b/sso/saml/{organization_id}/connections/{connection_id}/verification_certificates/{certificate_id}",
    Effect.REPEATABLE,
)
class DeleteVerificationCertificate(ConnectionPath[DeleteVerificationCertificateResponse]):
    """Delete a certificate that the identity provider no longer uses.

    An active connection keeps at least one.

    Raises BadRequestError (`cannot_delete_last_sso_verification_key`), NotFoundError (`sso_verification_key_not_found`),
    SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/sso/saml/delete-saml-verification-certificate.
    """

    certificate_id: InPath


@frozen
class DeleteEncryptionPrivateKeyResponse(Response):
    """The id of the deleted key."""

    private_key_id: str


@delete(
    "/v1/b2b/sso/saml/{organization_id}/connections/{connection_id}/encryption_private_keys/{private_key_id}",
    Effect.REPEATABLE,
)
class DeleteEncryptionPrivateKey(ConnectionPath[DeleteEncryptionPrivateKeyResponse]):
    """Delete a private key for the decryption of assertions.

    Raises NotFoundError (`sso_encryption_private_key_not_found`), SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/delete-encryption-private-key.
    """

    private_key_id: InPath


class SSOSAML(Namespace[Mode]):
    """SAML connections."""

    create_connection: Final = Endpoint(CreateConnection)
    update_connection: Final = Endpoint(UpdateConnection)
    update_by_url: Final = Endpoint(UpdateByURL)
    delete_verification_certificate: Final = Endpoint(DeleteVerificationCertificate)
    delete_encryption_private_key: Final = Endpoint(DeleteEncryptionPrivateKey)
