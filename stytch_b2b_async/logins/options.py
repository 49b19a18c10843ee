"""What the calls that finish a login take beside the factor."""

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
    """How the session shall be, that starts when nothing is missing any more: an answer that lacks a factor forgets these.

    - `session_duration_minutes`: 5 to 527040 (366 days); 60 when left out.
    - `session_custom_claims`: claims to merge into the JWT, at most 4 KB in all.
    - `telemetry_id`: from the vendor's device fingerprinting: fills `member_device` in the answer.
    """

    session_duration_minutes: SessionMinutes | None
    session_custom_claims: JSONObject | None
    telemetry_id: str | None


class LoginOptions(SessionOptions, total=False):
    """How the session shall be, and the message if a second factor is asked for.

    - `locale`: language of the text message.
    """

    locale: Locale | None


class SecondFactorOptions(SessionOptions, total=False):
    """How the session shall be, and later logins.

    - `set_mfa_enrollment`: whether later logins need a second factor; ignored where the organization requires it of all members.
    - `set_default_mfa`: make this method the member's default.
    """

    set_mfa_enrollment: MfaEnrollment | None
    set_default_mfa: bool | None


class OrganizationOptions(SessionOptions, total=False):
    """How the session shall be, and a new organization: see `discovery.organizations.create`."""

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
