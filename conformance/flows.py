"""The flows: what programs do with the API, each in a project of its own."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from stytch_b2b_async.emulator import Emulator

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
)


async def _tenant(call: Call) -> dict[str, str]:
    made = await call("organizations.create", organization_name="Acme", organization_slug="acme")
    organization = {"organization_id": made.organization.organization_id}
    await call("organizations.members.create", **organization, email_address=ADA)
    return organization


async def _logged_in(stytch: Emulator) -> Any:
    import asyncio

    return await asyncio.to_thread(stytch.log_in, ADA)
