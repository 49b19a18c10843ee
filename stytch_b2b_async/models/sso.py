"""SSO connections to identity providers of organizations."""

from datetime import datetime
from typing import Any, TypeAlias

from stytch_b2b_async.schema import Model, Secret, frozen

from .enums import ConnectionStatus, SsoIdentityProvider


@frozen
class ConnectionImplicitRoleAssignment(Model):
    """A role that a login through the connection grants."""

    role_id: str


SAMLConnectionImplicitRoleAssignment: TypeAlias = ConnectionImplicitRoleAssignment


@frozen
class GroupImplicitRoleAssignment(Model):
    """A role that a login through the connection grants to members of a group."""

    role_id: str
    group: str
    """The group's name at the identity provider."""


SAMLGroupImplicitRoleAssignment: TypeAlias = GroupImplicitRoleAssignment


@frozen
class SsoX509Certificate(Model):
    """A certificate of a SAML connection."""

    certificate_id: str
    certificate: str
    """In PEM."""
    issuer: str
    created_at: datetime | None = None
    expires_at: datetime | None = None
    updated_at: datetime | None = None


@frozen
class EncryptionPrivateKey(Model):
    """A key that decrypts SAML assertions."""

    private_key_id: str
    private_key: Secret
    created_at: datetime | None = None


@frozen
class SSOConnection(Model):
    """Fields of every SSO connection."""

    organization_id: str
    connection_id: str
    status: ConnectionStatus
    display_name: str


@frozen
class SAMLConnection(SSOConnection):
    """A SAML connection. See https://stytch.com/docs/b2b/api/saml-connection-object."""

    idp_entity_id: str
    """The identity provider's entity id."""
    idp_sso_url: str
    """The identity provider's endpoint for login requests."""
    acs_url: str
    """The URL for the identity provider to send assertions to."""
    audience_uri: str
    """The required audience of assertions."""
    signing_certificates: list[SsoX509Certificate]
    """Verify the signatures of login requests; for the identity provider."""
    verification_certificates: list[SsoX509Certificate]
    """Verify the identity provider's assertions; at most five."""
    encryption_private_keys: list[EncryptionPrivateKey]
    saml_connection_implicit_role_assignments: list[ConnectionImplicitRoleAssignment]
    saml_group_implicit_role_assignments: list[GroupImplicitRoleAssignment]
    alternative_audience_uri: str
    """Accepted instead of `audience_uri`, for an identity provider that is configured for another system."""
    identity_provider: SsoIdentityProvider
    nameid_format: str
    alternative_acs_url: str
    """Sent instead of `acs_url`; requests to it must be forwarded to the `acs_url`."""
    idp_initiated_auth_disabled: bool
    """Whether logins that start at the identity provider are rejected."""
    allow_gateway_callback: bool
    attribute_mapping: dict[str, Any] | None = None
    """The identity provider's attribute for each of `email`, `first_name`, `last_name`, `full_name` and `groups`."""


@frozen
class OIDCConnection(SSOConnection):
    """An OpenID Connect connection. See https://stytch.com/docs/b2b/api/oidc-connection-object."""

    redirect_url: str
    """The URL for the identity provider to redirect members to."""
    client_id: str
    client_secret: Secret
    issuer: str
    authorization_url: str
    token_url: str
    userinfo_url: str
    jwks_url: str
    identity_provider: SsoIdentityProvider
    custom_scopes: str
    """Requested scopes, separated by spaces; `""` stands for `openid email profile`."""
    attribute_mapping: dict[str, Any] | None = None
    """Keys of the member's `trusted_metadata`, and the identity provider's claim for each."""


@frozen
class Connection(SSOConnection):
    """An external connection: one that another organization shares. See https://stytch.com/docs/b2b/api/external-connection-object."""

    external_organization_id: str
    """The organization that shares the connection."""
    external_connection_id: str
    """The id of the shared connection."""
    external_connection_implicit_role_assignments: list[ConnectionImplicitRoleAssignment]
    external_group_implicit_role_assignments: list[GroupImplicitRoleAssignment]
