"""The flows: what programs do with the API, each in a project of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from stytch_b2b_async.emulator import Emulator

from .parties import OLD_SESSION, PROFILE, certificate, choose, post_form, private_key, trusted_token

ADA = "ada@example.com"
PASSWORD, OTHER_PASSWORD = "wobbly-teapot-orbits-47", "sleepy-walrus-juggles-93"


class Call(Protocol):
    """Call an endpoint of the vendor's SDK by its operation."""

    async def __call__(self, operation: str, /, **arguments: Any) -> Any:
        """Return the response."""
        ...


Flow: TypeAlias = Callable[[Call, Emulator], Awaitable[None]]


async def organizations(call: Call, _: Emulator) -> None:
    """Create, change, find and delete an organization."""
    made = await call("organizations.create", organization_name="Acme", organization_slug="acme", trusted_metadata={"a": 1})
    reference = {"organization_id": made.organization.organization_id}
    assert (await call("organizations.get", **reference)).organization.trusted_metadata == {"a": 1}
    changed = await call("organizations.update", **reference, organization_name="Acme 2", trusted_metadata={"b": 2})
    assert changed.organization.trusted_metadata == {"a": 1, "b": 2}
    found = await call("organizations.search", limit=10)
    assert [one.organization_id for one in found.organizations] == [made.organization.organization_id]
    await call("organizations.metrics", **reference)
    await call("organizations.delete", **reference)


async def members(call: Call, stytch: Emulator) -> None:
    """Create, change, find, delete and reactivate a member."""
    made = await call("organizations.create", organization_name="Acme", organization_slug="acme")
    organization = {"organization_id": made.organization.organization_id}
    member = await call("organizations.members.create", **organization, email_address=ADA, name="Ada")
    both = {**organization, "member_id": member.member_id}
    assert (await call("organizations.members.get", **both)).member.name == "Ada"
    assert (await call("organizations.members.update", **both, name="Ada L.")).member.name == "Ada L."
    found = await call("organizations.members.search", organization_ids=[made.organization.organization_id])
    assert [one.member_id for one in found.members] == [member.member_id]
    await call("organizations.members.dangerously_get", member_id=member.member_id)
    await _logged_in(stytch)  # which verifies the address
    await call("organizations.members.delete", **both)
    assert (await call("organizations.members.reactivate", **both)).member.status == "active"


async def passwords(call: Call, stytch: Emulator) -> None:
    """Set a password by mail, log in, change it in every way, migrate another one."""
    organization = await _tenant(call)
    await call("passwords.strength_check", password=PASSWORD, email_address=ADA)
    await call("passwords.email.reset_start", **organization, email_address=ADA)
    reset = await call("passwords.email.reset", password_reset_token=stytch.outbox.last().token, password=PASSWORD)
    assert reset.member_authenticated
    login = await call("passwords.authenticate", **organization, email_address=ADA, password=PASSWORD)
    await call("passwords.sessions.reset", **organization, session_token=login.session_token, password=OTHER_PASSWORD)
    changed = {"email_address": ADA, "existing_password": OTHER_PASSWORD, "new_password": PASSWORD}
    await call("passwords.existing_password.reset", **organization, **changed)
    await call("passwords.email.require_reset", **organization, email_address=ADA)
    md5 = {"hash": "5f4dcc3b5aa765d61d8327deb882cf99", "hash_type": "md_5"}
    await call("passwords.migrate", **organization, email_address="grace@example.com", **md5)


async def discovery(call: Call, stytch: Emulator) -> None:
    """Log in with a password before choosing the organization, then create another one."""
    organization = await _tenant(call)
    await call("passwords.discovery.email.reset_start", email_address=ADA)
    token = stytch.outbox.last().token
    reset = await call("passwords.discovery.email.reset", password_reset_token=token, password=PASSWORD)
    assert len(reset.discovered_organizations) == 1
    found = await call("passwords.discovery.authenticate", email_address=ADA, password=PASSWORD)
    intermediate = {"intermediate_session_token": found.intermediate_session_token}
    await call("discovery.organizations.list", **intermediate)
    assert (await call("discovery.intermediate_sessions.exchange", **intermediate, **organization)).member_authenticated
    again = await call("passwords.discovery.authenticate", email_address=ADA, password=PASSWORD)
    intermediate = {"intermediate_session_token": again.intermediate_session_token}
    await call("discovery.organizations.create", **intermediate, organization_name="Other", organization_slug="other")


