"""Members of organizations."""

from datetime import datetime
from typing import Any

from stytch_b2b_async.schema import Model, frozen

from .enums import MemberStatus, MfaMethod
from .scim import SCIMRegistration


@frozen
class SSORegistration(Model):
    """A member's identity at an SSO connection."""

    connection_id: str
    external_id: str
    """The member's id at the identity provider."""
    registration_id: str
    sso_attributes: dict[str, Any] | None = None


@frozen
class OAuthRegistration(Model):
    """A member's account at an OAuth provider."""

    provider_type: str
    """Such as `Google`."""
    provider_subject: str
    """The member's id at the provider."""
    member_oauth_registration_id: str
    profile_picture_url: str | None = None
    locale: str | None = None


@frozen
class RetiredEmail(Model):
    """A former email address of the member, reserved in the organization until it is unlinked."""

    email_id: str
    email_address: str


@frozen
class MemberRoleSource(Model):
    """Why a member has a role."""

    type: str
    """Such as `direct_assignment`, `email_assignment`, `sso_connection` or `scim_connection_group`."""
    details: dict[str, Any] | None = None


@frozen
class MemberRole(Model):
    """A role of a member, and where it comes from."""

    role_id: str
    sources: list[MemberRoleSource]


@frozen
class Member(Model):
    """A user in one organization; the same user in another organization is another member.

    Strings that are not set are `""`. See https://stytch.com/docs/b2b/api/member-object.
    """

    organization_id: str
    member_id: str
    email_address: str
    status: MemberStatus
    name: str
    sso_registrations: list[SSORegistration]
    is_breakglass: bool
    """Whether the member may log in by any method, whatever the organization's `auth_methods` and `mfa_methods`."""
    member_password_id: str
    """`""` for a member without a password."""
    oauth_registrations: list[OAuthRegistration]
    email_address_verified: bool
    mfa_phone_number_verified: bool
    is_admin: bool
    """Whether the member has the role `stytch_admin`."""
    totp_registration_id: str
    retired_email_addresses: list[RetiredEmail]
    is_locked: bool
    """Whether the member is locked after too many failed logins."""
    mfa_enrolled: bool
    mfa_phone_number: str
    """In E.164 format, such as `+12025550162`."""
    default_mfa_method: MfaMethod
    """`""` if there is none."""
    roles: list[MemberRole]
    trusted_metadata: dict[str, Any] | None = None
    """At most 20 keys and 4 KB; only a backend may write it."""
    untrusted_metadata: dict[str, Any] | None = None
    """At most 20 keys and 4 KB; a frontend may write it too."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    scim_registration: SCIMRegistration | None = None
    external_id: str | None = None
    """Your own id of the member, unique in the organization; accepted wherever a `member_id` is."""
    lock_created_at: datetime | None = None
    lock_expires_at: datetime | None = None
