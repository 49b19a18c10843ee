"""What the API's documentation leaves open, and what the emulator does there: each guess beside what it concerns."""

from typing import Final

import attrs


@attrs.frozen
class Guess:
    """A behaviour that was chosen as the likeliest, not seen."""

    area: str
    """An operation, such as `sessions.revoke`, or several, such as `organizations.*`."""
    behaviour: str
    """One sentence."""


ORGANIZATIONS_AND_MEMBERS: Final[tuple[Guess, ...]] = (
    Guess(
        "organizations.search, organizations.members.search",
        "Results come oldest first; a limit of 0 is invalid; a cursor belongs to the search that it came from.",
    ),
    Guess("organizations.search, organizations.members.search", "OR is still supported, although it is deprecated."),
    Guess(
        "organizations.members.search",
        "Roles that an email domain implies count for member_roles, as does stytch_member, which every member has.",
    ),
    Guess("organizations.members.search", "Filters by TOTP and OAuth accounts are called member_totp_exists and oauth_providers."),
    Guess(
        "organizations.create, organizations.update",
        "An empty external id or slug is the same as none; only the calls to delete an external id clear it.",
    ),
    Guess(
        "organizations.create, organizations.update",
        "Any organization may claim email domains; one that another organization claims is refused.",
    ),
    Guess("organizations.update", "Closing every way of joining is invalid_organization_auth_factor_setting."),
    Guess(
        "organizations.update",
        "Naming an SSO connection that is not active is invalid_restricted_sso_setting or invalid_sso_default_connection_id.",
    ),
    Guess(
        "organizations.delete",
        "Nothing remains of the members, not even for dangerously_get with include_deleted; shared passwords stay.",
    ),
    Guess(
        "organizations.members.update",
        "Another phone number than the one that the member has is duplicate_member_phone_number_for_member.",
    ),
    Guess("organizations.members.update", "Sessions stay when the email address changes; mailed links to the old address end."),
    Guess("organizations.members.update", "Returning to a retired address gives it its old id."),
    Guess(
        "organizations.members.delete",
        "The address, external id and retired addresses are free for others at once; unlinked passwords are deleted.",
    ),
    Guess(
        "organizations.members.reactivate",
        "What others have taken meanwhile, such as a phone number, is lost; an unknown id is member_not_found.",
    ),
    Guess(
        "organizations.members.unlink_retired_email", "The current address is cannot_delete_email, an unknown one email_not_found."
    ),
    Guess("*", "An id of the other environment is rejected with status 400 before anything is looked up."),
)

SESSIONS: Final[tuple[Guess, ...]] = (
    Guess(
        "sessions.exchange",
        "Factors that prove an email address count in the other organization, as do shared passwords and the same verified phone.",
    ),
    Guess(
        "sessions.exchange",
        "Somebody else than a member is member_not_found; no factor that counts is insufficient_factors_for_session_exchange.",
    ),
    Guess("sessions.exchange", "A session that is exchanged stays active."),
    Guess(
        "sessions.exchange_access_token",
        "A used or expired token is idp_access_token_could_not_be_exchanged, an unknown one idp_access_token_not_found.",
    ),
    Guess("sessions.attest", "A profile names the claims of address, organization and token id; a token is not used up by it."),
    Guess(
        "sessions.migrate",
        "Tokens that the settings do not know are session_not_found; the factor is of the type imported, by imported_auth0.",
    ),
    Guess(
        "sessions.get_jwks",
        "Keys change on demand only; a replaced key stays published for 30 days, then its tokens are not accepted.",
    ),
    Guess("impersonation.authenticate", "An unknown token is answered like a used one; only active members can be impersonated."),
    Guess("impersonation.authenticate", "Extending the session is session_not_mutable."),
)