async def sessions(call: Call, stytch: Emulator) -> None:
    """Authenticate, list, exchange and revoke sessions; check a JWT with the published keys."""
    await _tenant(call)
    login = await _logged_in(stytch)
    organization = {"organization_id": login.organization.organization_id}
    await call("sessions.get_jwks", project_id=stytch.project_id)
    await call("sessions.authenticate", session_token=login.session_token, session_duration_minutes=30)
    await call("sessions.authenticate", session_jwt=login.session_jwt)
    await call("sessions.get", **organization, member_id=login.member.member_id)
    other = await call("organizations.create", organization_name="Other", organization_slug="other")
    there = {"organization_id": other.organization.organization_id}
    await call("organizations.members.create", **there, email_address=login.member.email_address)
    await call("sessions.exchange", **there, session_token=login.session_token)
    await call("sessions.revoke", member_id=login.member.member_id)


async def roles(call: Call, _: Emulator) -> None:
    """Read the policies."""
    organization = await _tenant(call)
    await call("rbac.policy")
    await call("rbac.organizations.get_org_policy", **organization)
    await call("project.metrics")


async def m2m(call: Call, _: Emulator) -> None:
    """Create a machine client, rotate its secret, find and delete it."""
    made = await call("m2m.clients.create", scopes=["read:documents"], client_name="backup")
    client = {"client_id": made.m2m_client.client_id}
    await call("m2m.clients.get", **client)
    await call("m2m.clients.update", **client, client_name="restore")
    await call("m2m.clients.search", limit=5)
    await call("m2m.clients.secrets.rotate_start", **client)
    await call("m2m.clients.secrets.rotate_cancel", **client)
    await call("m2m.clients.secrets.rotate_start", **client)
    await call("m2m.clients.secrets.rotate", **client)
    await call("m2m.clients.delete", **client)


async def connected_apps(call: Call, _: Emulator) -> None:
    """Create a connected app's client, rotate its secret, find and delete it."""
    made = await call("connected_app.clients.create", client_type="first_party", redirect_urls=["https://app.example.com/callback"])
    client = {"client_id": made.connected_app.client_id}
    await call("connected_app.clients.get", **client)
    await call("connected_app.clients.update", **client, client_name="App")
    await call("connected_app.clients.search", limit=5)
    await call("connected_app.clients.secrets.rotate_start", **client)
    await call("connected_app.clients.secrets.rotate", **client)
    await call("connected_app.clients.delete", **client)


async def magic_links(call: Call, stytch: Emulator) -> None:
    """Log in by mail, into an organization and before one is chosen; invite somebody."""
    organization = await _tenant(call)
    await call("magic_links.email.login_or_signup", **organization, email_address=ADA)
    assert (await call("magic_links.authenticate", magic_links_token=stytch.outbox.last().token)).member_authenticated
    await call("magic_links.email.invite", **organization, email_address="grace@example.com")
    await call("magic_links.authenticate", magic_links_token=stytch.outbox.last().token)
    await call("magic_links.email.discovery.send", email_address=ADA)
    await call("magic_links.discovery.authenticate", discovery_magic_links_token=stytch.outbox.last().token)


