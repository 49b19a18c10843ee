"""SSO connections: logins at an organization's own identity provider."""

from datetime import datetime
from typing import Any, TypeAlias

from stytch_b2b_async.schema import Model, Secret, frozen

from .enums import ConnectionStatus, SsoIdentityProvider


@frozen
class ConnectionImplicitRoleAssignment(Model):
    """A role that a login through the connection brings."""

    role_id: str


SAMLConnectionImplicitRoleAssignment: TypeAlias = ConnectionImplicitRoleAssignment


@frozen
class GroupImplicitRoleAssignment(Model):
    """A role that a login through the connection brings to those in a group."""

    role_id: str
    group: str
    """Its name at the identity provider."""


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
    """What SSO connections of every kind have."""

    organization_id: str
    connection_id: str
    status: ConnectionStatus
    display_name: str


@frozen
class SAMLConnection(SSOConnection):
    """A connection to an identity provider that speaks SAML. See https://stytch.com/docs/b2b/api/saml-connection-object."""

    idp_entity_id: str
    """The identity provider's own name."""
    idp_sso_url: str
    """Where the identity provider takes login requests."""
    acs_url: str
    """Where the identity provider should send its assertions."""
    audience_uri: str
    """The audience that its assertions must name."""
    signing_certificates: list[SsoX509Certificate]
    """What login requests are signed with: for the identity provider to check them."""
    verification_certificates: list[SsoX509Certificate]
    """What the identity provider signs its assertions with; five at most."""
    encryption_private_keys: list[EncryptionPrivateKey]
    saml_connection_implicit_role_assignments: list[ConnectionImplicitRoleAssignment]
    saml_group_implicit_role_assignments: list[GroupImplicitRoleAssignment]
    alternative_audience_uri: str
    """Taken in place of `audience_uri` from an identity provider that was set up for another system."""
    identity_provider: SsoIdentityProvider
    nameid_format: str
    alternative_acs_url: str
    """Sent in place of `acs_url`; the caller passes on to that what arrives here."""
    idp_initiated_auth_disabled: bool
    """Whether logins that begin at the identity provider are refused."""
    allow_gateway_callback: bool
    attribute_mapping: dict[str, Any] | None = None
    """The identity provider's names by the API's: `email`, `first_name`, `last_name`, `full_name`, `groups`."""


@frozen
class OIDCConnection(SSOConnection):
    """A connection to an identity provider that speaks OpenID Connect. See https://stytch.com/docs/b2b/api/oidc-connection-object."""

    redirect_url: str
    """Where the identity provider should send members back to."""
    client_id: str
    client_secret: Secret
    issuer: str
    authorization_url: str
    token_url: str
    userinfo_url: str
    jwks_url: str
    identity_provider: SsoIdentityProvider
    custom_scopes: str
    """What is asked for, separated by spaces; `openid email profile` when `""`."""
    attribute_mapping: dict[str, Any] | None = None
    """What of the identity provider's claims goes to the member's `trusted_metadata`."""


@frozen
class Connection(SSOConnection):
    """A connection of another organization, shared with this one. See https://stytch.com/docs/b2b/api/external-connection-object."""

    external_organization_id: str
    """Whose connection it is."""
    external_connection_id: str
    """The connection's id there."""
    external_connection_implicit_role_assignments: list[ConnectionImplicitRoleAssignment]
    external_group_implicit_role_assignments: list[GroupImplicitRoleAssignment]
