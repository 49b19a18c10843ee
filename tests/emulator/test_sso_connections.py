"""SSO connections: pending until they are complete, shown by the organization while they are active."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from support.tenants import Tenant, refused

from stytch_b2b_async import Authorization, Client
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.models.sso import Connection, OIDCConnection, SAMLConnection

MAPPING = {"email": "mail", "full_name": "name", "groups": "groups"}
RSA_KEY = rsa.generate_private_key(65537, 2048)
PKCS1 = RSA_KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
PKCS8 = RSA_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def certificate(name: str = "idp") -> str:
    """Make a certificate as an identity provider would."""
    key = ec.generate_private_key(ec.SECP256R1())
    common = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(common, common, key.public_key(), 1, now, now + timedelta(days=30))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


async def saml(acme: Tenant, **changes: Any) -> SAMLConnection:
    """Create an active SAML connection."""
    made = (await acme.client.sso.saml.create_connection(organization_id=acme.organization_id, display_name="Okta")).connection
    assert made is not None
    complete: dict[str, Any] = {
        "idp_entity_id": "urn:okta",
        "idp_sso_url": "https://idp.example/sso",
        "attribute_mapping": MAPPING,
        "x509_certificate": certificate(),
        **changes,
    }
    updated = await acme.client.sso.saml.update_connection(
        organization_id=acme.organization_id, connection_id=made.connection_id, **complete
    )
    assert updated.connection is not None
    return updated.connection


async def oidc(acme: Tenant) -> OIDCConnection:
    """Create an active OIDC connection."""
    made = (await acme.client.sso.oidc.create_connection(organization_id=acme.organization_id, display_name="Entra")).connection
    assert made is not None
    updated = await acme.client.sso.oidc.update_connection(
        organization_id=acme.organization_id,
        connection_id=made.connection_id,
        issuer="https://idp.example",
        client_id="app",
        client_secret="secret",
    )
    assert updated.connection is not None
    return updated.connection


async def active(acme: Tenant) -> list[str]:
    """List the connections that the organization shows."""
    organization = (await acme.client.organizations.get(organization_id=acme.organization_id)).organization
    return [each.connection_id for each in organization.sso_active_connections]


async def other(stytch: Emulator, client: Client) -> Tenant:
    """Make another organization."""
    return await Tenant.make(stytch, client, "eve@example.com")


async def test_saml_connection_becomes_active(acme: Tenant) -> None:
    """By the last of the four things that it needs."""
    made = (await acme.client.sso.saml.create_connection(organization_id=acme.organization_id)).connection
    assert made is not None
    assert "pending" == made.status
    assert made.acs_url.endswith(made.connection_id)
    needed: dict[str, Any] = {
        "idp_entity_id": "urn:okta",
        "attribute_mapping": MAPPING,
        "x509_certificate": certificate(),
        "idp_sso_url": "https://idp.example/sso",
    }
    statuses: list[str] = []
    for name, value in needed.items():
        assert [] == await active(acme)
        updated = await acme.client.sso.saml.update_connection(
            organization_id=acme.organization_id, connection_id=made.connection_id, **{name: value}
        )
        assert updated.connection is not None
        statuses.append(updated.connection.status)
    assert ["pending", "pending", "pending", "active"] == statuses
    assert [made.connection_id] == await active(acme)


async def test_oidc_connection_becomes_active(acme: Tenant) -> None:
    """The addresses that are not given are the issuer's."""
    made = await oidc(acme)
    assert ("active", "https://idp.example/token") == (made.status, made.token_url)
    assert [made.connection_id] == await active(acme)


async def test_metadata_url(acme: Tenant) -> None:
    """Nothing is fetched: the certificate is made up, and another call changes nothing."""
    made = (await acme.client.sso.saml.create_connection(organization_id=acme.organization_id)).connection
    assert made is not None
    names: dict[str, Any] = {"organization_id": acme.organization_id, "connection_id": made.connection_id}
    first = (await acme.client.sso.saml.update_by_url(**names, metadata_url="https://idp.example/metadata")).connection
    second = (await acme.client.sso.saml.update_by_url(**names, metadata_url="https://idp.example/metadata")).connection
    assert first is not None
    assert first == second
    assert "pending" == first.status
    done = (await acme.client.sso.saml.update_connection(**names, attribute_mapping=MAPPING)).connection
    assert done is not None
    assert "active" == done.status
    with refused("invalid_saml_metadata_url"):
        await acme.client.sso.saml.update_by_url(**names, metadata_url="file:///etc/passwd")