async def passcodes(call: Call, stytch: Emulator) -> None:
    """Log in by a code that was mailed, and use one sent by text message."""
    organization = await _tenant(call)
    await call("otps.email.login_or_signup", **organization, email_address=ADA)
    login = await call("otps.email.authenticate", **organization, email_address=ADA, code=stytch.outbox.last().code)
    await call("otps.email.discovery.send", email_address=ADA)
    await call("otps.email.discovery.authenticate", email_address=ADA, code=stytch.outbox.last().code)
    both = {**organization, "member_id": login.member_id}
    await call("otps.sms.send", **both, mfa_phone_number="+12025550162")
    code = stytch.outbox.last(to="+12025550162").code
    await call("otps.sms.authenticate", **both, code=code, session_token=login.session_token)


async def sso_and_scim(call: Call, _: Emulator) -> None:
    """Create, change and delete connections."""
    organization = await _tenant(call)
    saml = await call("sso.saml.create_connection", **organization, display_name="Okta")
    await call("sso.saml.update_connection", **organization, connection_id=saml.connection.connection_id, display_name="Okta 2")
    oidc = await call("sso.oidc.create_connection", **organization, display_name="Entra")
    await call("sso.oidc.update_connection", **organization, connection_id=oidc.connection.connection_id, display_name="Entra 2")
    await call("sso.get_connections", **organization)
    await call("sso.delete_connection", **organization, connection_id=saml.connection.connection_id)
    scim = await call("scim.connection.create", **organization, display_name="Okta")
    await call("scim.connection.get", **organization)
    await call("scim.connection.delete", **organization, connection_id=scim.connection.connection_id)


async def external_ids(call: Call, _: Emulator) -> None:
    """Give and take external ids, phone numbers and passwords; retire an address."""
    organization = await _tenant(call)
    both = {**organization, "member_id": await _member_id(call, organization)}
    await call("organizations.update", **organization, organization_external_id="org-1")
    await call("organizations.delete_external_id", **organization)
    await call("organizations.members.update", **both, external_id="ada", mfa_phone_number="+12025550162")
    await call("organizations.members.delete_external_id", **both)
    await call("organizations.members.delete_mfa_phone_number", **both)
    await call("organizations.members.update", **both, email_address="countess@example.com")
    await call("organizations.members.unlink_retired_email", **both, email_address=ADA)
    await call("debug.whoami")


async def email_updates(call: Call, stytch: Emulator) -> None:
    """Change a verified address by link."""
    organization = await _tenant(call)
    login = await _logged_in(stytch, organization)
    both = {**organization, "member_id": login.member.member_id}
    await call("organizations.members.start_email_update", **both, email_address="countess@example.com")
    await call("magic_links.authenticate", magic_links_token=stytch.outbox.last(to="countess@example.com").token)