ROLES: Final[tuple[Guess, ...]] = (
    Guess("organizations.members.reactivate", "A member's session needs stytch.member create."),
    Guess(
        "organizations.members.start_email_update, organizations.members.unlink_retired_email",
        "A member's session needs update.info.email of stytch.member, or of stytch.self for the own addresses.",
    ),
    Guess(
        "organizations.delete_external_id, organizations.members.delete_external_id",
        "A member's session needs update.info.external-id; members may not delete their own.",
    ),
    Guess(
        "organizations.update",
        "Claimed domains need update.settings.claimed-email-domains; apps need .first-party-connected-apps or .third-party-…",
    ),
    Guess(
        "organizations.connected_apps, organizations.members.get_connected_apps",
        "A member's session needs get.connected-apps of the organization or member, and revoke.connected-apps to revoke.",
    ),
    Guess("rbac.policy", "The actions of the API's own resources are those that the emulator checks."),
    Guess("rbac.organizations.set_org_policy", "A role that is removed stays assigned, and grants nothing."),
    Guess(
        "rbac.organizations.set_org_policy",
        "A role id of the project, or one that starts with stytch, is invalid_rbac_custom_role.",
    ),
)

CLIENTS: Final[tuple[Guess, ...]] = (
    Guess("m2m.clients.*", "A client has at most 100 scopes; a secret of its own has 8 to 1024 characters, 5 of them different."),
    Guess("m2m.token", "A wrong secret, an unknown client and an inactive one are invalid_client with status 401."),
    Guess("m2m.token, idp.introspect_token_network", "Credentials in the body go before those of Basic authentication."),
    Guess(
        "connected_app.clients.*",
        "creation_method is MANUAL; access tokens live 5 to 1440 minutes; http redirects may lead to localhost.",
    ),
    Guess("connected_app.clients.*", "Templates of tokens are plain JSON: placeholders are not filled in."),
    Guess(
        "idp.oauth.*",
        "First-party apps need consent for offline_access alone; third-party apps for every scope that was not granted before.",
    ),
    Guess(
        "idp.oauth.*", "Standard scopes are openid, profile, email, phone, offline_access and full_access; others are the policy's."
    ),
    Guess(
        "idp.oauth.authorize",
        "Codes live 10 minutes; public apps must use PKCE; a scope that cannot be granted leads back with invalid_scope.",
    ),
    Guess("idp.introspect_token_network", "Refresh tokens live 30 days, and are replaced when they are used."),
)

LOGINS: Final[tuple[Guess, ...]] = (
    Guess("magic_links.*", "Links stay good when another one is mailed; a malformed token is magic_link_not_found."),
    Guess(
        "magic_links.*", "Links that were used or have expired do not count as failed logins; locked members cannot log in by link."
    ),
    Guess("magic_links.authenticate", "reset_sessions is false."),
    Guess("magic_links.email.login_or_signup, magic_links.email.invite", "Organizations that do not allow links have none mailed."),
    Guess(
        "magic_links.email.invite", "An active member is duplicate_member_email; who may be invited is also asked of pending ones."
    ),
    Guess(
        "magic_links.*",
        "The sandbox member and organization exist from the first call with a sandbox value; sessions of theirs are real ones.",
    ),
    Guess(
        "magic_links.*, passwords.*",
        "Links to an organization carry its slug; the second link of a reset mail carries stytch_redirect_type=login for an hour.",
    ),
    Guess("magic_links.*, passwords.*", "Redirects to another scheme than http and https need a PKCE challenge."),
    Guess(
        "discovery.organizations.create",
        "Default names come from the domain without its last label, or from the local part; the address's login must verify it.",
    ),
    Guess(
        "discovery.organizations.create",
        "Without a verified address, the organization and its pending admin exist; primary_required lists what verifies.",
    ),
    Guess(
        "discovery.*",
        "Joining by email domain needs a mailbox that this or an earlier login verified; otherwise email_verification_required.",
    ),
    Guess(
        "discovery.intermediate_sessions.exchange",
        "People who join are pending members until a primary factor counts; of another organization's factors, only those that"
        " prove the address count.",
    ),
    Guess(
        "organizations.members.start_email_update",
        "Another change replaces the one before; finished, it deletes the password, as organizations.members.update does.",
    ),
    Guess("*.authenticate", "A member whose default is the app gets no code by text."),
)

