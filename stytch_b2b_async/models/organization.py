"""Organizations and their settings."""

from datetime import datetime
from typing import Any

from stytch_b2b_async.schema import Model, frozen

from .enums import AllowedMethods, ConnectedAppsAllowedType, MfaPolicy, Provisioning, RestrictedProvisioning, SsoIdentityProvider


@frozen
class ActiveSSOConnection(Model):
    """An SSO connection that members can log in through."""

    connection_id: str
    display_name: str
    identity_provider: SsoIdentityProvider


@frozen
class ActiveSCIMConnection(Model):
    """The SCIM connection that provisions members."""

    connection_id: str
    display_name: str
    bearer_token_last_four: str
    bearer_token_expires_at: datetime | None = None


@frozen
class EmailImplicitRoleAssignment(Model):
    """A role of every member with an email address in a domain."""

    domain: str
    role_id: str


@frozen
class CustomRolePermission(Model):
    """Actions that a custom role grants on a resource."""

    resource_id: str
    actions: list[str]
    """`*` means all."""


@frozen
class CustomRole(Model):
    """A role that an organization defines besides the project's."""

    role_id: str
    description: str
    permissions: list[CustomRolePermission]


@frozen
class Organization(Model):
    """A tenant of a project. See https://stytch.com/docs/b2b/api/organization-object."""

    organization_id: str
    organization_name: str
    organization_logo_url: str
    organization_slug: str
    """Unique in the project; accepted wherever an `organization_id` is."""
    sso_jit_provisioning: Provisioning
    """Who becomes a member by logging in through SSO."""
    sso_jit_provisioning_allowed_connections: list[str]
    sso_active_connections: list[ActiveSSOConnection]
    email_allowed_domains: list[str]
    email_jit_provisioning: RestrictedProvisioning
    """Who becomes a member by verifying an email address; RESTRICTED to `email_allowed_domains`."""
    email_invites: Provisioning
    """Who may be invited by email; RESTRICTED to `email_allowed_domains`."""
    auth_methods: AllowedMethods
    allowed_auth_methods: list[str]
    """Such as `sso`, `magic_link`, `email_otp`, `password`, `google_oauth`; used if `auth_methods` is RESTRICTED."""
    mfa_policy: MfaPolicy
    rbac_email_implicit_role_assignments: list[EmailImplicitRoleAssignment]
    mfa_methods: AllowedMethods
    allowed_mfa_methods: list[str]
    """`sms_otp`, `totp`; used if `mfa_methods` is RESTRICTED."""
    oauth_tenant_jit_provisioning: RestrictedProvisioning
    claimed_email_domains: list[str]
    first_party_connected_apps_allowed_type: ConnectedAppsAllowedType
    allowed_first_party_connected_apps: list[str]
    third_party_connected_apps_allowed_type: ConnectedAppsAllowedType
    allowed_third_party_connected_apps: list[str]
    custom_roles: list[CustomRole]
    trusted_metadata: dict[str, Any] | None = None
    """At most 20 keys and 4 KB."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    organization_external_id: str | None = None
    """Your own id of the organization, unique in the project; accepted wherever an `organization_id` is."""
    sso_default_connection_id: str | None = None
    scim_active_connection: ActiveSCIMConnection | None = None
    allowed_oauth_tenants: dict[str, Any] | None = None
    """Tenant ids by provider (`slack`, `hubspot`, `github`); used if `oauth_tenant_jit_provisioning` is RESTRICTED."""
