"""A project in which nearly every endpoint can succeed, and the values with which it does: ids, passwords, tokens, codes."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from cryptography.hazmat.primitives import serialization
from fuzz.connections import certificate, private_key
from joserfc import jwt
from joserfc.jwk import ECKey
from support.browser import choose
from support.second_factors import PHONE, texted_code, update, who
from support.tenants import ADA, OTHER_PASSWORD, PASSWORD, Tenant

from stytch_b2b_async.emulator import ProjectSettings, TrustedTokenProfile

Values: TypeAlias = Mapping[str, Any]
"""By the name of a parameter on the wire."""

EVE: Final = "eve@example.com"
GRACE: Final = "grace@example.com"
TESS: Final = "tess@example.com"
REDIRECT: Final = "https://app.example/callback"
_OTHER_PHONE: Final = "+12025550163"
_KEY: Final = ECKey.generate_key("P-256")
_ISSUER: Final = "https://idp.example"
_OLD_SESSION: Final = "session-of-another-system"
_MAPPING: Final = {"email": "mail", "full_name": "name"}
_NO_SESSION: Final = {"X-Stytch-Member-Session": "", "X-Stytch-Member-SessionJWT": ""}
_SSO: Final = "/v1/public/sso/start"


def settings() -> ProjectSettings:
    """Trust another identity system, and lock members late."""
    public = _KEY.public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    profile = TrustedTokenProfile(issuer=_ISSUER, audience="acme", public_keys=[public])
    return ProjectSettings(
        trusted_token_profiles={"profile-1": profile}, external_sessions={_OLD_SESSION: ADA}, failures_before_lock=100
    )


async def furnish(acme: Tenant) -> dict[str, Values]:
    """Fill the project; return the values by pattern of operations, later ones before earlier ones."""
    other = await Tenant.make(acme.stytch, acme.client, organization_slug="other")
    return {
        **await _people(acme, other),
        **await _accounts(acme),
        **await _connections(acme, other),
        **await _m2m(acme),
        **await _connected_apps(acme),
        **await _second_factors(acme),
        **await _logins(acme),
    }


async def _people(acme: Tenant, other: Tenant) -> dict[str, Values]:
    client, organization = acme.client, _of(acme)
    allowed: dict[str, Any] = {"email_allowed_domains": ["example.com"], "email_jit_provisioning": "RESTRICTED"}
    await client.organizations.update(**organization, **allowed)
    await client.organizations.members.create(**organization, email_address=GRACE)
    gone = (await asyncio.to_thread(acme.stytch.log_in, "gone@example.com", organization=acme.organization_id)).member.member_id
    moved = await client.organizations.members.create(**organization, email_address="old@example.com")
    login = await acme.reset()
    assert login.member_session is not None
    await client.organizations.members.update(**organization, member_id=moved.member_id, email_address="new@example.com")
    await client.organizations.members.delete(**organization, member_id=gone)
    await update(acme, roles=["stytch_admin"], external_id="ada", mfa_phone_number=PHONE)
    general = {
        "organization_id": acme.organization_id,
        "member_id": acme.member_id,
        "member_password_id": login.member.member_password_id,
        "member_session_id": login.member_session.member_session_id,
        "email_address": ADA,
        "password": PASSWORD,
        "session_token": login.session_token,
        "session_jwt": "",  # a token and a JWT would be too many
        "project_id": acme.stytch.project_id,
        "X-Stytch-Member-Session": login.session_token,
        "X-Stytch-Member-SessionJWT": login.session_jwt,
        "mfa_phone_number": PHONE,
    }
    token = {"session_token": login.session_token}
    new = {"email_address": EVE, "mfa_phone_number": _OTHER_PHONE}
    return {
        "*": general,
        "organizations.members.create": new,
        "organizations.members.get": {"member_id": acme.member_id, "email_address": ""},
        "organizations.members.search": {"organization_ids": [acme.organization_id]},
        "sessions.authenticate": token,
        "sessions.revoke": {"member_session_id": login.member_session.member_session_id, "member_id": "", "session_token": ""},
        "organizations.members.start_email_update": {"email_address": EVE},
        "organizations.members.reactivate": {"member_id": gone},
        "organizations.members.unlink_retired_email": {"member_id": moved.member_id, "email_address": "old@example.com"},
        "magic_links.email.invite": {"email_address": EVE},
        "passwords.existing_password.reset": {"existing_password": PASSWORD, "new_password": OTHER_PASSWORD},
        "passwords.sessions.reset": {**token, "password": OTHER_PASSWORD},
        "passwords.migrate": {**new, "hash": "5f4dcc3b5aa765d61d8327deb882cf99", "hash_type": "md_5"},
        "sessions.exchange": {**token, "organization_id": other.organization_id},
        "sessions.migrate": {"session_token": _OLD_SESSION},
        "rbac.organizations.set_org_policy": {"org_policy": {"roles": []}},
    }


async def _accounts(acme: Tenant) -> dict[str, Values]:
    """Log in at every provider."""
    for provider in ("github", "google", "hubspot", "microsoft", "slack"):
        path = f"/v1/b2b/public/oauth/{provider}/start"
        person = {"email_address": ADA, **({} if provider in {"google", "microsoft"} else {"tenants": "T1"})}
        _, found = await choose(acme.stytch, path, person, organization_id=acme.organization_id)
        login = await acme.log_in()
        await acme.client.oauth.authenticate(oauth_token=found["token"], session_token=login.session_token)
    return {}


async def _connections(acme: Tenant, other: Tenant) -> dict[str, Values]:
    sso, scim = acme.client.sso, acme.client.scim.connection
    ours, theirs = _of(acme), _of(other)
    complete: dict[str, Any] = {"idp_entity_id": "urn:idp", "idp_sso_url": "https://idp.example/sso", "attribute_mapping": _MAPPING}
    found: dict[str, Any] = {}
    for name, organization in (("saml", ours), ("borrowed", theirs), ("lent", theirs)):
        made = (await sso.saml.create_connection(**organization, display_name="Okta")).connection
        assert made is not None
        keys: dict[str, Any] = {"x509_certificate": certificate(), "saml_encryption_private_key": private_key()}
        updated = await sso.saml.update_connection(**organization, connection_id=made.connection_id, **complete, **keys)
        found[name] = updated.connection
    second: dict[str, Any] = {"connection_id": found["saml"].connection_id, "x509_certificate": certificate()}
    found["saml"] = (await sso.saml.update_connection(**ours, **second)).connection
    oidc = (await sso.oidc.create_connection(**ours, display_name="Entra")).connection
    assert oidc is not None
    provider: dict[str, Any] = {"issuer": "https://idp.example", "client_id": "app", "client_secret": "secret"}
    await sso.oidc.update_connection(**ours, connection_id=oidc.connection_id, **provider)
    shared: dict[str, Any] = {
        "external_organization_id": other.organization_id,
        "external_connection_id": found["borrowed"].connection_id,
    }
    external = (await sso.external.create_connection(**ours, **shared)).connection
    assert external is not None
    connection = {"connection_id": oidc.connection_id}
    _, login = await choose(acme.stytch, _SSO, {"email_address": ADA}, **connection)
    await sso.authenticate(sso_token=login["token"])
    _, login = await choose(acme.stytch, _SSO, {"email_address": ADA}, **connection)
    plain, rotating = (await scim.create(**ours)).connection, (await scim.create(**theirs)).connection
    assert plain is not None
    assert rotating is not None
    await scim.rotate_start(**theirs, connection_id=rotating.connection_id)
    saml, third = found["saml"], await Tenant.make(acme.stytch, acme.client)
    return {
        "sso.saml.*": {"connection_id": saml.connection_id, "metadata_url": "https://idp.example/metadata"},
        "sso.saml.delete_encryption_private_key": {"private_key_id": saml.encryption_private_keys[0].private_key_id},
        "sso.saml.delete_verification_certificate": {"certificate_id": saml.verification_certificates[0].certificate_id},
        "sso.oidc.*": connection,
        "sso.external.*": {"connection_id": external.connection_id},
        "sso.external.create_connection": {**shared, "external_connection_id": found["lent"].connection_id},
        "sso.delete_connection": connection,
        "sso.authenticate": {"sso_token": login["token"]},
        "scim.connection.*": {"connection_id": plain.connection_id},
        "scim.connection.rotate_c*": {**theirs, "connection_id": rotating.connection_id, **_NO_SESSION},
        "scim.connection.create": {"organization_id": third.organization_id, **_NO_SESSION},
    }


async def _m2m(acme: Tenant) -> dict[str, Values]:
    clients = acme.client.m2m.clients
    made = [(await clients.create(scopes=["read:documents"])).m2m_client for _ in range(2)]
    await clients.secrets.rotate_start(client_id=made[1].client_id)
    return {
        "m2m.*": {"client_id": made[0].client_id, "client_secret": made[0].client_secret},
        "m2m.clients.create": {"client_id": "", "client_secret": ""},
        "m2m.clients.secrets.rotate": {"client_id": made[1].client_id},
        "m2m.clients.secrets.rotate_cancel": {"client_id": made[1].client_id},
    }


async def _connected_apps(acme: Tenant) -> dict[str, Values]:
    clients = acme.client.connected_app.clients
    kind: dict[str, Any] = {"client_type": "first_party", "redirect_urls": [REDIRECT], "full_access_allowed": True}
    made = [(await clients.create(**kind)).connected_app for _ in range(2)]
    app, secret = {"client_id": made[0].client_id}, made[0].client_secret or ""
    await clients.secrets.rotate_start(client_id=made[1].client_id)
    asks: dict[str, Any] = {**app, **who(acme), "redirect_uri": REDIRECT, "response_type": "code", "scopes": ["full_access"]}
    code = (await acme.client.idp.oauth.authorize(**asks, consent_granted=True)).authorization_code or ""
    form = {**app, "client_secret": secret, "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    tokens = await _post(acme, f"/v1/public/{acme.stytch.project_id}/oauth2/token", form)
    return {
        "connected_app.*": app,
        "connected_app.clients.secrets.rotate": {"client_id": made[1].client_id},
        "connected_app.clients.secrets.rotate_cancel": {"client_id": made[1].client_id},
        "idp.oauth.*": {**asks, "consent_granted": True, "session_token": "", "session_jwt": ""},
        "idp.introspect_token_network": {**app, "client_secret": secret, "token": tokens["access_token"]},
        "organizations.get_connected_app": {"connected_app_id": app["client_id"]},
        "organizations.members.connected_apps.revoke": {"connected_app_id": app["client_id"]},
        "sessions.exchange_access_token": {"access_token": tokens["access_token"]},
    }


async def _second_factors(acme: Tenant) -> dict[str, Values]:
    """Another member has the app: one with a second factor could not log in by the first alone."""
    client, organization = acme.client, _of(acme)
    tess = (await client.organizations.members.create(**organization, email_address=TESS)).member_id
    made = await client.totps.create(**organization, member_id=tess)
    login = await asyncio.to_thread(acme.stytch.log_in, TESS, organization=acme.organization_id)
    code = acme.stytch.totp_code(made.secret)
    await client.totps.authenticate(**organization, member_id=tess, session_token=login.session_token, code=code)
    acme.stytch.advance(seconds=60)  # to another code
    session: dict[str, Any] = {"session_token": login.session_token}
    ada = (await acme.log_in()).session_token
    await client.otps.sms.send(**who(acme))
    return {
        "totps.*": {"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
        "totps.authenticate": {"member_id": tess, **session, "code": acme.stytch.totp_code(made.secret)},
        "recovery_codes.*": {"member_id": tess, **session, "recovery_code": made.recovery_codes[0]},
        "organizations.members.delete_totp": {"member_id": tess},
        "otps.sms.authenticate": {"code": texted_code(acme), "session_token": ada},
    }


async def _logins(acme: Tenant) -> dict[str, Values]:
    client, stytch, organization = acme.client, acme.stytch, _of(acme)
    ada: dict[str, Any] = {"email_address": ADA}
    await client.otps.email.login_or_signup(**organization, **ada)
    code = stytch.outbox.last(to=ADA).code
    await client.otps.email.discovery.send(**ada)
    discovery_code = stytch.outbox.last(to=ADA).code
    await client.magic_links.email.login_or_signup(**organization, **ada)
    link = stytch.outbox.last(to=ADA).token
    await client.magic_links.email.discovery.send(**ada)
    discovery_link = stytch.outbox.last(to=ADA).token
    await client.passwords.discovery.email.reset_start(**ada)
    discovery_reset = stytch.outbox.last(to=ADA).token
    found = await client.passwords.discovery.authenticate(**ada, password=PASSWORD)
    _, oauth = await choose(stytch, "/v1/b2b/public/oauth/google/start", ada, **organization)
    _, discovery_oauth = await choose(stytch, "/v1/b2b/public/oauth/google/discovery/start", ada)
    claims = {"iss": _ISSUER, "aud": "acme", "exp": time.time() + 3600, "email": ADA, "jti": "token-1"}
    return {
        "magic_links.authenticate": {"magic_links_token": link},
        "magic_links.discovery.authenticate": {"discovery_magic_links_token": discovery_link},
        "otps.email.authenticate": {"code": code},
        "otps.email.discovery.authenticate": {"code": discovery_code},
        "passwords.email.reset": {"password_reset_token": await acme.mailed_token()},
        "passwords.discovery.email.reset": {"password_reset_token": discovery_reset},
        "discovery.*": {"intermediate_session_token": found.intermediate_session_token},
        "oauth.authenticate": {"oauth_token": oauth["token"]},
        "oauth.discovery.authenticate": {"discovery_oauth_token": discovery_oauth["token"]},
        "impersonation.authenticate": {"impersonation_token": await asyncio.to_thread(stytch.impersonate, acme.member_id)},
        "sessions.attest": {"profile_id": "profile-1", "token": jwt.encode({"alg": "ES256"}, claims, _KEY)},
    }


def _of(tenant: Tenant) -> dict[str, Any]:
    return {"organization_id": tenant.organization_id}


async def _post(acme: Tenant, path: str, form: Mapping[str, str]) -> dict[str, Any]:
    import aiohttp

    async with aiohttp.ClientSession() as session, session.post(f"{acme.stytch.url}{path}", data=form) as response:
        found: dict[str, Any] = await response.json()
        return found
