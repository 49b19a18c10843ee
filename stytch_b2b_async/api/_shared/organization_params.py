"""Shared parameters of organizations, members and pagination."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.models.bounded import ExternalId, PageLimit, Slug
from stytch_b2b_async.models.enums import AllowedMethods, ConnectedAppsAllowedType, MfaPolicy, Provisioning, RestrictedProvisioning
from stytch_b2b_async.models.organization import EmailImplicitRoleAssignment
from stytch_b2b_async.schema import InPath, JSONObject, OrMapping, frozen

R = TypeVar("R")


@frozen
class OrganizationPath(Request[R]):
    """The organization that a call is about.

    - `organization_id`: or its slug, or its external id.
    """

    organization_id: InPath


@frozen
class MemberPath(OrganizationPath[R]):
    """The member that a call is about.

    - `member_id`: or the member's external id.
    """

    member_id: InPath


@frozen
class PageParams(Request[R]):
    """Pagination of a search.

    - `limit`: items in one page, at most 1000; default 100.
    - `cursor`: `next_cursor` of the previous page.
    """

    cursor: str | None = None
    limit: PageLimit | None = None


@frozen
class OrganizationParams(Request[R]):
    """Settings of an organization. In an update, omitted fields stay unchanged.

    - `organization_slug`: 2 to 128 of `A-Z a-z 0-9 - . _ ~`, not without a letter or digit; unique in the project.
    - `organization_external_id`: your own id, at most 128 of `A-Z a-z 0-9 . _ | -`; unique in the project.
    - `trusted_metadata`: at most 20 keys and 4 KB; an update merges the top-level keys, and None deletes one.
    - `sso_jit_provisioning`: who becomes a member by logging in through SSO; default ALL_ALLOWED.
    - `email_jit_provisioning`: who becomes a member by authenticating an email address; RESTRICTED to `email_allowed_domains`;
      default NOT_ALLOWED.
    - `email_invites`: who may be invited by email; RESTRICTED to `email_allowed_domains`; default ALL_ALLOWED if no setting about
      joining and logging in is given, NOT_ALLOWED otherwise.
    - `email_allowed_domains`: domains in which not everybody can get an address: free mail providers are rejected.
    - `auth_methods`, `mfa_methods`: default ALL_ALLOWED; RESTRICTED to `allowed_auth_methods` and `allowed_mfa_methods`.
    - `allowed_auth_methods`: `sso`, `magic_link`, `email_otp`, `password`, `google_oauth`, `microsoft_oauth`, `slack_oauth`,
      `github_oauth`, `hubspot_oauth`.
    - `allowed_mfa_methods`: `sms_otp`, `totp`.
    - `mfa_policy`: default OPTIONAL; a change does not end active sessions.
    - `rbac_email_implicit_role_assignments`: roles of every member with an address in a domain.
    - `oauth_tenant_jit_provisioning`: who becomes a member by OAuth; RESTRICTED to `allowed_oauth_tenants`; default NOT_ALLOWED.
    - `allowed_oauth_tenants`: lists of tenant ids by provider: `slack`, `hubspot`, `github`.
    - `first_party_connected_apps_allowed_type`, `third_party_connected_apps_allowed_type`: default ALL_ALLOWED; RESTRICTED
      to the ids in `allowed_first_party_connected_apps` and `allowed_third_party_connected_apps`.
    """

    organization_slug: Slug | None = None
    organization_logo_url: str | None = None
    organization_external_id: ExternalId | None = None
    trusted_metadata: JSONObject | None = None
    sso_jit_provisioning: Provisioning | None = None
    email_allowed_domains: Sequence[str] | None = None
    email_jit_provisioning: RestrictedProvisioning | None = None
    email_invites: Provisioning | None = None
    auth_methods: AllowedMethods | None = None
    allowed_auth_methods: Sequence[str] | None = None
    mfa_policy: MfaPolicy | None = None
    rbac_email_implicit_role_assignments: Sequence[OrMapping[EmailImplicitRoleAssignment]] | None = None
    mfa_methods: AllowedMethods | None = None
    allowed_mfa_methods: Sequence[str] | None = None
    oauth_tenant_jit_provisioning: RestrictedProvisioning | None = None
    allowed_oauth_tenants: JSONObject | None = None
    first_party_connected_apps_allowed_type: ConnectedAppsAllowedType | None = None
    allowed_first_party_connected_apps: Sequence[str] | None = None
    third_party_connected_apps_allowed_type: ConnectedAppsAllowedType | None = None
    allowed_third_party_connected_apps: Sequence[str] | None = None
