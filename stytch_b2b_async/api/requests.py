"""Fields that several requests take, written once."""

from collections.abc import Sequence
from typing import TypeVar

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.models.organization import EmailImplicitRoleAssignment
from stytch_b2b_async.models.words import (
    AllowedMethods,
    ConnectedAppsAllowedType,
    EmailLocale,
    MfaEnrollment,
    MfaPolicy,
    Provisioning,
    RestrictedProvisioning,
)
from stytch_b2b_async.schema import InPath, Object, OrMapping, Secret, frozen

R = TypeVar("R")


@frozen
class StartsSession(Request[R]):
    """How long the session that a call starts or extends shall live, and what its JWT shall say.

    - `session_duration_minutes`: from now on, 5 to 527040 (366 days); left out, 60 for a new session, unchanged for an old one.
    - `session_custom_claims`: claims to merge into the JWT, at most 4 KB in all; None deletes one. Reserved names are ignored.
    """

    session_duration_minutes: int | None = None
    session_custom_claims: Object | None = None


@frozen
class ExtendsSession(StartsSession[R]):
    """A session of the member, by token or by JWT, not both; the new factor is added to it, and its life starts anew."""

    session_token: Secret | None = None
    session_jwt: Secret | None = None


@frozen
class Authenticates(ExtendsSession[R]):
    """What a login by any factor takes.

    - `intermediate_session_token`: factors proven so far, from an answer that asked for more; 10 minutes old at most.
    - `telemetry_id`: from the vendor's device fingerprinting: fills `member_device` in the answer.
    """

    intermediate_session_token: Secret | None = None
    telemetry_id: str | None = None


@frozen
class OfOrganization(Request[R]):
    """The organization that a call is about.

    - `organization_id`: or its slug, or its external id.
    """

    organization_id: InPath


@frozen
class OfMember(OfOrganization[R]):
    """The member that a call is about.

    - `member_id`: or the member's external id.
    """

    member_id: InPath


@frozen
class InPages(Request[R]):
    """Which part of a long answer is wanted.

    - `limit`: items in one page, at most 1000; 100 when left out.
    - `cursor`: where the page begins: `next_cursor` of the page before it.
    """

    cursor: str | None = None
    limit: int | None = None


@frozen
class OrganizationSettings(Request[R]):
    """How an organization is known, and how its members may join and log in. What an update leaves out stays as it is.

    - `organization_slug`: 2 to 128 of `A-Z a-z 0-9 - . _ ~`, not without a letter or digit; unique in the project.
    - `organization_external_id`: the caller's own id, at most 128 of `A-Z a-z 0-9 . _ | -`; unique in the project.
    - `trusted_metadata`: at most 20 keys and 4 KB; an update merges the top-level keys, and None deletes one.
    - `sso_jit_provisioning`: who joins by logging in through SSO; ALL_ALLOWED to begin with.
    - `email_jit_provisioning`: who joins by proving an address, RESTRICTED to `email_allowed_domains`; NOT_ALLOWED to begin with.
    - `email_invites`: who may be invited by email, perhaps RESTRICTED to `email_allowed_domains`; to begin with, ALL_ALLOWED when
      the creation says nothing of joining and logging in, NOT_ALLOWED otherwise.
    - `email_allowed_domains`: none that everybody can have an address in, such as those of free mail providers.
    - `auth_methods`, `mfa_methods`: ALL_ALLOWED to begin with; RESTRICTED needs `allowed_auth_methods`, `allowed_mfa_methods`.
    - `allowed_auth_methods`: `sso`, `magic_link`, `email_otp`, `password`, `google_oauth`, `microsoft_oauth`, `slack_oauth`,
      `github_oauth`, `hubspot_oauth`.
    - `allowed_mfa_methods`: `sms_otp`, `totp`.
    - `mfa_policy`: OPTIONAL to begin with; sessions that live when it changes live on.
    - `rbac_email_implicit_role_assignments`: roles that every member with an address in a domain has.
    - `oauth_tenant_jit_provisioning`: who joins by OAuth, RESTRICTED to `allowed_oauth_tenants`; NOT_ALLOWED to begin with.
    - `allowed_oauth_tenants`: lists of tenant ids by provider: `slack`, `hubspot`, `github`.
    - `first_party_connected_apps_allowed_type`, `third_party_connected_apps_allowed_type`: ALL_ALLOWED to begin with; RESTRICTED
      to the ids in `allowed_first_party_connected_apps`, `allowed_third_party_connected_apps`.
    """

    organization_slug: str | None = None
    organization_logo_url: str | None = None
    organization_external_id: str | None = None
    trusted_metadata: Object | None = None
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
    allowed_oauth_tenants: Object | None = None
    first_party_connected_apps_allowed_type: ConnectedAppsAllowedType | None = None
    allowed_first_party_connected_apps: Sequence[str] | None = None
    third_party_connected_apps_allowed_type: ConnectedAppsAllowedType | None = None
    allowed_third_party_connected_apps: Sequence[str] | None = None


@frozen
class AuthenticatesRedirect(Authenticates[R]):
    """What a login takes that comes back with a token in the query of a redirect.

    - `pkce_code_verifier`: PKCE: needed when the login was started with a `pkce_code_challenge`.
    """

    pkce_code_verifier: Secret | None = None


@frozen
class AuthenticatesMember(Authenticates[R]):
    """A second factor, and the login or session it adds to: one of `intermediate_session_token`, `session_token`, `session_jwt`.

    - `organization_id`: or its slug, or its external id.
    - `member_id`: or the member's external id.
    """

    organization_id: str
    member_id: str


@frozen
class EnrollsMember(AuthenticatesMember[R]):
    """What proving a second factor changes for later logins.

    - `set_mfa_enrollment`: whether later logins need a second factor; ignored where the organization requires it of all members.
    - `set_default_mfa`: make this method the member's default, as the first one that they prove becomes without it.
    """

    set_mfa_enrollment: MfaEnrollment | None = None
    set_default_mfa: bool | None = None


@frozen
class ShowsFactors(Request[R]):
    """What was proven so far, by one of three: an intermediate session (10 minutes old at most), a session's token or its JWT."""

    intermediate_session_token: Secret | None = None
    session_token: Secret | None = None
    session_jwt: Secret | None = None


@frozen
class MailsLogin(Request[R]):
    """A mail with which somebody logs in to an organization, or joins it.

    - `organization_id`: or its slug, or its external id.
    - `login_template_id`, `signup_template_id`: for members, and for those who join; the project's default templates if left out.
    """

    organization_id: str
    email_address: str
    login_template_id: str | None = None
    signup_template_id: str | None = None
    locale: EmailLocale | None = None
    login_expiration_minutes: int | None = None
    signup_expiration_minutes: int | None = None


@frozen
class MailsDiscovery(Request[R]):
    """A mail to somebody who has not chosen an organization yet.

    - `login_template_id`: the project's default template if left out.
    """

    email_address: str
    login_template_id: str | None = None
    locale: EmailLocale | None = None
    discovery_expiration_minutes: int | None = None