SSO_AND_SCIM: Final[tuple[Guess, ...]] = (
    Guess("sso.*", "An organization has at most 10 connections; a display name has at most 128 characters."),
    Guess("sso.*", "The first active connection does not become the default one by itself."),
    Guess(
        "sso.saml.update_by_url, sso.oidc.update_connection",
        "Nothing is fetched: what the metadata would say is made up from the URL of the metadata, or of the issuer.",
    ),
    Guess(
        "sso.saml.*", "The id of every certificate begins with saml-verification-key; the newest five signing certificates stay."
    ),
    Guess("sso.delete_connection", "Registrations of members go with a connection; external connections to it become pending."),
    Guess(
        "sso.external.create_connection",
        "An external connection is active at once, and leads to an active SAML or OIDC connection.",
    ),
)

CODES_AND_APPS: Final[tuple[Guess, ...]] = (
    Guess("otps.email.authenticate", "An address without a member is member_not_found."),
    Guess("otps.*", "A code is good for one address or phone number; ten wrong codes end it, and lock the members they were for."),
    Guess("otps.*, totps.authenticate", "A code of the wrong form does not count as a failed login; a used or expired one does."),
    Guess("otps.sms.send", "A number in any country can be texted; no message bounces, and nobody has unsubscribed."),
    Guess("otps.sms.send", "Another number than the one that the member has is duplicate_member_phone_number_for_member."),
    Guess(
        "otps.sms.send, totps.create",
        "Who has a confirmed second factor needs a session with one to register another, else no_associated_session_passed_in.",
    ),
    Guess("otps.sms.authenticate, totps.authenticate", "An unknown set_mfa_enrollment is invalid_argument."),
    Guess(
        "otps.sms.authenticate, totps.authenticate, recovery_codes.recover",
        "An intermediate session from discovery is good for any organization whose requirements its factors meet.",
    ),
    Guess("totps.create", "The member shows totp_registration_id from the first code on; a QR code is a PNG image."),
    Guess("totps.create", "A registration without its first code is pending_totp_exists until it expires or is deleted."),
    Guess("totps.authenticate", "Codes of the 30 seconds before and after are accepted, but none older than the last one used."),
    Guess(
        "totps.migrate",
        "It needs no first code; a secret has 10 to 64 bytes, else invalid_argument; recovery codes have 1 to 128 characters.",
    ),
    Guess("totps.migrate", "A member with an authenticator app, confirmed or not, is recovery_codes_already_exist."),
    Guess(
        "recovery_codes.*", "Ten codes of the form a1b2-c3d4-e5f6; codes of an app that is not confirmed can be read and rotated."
    ),
    Guess("passwords.migrate", "Phone numbers are rejected as by organizations.members.update; a scrypt salt has 1 to 1024 bytes."),
    Guess("passwords.migrate", "Hashes that take about a second to check are too expensive, and rejected by their parameters."),
    Guess("recovery_codes.recover", "It counts as the method totp for allowed_mfa_methods."),
    Guess(
        "organizations.members.start_email_update",
        "An address that another member has taken meanwhile is otp_code_not_found or unable_to_verify_member_email_update.",
    ),
    Guess("organizations.members.delete", "The authenticator app ends, also for a member who is reactivated."),
)

CONTROL: Final[tuple[Guess, ...]] = ()

GUESSES: Final[tuple[Guess, ...]] = (
    *ORGANIZATIONS_AND_MEMBERS,
    *SESSIONS,
    *ROLES,
    *CLIENTS,
    *LOGINS,
    *CODES_AND_APPS,
    *SSO_AND_SCIM,
    *CONTROL,
)
"""All guesses."""