async def authenticator_apps(call: Call, stytch: Emulator) -> None:
    """Register an app, log in with it and with a recovery code, delete it, migrate another one."""
    organization = await _tenant(call)
    login = await _logged_in(stytch, organization)
    both = {**organization, "member_id": login.member.member_id}
    session = {"session_token": login.session_token}
    app = await call("totps.create", **both)
    await call("totps.authenticate", **both, **session, code=stytch.totp_code(app.secret))
    codes = await call("recovery_codes.get", **both)
    await call("recovery_codes.recover", **both, **session, recovery_code=codes.recovery_codes[0])
    await call("recovery_codes.rotate", **both)
    await call("organizations.members.delete_totp", **both)
    await call("totps.migrate", **both, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", recovery_codes=["a1b2-c3d4-e5f6"])


async def impersonation(call: Call, stytch: Emulator) -> None:
    """Log in as a member, for support."""
    member_id = await _member_id(call, await _tenant(call))
    token = await asyncio.to_thread(stytch.impersonate, member_id)
    assert (await call("impersonation.authenticate", impersonation_token=token)).member_id == member_id


async def policies(call: Call, _: Emulator) -> None:
    """Give an organization a role of its own."""
    organization = await _tenant(call)
    role = {
        "role_id": "support",
        "description": "",
        "permissions": [{"resource_id": "stytch.member", "actions": ["update.info.name"]}],
    }
    await call("rbac.organizations.set_org_policy", **organization, org_policy={"roles": [role]})
    found = await call("rbac.organizations.get_org_policy", **organization)
    assert [each.role_id for each in found.org_policy.roles] == ["support"]


async def providers(call: Call, stytch: Emulator) -> None:
    """Log in at every provider, also before an organization is chosen, and read the accounts."""
    organization = await _tenant(call)
    both = {**organization, "member_id": (await _logged_in(stytch, organization)).member.member_id}
    for provider in ("google", "microsoft", "github", "hubspot", "slack"):
        session = {"session_token": (await _logged_in(stytch, organization)).session_token}
        person = {"email_address": ADA, **({} if provider in {"google", "microsoft"} else {"tenants": "T1"})}
        token = await choose(stytch, f"/v1/b2b/public/oauth/{provider}/start", person, **organization)
        await call("oauth.authenticate", oauth_token=token, **session)
        await call(f"organizations.members.oauth_providers.{provider}", **both)
    token = await choose(stytch, "/v1/b2b/public/oauth/google/discovery/start", {"email_address": ADA})
    assert (await call("oauth.discovery.authenticate", discovery_oauth_token=token)).discovered_organizations


async def sso_logins(call: Call, stytch: Emulator) -> None:
    """Log in through a connection, and read the account behind it."""
    organization = await _tenant(call)
    oidc = await call("sso.oidc.create_connection", **organization)
    connection = {"connection_id": oidc.connection.connection_id}
    provider = {"issuer": "https://idp.example", "client_id": "app", "client_secret": "made up"}
    await call("sso.oidc.update_connection", **organization, **connection, **provider)
    token = await choose(stytch, "/v1/public/sso/start", {"email_address": ADA}, **connection)
    login = await call("sso.authenticate", sso_token=token)
    await call("organizations.members.oidc_providers", **organization, member_id=login.member_id)


async def saml_keys(call: Call, _: Emulator) -> None:
    """Complete a SAML connection, by hand and by its metadata; delete a certificate and a key; lend it to others."""
    organization = await _tenant(call)
    saml = await call("sso.saml.create_connection", **organization)
    names = {**organization, "connection_id": saml.connection.connection_id}
    await call("sso.saml.update_by_url", **names, metadata_url="https://idp.example/metadata")
    mapping = {"attribute_mapping": {"email": "mail", "full_name": "name"}, "idp_sso_url": "https://idp.example/sso"}
    whole = await call("sso.saml.update_connection", **names, **mapping, saml_encryption_private_key=private_key())
    certificates, keys = whole.connection.verification_certificates, whole.connection.encryption_private_keys
    await call("sso.saml.delete_encryption_private_key", **names, private_key_id=keys[0].private_key_id)
    if len(certificates) == 1:
        more = await call("sso.saml.update_connection", **names, x509_certificate=certificate())
        certificates = more.connection.verification_certificates
    await call("sso.saml.delete_verification_certificate", **names, certificate_id=certificates[0].certificate_id)
    other = await call("organizations.create", organization_name="Other", organization_slug="other")
    there = {"organization_id": other.organization.organization_id}
    lent = {"external_organization_id": organization["organization_id"], "external_connection_id": names["connection_id"]}
    external = await call("sso.external.create_connection", **there, **lent)
    borrowed = {"connection_id": external.connection.connection_id}
    await call("sso.external.update_connection", **there, **borrowed, display_name="Lent")


async def scim_rotation(call: Call, _: Emulator) -> None:
    """Change a connection, rotate its token, and list its groups."""
    organization = await _tenant(call)
    made = await call("scim.connection.create", **organization)
    names = {**organization, "connection_id": made.connection.connection_id}
    await call("scim.connection.update", **names, display_name="Okta")
    await call("scim.connection.rotate_start", **names)
    await call("scim.connection.rotate_cancel", **names)
    await call("scim.connection.rotate_start", **names)
    await call("scim.connection.rotate_complete", **names)
    await call("scim.connection.get_groups", **names)


async def app_grants(call: Call, stytch: Emulator) -> None:
    """Let a member grant a connected app access, exchange its token for a session, list and revoke the grant."""
    organization = await _tenant(call)
    both = {**organization, "member_id": await _member_id(call, organization)}
    redirect = "https://app.example.com/callback"
    kind = {"client_type": "first_party", "redirect_urls": [redirect], "full_access_allowed": True}
    app = (await call("connected_app.clients.create", **kind)).connected_app
    asks = {
        **both,
        "client_id": app.client_id,
        "redirect_uri": redirect,
        "response_type": "code",
        "scopes": ["openid", "full_access"],
    }
    await call("idp.oauth.authorize_start", **asks)
    granted = await call("idp.oauth.authorize", **asks, consent_granted=True)
    client = {"client_id": app.client_id, "client_secret": app.client_secret}
    form = {**client, "grant_type": "authorization_code", "code": granted.authorization_code, "redirect_uri": redirect}
    tokens = await post_form(f"{stytch.url}/v1/public/{stytch.project_id}/oauth2/token", form)
    await call("idp.introspect_token_network", **client, token=tokens["access_token"])
    await call("sessions.exchange_access_token", access_token=tokens["access_token"])
    await call("organizations.connected_apps", **organization)
    named = {"connected_app_id": app.client_id}
    await call("organizations.get_connected_app", **organization, **named)
    await call("organizations.members.get_connected_apps", **both)
    await call("organizations.members.connected_apps.revoke", **both, **named)
    await call("connected_app.clients.secrets.rotate_start", client_id=app.client_id)
    await call("connected_app.clients.secrets.rotate_cancel", client_id=app.client_id)


async def machine_tokens(call: Call, _: Emulator) -> None:
    """Get a token of a machine client."""
    made = (await call("m2m.clients.create", scopes=["read:documents"])).m2m_client
    await call("m2m.token", client_id=made.client_id, client_secret=made.client_secret)


async def other_systems(call: Call, _: Emulator) -> None:
    """Start sessions by another system's token and session."""
    organization = await _tenant(call)
    await call("sessions.attest", **organization, profile_id=PROFILE, token=trusted_token(ADA))
    await call("sessions.migrate", **organization, session_token=OLD_SESSION)


async def own_passwords(call: Call, stytch: Emulator) -> None:
    """Delete a password, which can be done only where each organization has its own."""
    organization = await _tenant(call)
    await call("passwords.email.reset_start", **organization, email_address=ADA)
    reset = await call("passwords.email.reset", password_reset_token=stytch.outbox.last().token, password=PASSWORD)
    await call("organizations.members.delete_password", **organization, member_password_id=reset.member.member_password_id)


FLOWS: tuple[Flow, ...] = (
    organizations,
    members,
    passwords,
    discovery,
    sessions,
    roles,
    m2m,
    connected_apps,
    magic_links,
    passcodes,
    sso_and_scim,
    external_ids,
    email_updates,
    authenticator_apps,
    impersonation,
    policies,
    providers,
    sso_logins,
    saml_keys,
    scim_rotation,
    app_grants,
    machine_tokens,
    other_systems,
    own_passwords,
)
ORGANIZATION_SCOPED: frozenset[Flow] = frozenset({own_passwords})
"""Flows in a project whose passwords are not shared between organizations."""


async def _tenant(call: Call) -> dict[str, str]:
    made = await call("organizations.create", organization_name="Acme", organization_slug="acme")
    organization = {"organization_id": made.organization.organization_id}
    await call("organizations.members.create", **organization, email_address=ADA)
    return organization


async def _member_id(call: Call, organization: dict[str, str]) -> str:
    return str((await call("organizations.members.get", **organization, email_address=ADA)).member.member_id)


async def _logged_in(stytch: Emulator, organization: dict[str, str] | None = None) -> Any:
    where = organization["organization_id"] if organization else "acme"
    return await asyncio.to_thread(stytch.log_in, ADA, organization=where)
