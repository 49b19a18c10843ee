"""Optional parameters of the calls that complete a login."""

from collections.abc import Sequence
from typing import TypedDict

from stytch_b2b_async.models.bounded import ExternalId, SessionMinutes, Slug
from stytch_b2b_async.models.enums import (
    AllowedMethods,
    ConnectedAppsAllowedType,
    Locale,
    MfaEnrollment,
    MfaPolicy,
    Provisioning,
    RestrictedProvisioning,
)
from stytch_b2b_async.models.organization import EmailImplicitRoleAssignment
from stytch_b2b_async.schema import JSONObject, OrMapping


class SessionOptions(TypedDict, total=False):
    """Parameters of the new session. Ignored by the API if a factor is still missing.

    - `session_duration_minutes`: 5 to 527040 (366 days); default 60.
    - `session_custom_claims`: claims to merge into the JWT, at most 4 KB in all.
    - `telemetry_id`: from Stytch's device fingerprinting: fills `member_device` in the response.
    """

    session_duration_minutes: SessionMinutes | None
    session_custom_claims: JSONObject | None
    telemetry_id: str | None


class LoginOptions(SessionOptions, total=False):
    """Parameters of the new session, and of the message if a second factor is required.

    - `locale`: language of the text message.
    """

    locale: Locale | None


class SecondFactorOptions(SessionOptions, total=False):
    """Parameters of the new session and of later logins.

    - `set_mfa_enrollment`: whether later logins require MFA; ignored if the organization requires it for all members.
    - `set_default_mfa`: make this method the member's default.
    """

    set_mfa_enrollment: MfaEnrollment | None
    set_default_mfa: bool | None


class OrganizationOptions(SessionOptions, total=False):
    """Parameters of the new session and the new organization: see `discovery.organizations.create`."""

    organization_slug: Slug | None
    organization_logo_url: str | None
    organization_external_id: ExternalId | None
    trusted_metadata: JSONObject | None
    sso_jit_provisioning: Provisioning | None
    email_allowed_domains: Sequence[str] | None
    email_jit_provisioning: RestrictedProvisioning | None
    email_invites: Provisioning | None
    auth_methods: AllowedMethods | None
    allowed_auth_methods: Sequence[str] | None
    mfa_policy: MfaPolicy | None
    rbac_email_implicit_role_assignments: Sequence[OrMapping[EmailImplicitRoleAssignment]] | None
    mfa_methods: AllowedMethods | None
    allowed_mfa_methods: Sequence[str] | None
    oauth_tenant_jit_provisioning: RestrictedProvisioning | None
    allowed_oauth_tenants: JSONObject | None
    first_party_connected_apps_allowed_type: ConnectedAppsAllowedType | None
    allowed_first_party_connected_apps: Sequence[str] | None
    third_party_connected_apps_allowed_type: ConnectedAppsAllowedType | None
    allowed_third_party_connected_apps: Sequence[str] | None