@pytest.mark.parametrize(
    ("changes", "error_type"),
    [
        ({"x509_certificate": "no certificate"}, "invalid_x509_certificate"),
        ({"x509_certificate": certificate() * 100}, "invalid_x509_certificate"),
        ({"idp_sso_url": "javascript:alert(1)"}, "saml_connection_idp_sso_url_invalid_format"),
        ({"attribute_mapping": {"full_name": "name"}}, "saml_connection_email_mapping_required"),
        ({"attribute_mapping": {"email": "mail"}}, "saml_connection_name_mapping_required"),
        ({"attribute_mapping": {"email": {"a": 1}}}, "saml_connection_no_nested_keys_in_attribute_mapping"),
        ({"signing_private_key": PKCS8}, "saml_signing_private_key_format_not_supported"),
        ({"signing_private_key": PKCS1[:200]}, "saml_signing_private_key_invalid"),
        ({"identity_provider": "unknown"}, "invalid_sso_idp"),
        ({"saml_connection_implicit_role_assignments": [{"role_id": "unknown"}]}, "invalid_rbac_role_id"),
        (
            {
                "attribute_mapping": {"email": "mail", "full_name": "name"},
                "saml_group_implicit_role_assignments": [{"role_id": "stytch_admin", "group": "admins"}],
            },
            "saml_connection_attribute_mapping_missing_groups_key",
        ),
    ],
)
async def test_bad_saml_updates(acme: Tenant, changes: dict[str, Any], error_type: str) -> None:
    """Refused, and the connection stays as it is."""
    made = await saml(acme)
    with refused(error_type):
        await acme.client.sso.saml.update_connection(
            organization_id=acme.organization_id, connection_id=made.connection_id, **changes
        )
    found = (await acme.client.sso.get_connections(organization_id=acme.organization_id)).saml_connections
    assert [made] == found


async def test_certificates_and_keys(acme: Tenant) -> None:
    """At most five certificates, each once; an active connection keeps one."""
    made = await saml(acme, signing_private_key=PKCS1, saml_encryption_private_key=PKCS1)
    names: dict[str, Any] = {"organization_id": acme.organization_id, "connection_id": made.connection_id}
    assert 1 == len(made.signing_certificates)
    (key,) = made.encryption_private_keys
    await acme.client.sso.saml.delete_encryption_private_key(**names, private_key_id=key.private_key_id)
    with refused("sso_encryption_private_key_not_found", 404):
        await acme.client.sso.saml.delete_encryption_private_key(**names, private_key_id=key.private_key_id)
    extra = certificate()
    for added in (extra, extra, certificate(), certificate(), certificate()):
        await acme.client.sso.saml.update_connection(**names, x509_certificate=added)
    with refused("too_many_sso_verification_certificates"):
        await acme.client.sso.saml.update_connection(**names, x509_certificate=certificate())
    (found,) = (await acme.client.sso.get_connections(organization_id=acme.organization_id)).saml_connections
    *most, last = found.verification_certificates
    assert 4 == len(most)
    for each in most:
        await acme.client.sso.saml.delete_verification_certificate(**names, certificate_id=each.certificate_id)
    with refused("cannot_delete_last_sso_verification_key"):
        await acme.client.sso.saml.delete_verification_certificate(**names, certificate_id=last.certificate_id)
    with refused("sso_verification_key_not_found", 404):
        await acme.client.sso.saml.delete_verification_certificate(**names, certificate_id=most[0].certificate_id)


async def test_default_connection(acme: Tenant) -> None:
    """Only an active one; it cannot be deleted."""
    pending = (await acme.client.sso.oidc.create_connection(organization_id=acme.organization_id)).connection
    assert pending is not None
    with refused("invalid_sso_default_connection_id"):
        await acme.client.organizations.update(
            organization_id=acme.organization_id, sso_default_connection_id=pending.connection_id
        )
    made = await saml(acme)
    await acme.client.organizations.update(organization_id=acme.organization_id, sso_default_connection_id=made.connection_id)
    names: dict[str, Any] = {"organization_id": acme.organization_id, "connection_id": made.connection_id}
    with refused("cannot_delete_default_sso_connection"):
        await acme.client.sso.delete_connection(**names)
    await acme.client.organizations.update(organization_id=acme.organization_id, sso_default_connection_id="")
    await acme.client.sso.delete_connection(**names)
    assert [] == await active(acme)
    with refused("sso_connection_not_found", 404):
        await acme.client.sso.delete_connection(**names)


async def external(acme: Tenant, made: SAMLConnection) -> Connection:
    """Create an external connection to one of another organization."""
    response = await acme.client.sso.external.create_connection(
        organization_id=acme.organization_id,
        external_organization_id=made.organization_id,
        external_connection_id=made.connection_id,
        connection_implicit_role_assignments=[{"role_id": "stytch_admin"}],
    )
    assert response.connection is not None
    return response.connection


@pytest.mark.parametrize("whole_organization", [False, True])
async def test_external_connection(stytch: Emulator, client: Client, acme: Tenant, *, whole_organization: bool) -> None:
    """It is active while the shared one exists."""
    globex = await other(stytch, client)
    made = await saml(globex)
    borrowed = await external(acme, made)
    assert [borrowed.connection_id] == await active(acme)
    with refused("duplicate_external_sso_connection"):
        await external(acme, made)
    with refused("external_organization_id_same_as_organization_id"):
        await external(globex, made)
    updated = await client.sso.external.update_connection(
        organization_id=acme.organization_id, connection_id=borrowed.connection_id, display_name="Globex"
    )
    assert updated.connection is not None
    assert borrowed.external_connection_implicit_role_assignments == (
        updated.connection.external_connection_implicit_role_assignments
    )
    if whole_organization:
        await client.organizations.delete(organization_id=globex.organization_id)
    else:
        await client.sso.delete_connection(organization_id=globex.organization_id, connection_id=made.connection_id)
    assert [] == await active(acme)
    (found,) = (await client.sso.get_connections(organization_id=acme.organization_id)).external_connections
    assert "pending" == found.status
    await client.sso.external.update_connection(
        organization_id=acme.organization_id, connection_id=borrowed.connection_id, display_name="Gone"
    )


async def test_other_organizations_connections(stytch: Emulator, client: Client, acme: Tenant) -> None:
    """They are neither found nor of another kind."""
    globex = await other(stytch, client)
    made = await saml(globex)
    with refused("sso_connection_not_found", 404):
        await client.sso.delete_connection(organization_id=acme.organization_id, connection_id=made.connection_id)
    with refused("oidc_connection_not_found", 404):
        await client.sso.oidc.update_connection(organization_id=globex.organization_id, connection_id=made.connection_id)


async def test_members_need_a_role(acme: Tenant) -> None:
    """Each verb is an action on stytch.sso."""
    member = Authorization(session_token=(await acme.reset()).session_token)
    made = await saml(acme)
    names: dict[str, Any] = {"organization_id": acme.organization_id, "authorization": member}
    with refused("session_authorization_error", 403):
        await acme.client.sso.get_connections(**names)
    with refused("session_authorization_error", 403):
        await acme.client.sso.saml.create_connection(**names)
    with refused("session_authorization_error", 403):
        await acme.client.sso.oidc.update_connection(**names, connection_id=made.connection_id)
    with refused("session_authorization_error", 403):
        await acme.client.sso.delete_connection(**names, connection_id=made.connection_id)
    await acme.client.organizations.members.update(
        organization_id=acme.organization_id, member_id=acme.member_id, roles=["stytch_admin"]
    )
    found = await acme.client.sso.get_connections(**names)
    assert [made] == found.saml_connections
    await acme.client.sso.delete_connection(**names, connection_id=made.connection_id)
