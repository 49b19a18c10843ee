"""Sessions that start by another system's word, with an access token, or for support; and the rotation of keys."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async.emulator import Emulator, ProjectSettings, TrustedTokenProfile
from stytch_b2b_async.models.session import MemberSession

RSA, EC, OTHER = RSAKey.generate_key(2048), ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
ISSUER, AUDIENCE = "https://idp.example", "acme-api"


def public_pem(key: RSAKey | ECKey) -> str:
    encoded = key.public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return str(encoded.decode())


SETTINGS = ProjectSettings(
    trusted_token_profiles={
        "profile-1": TrustedTokenProfile(issuer=ISSUER, audience=AUDIENCE, public_keys=[public_pem(RSA), public_pem(EC)]),
        "profile-2": TrustedTokenProfile(
            issuer=ISSUER, audience=AUDIENCE, public_keys=[public_pem(RSA)], email_claim="mail", creates_members=True
        ),
    },
    external_sessions={"their-token": ADA, "nobody's": "nobody@example.com"},
)


@pytest_asyncio.fixture
async def acme() -> AsyncIterator[Tenant]:
    async with Emulator(settings=SETTINGS) as stytch, stytch.client(max_attempts=1, strict=True) as client:
        yield await Tenant.make(stytch, client)


def token(key: RSAKey | ECKey = RSA, algorithm: str = "RS256", **claims: Any) -> str:
    """Sign a token of the other system; a claim that is None is left out."""
    whole = {"iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 60, "email": ADA, "jti": "t-1", **claims}
    return jwt.encode({"alg": algorithm}, {name: value for name, value in whole.items() if value is not None}, key)


def factor_of(session: MemberSession | None) -> tuple[str, str]:
    assert session
    (factor,) = session.authentication_factors
    return factor.type, factor.delivery_method


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")])
async def test_attest(acme: Tenant, key: RSAKey | ECKey, algorithm: str) -> None:
    """The token names the member; the session lives as long as wished."""
    login = await acme.client.sessions.attest(
        profile_id="profile-1", token=token(key, algorithm, organization_id=acme.organization_id), session_duration_minutes=10
    )
    assert (acme.member_id, acme.organization_id) == (login.member_id, login.organization.organization_id)
    assert ("trusted_auth_token", "trusted_token_exchange") == factor_of(login.member_session)
    assert timedelta(minutes=10) == login.member_session.expires_at - login.member_session.started_at
    assert acme.member_id == (await acme.client.sessions.authenticate(session_token=login.session_token)).member.member_id
    local = await acme.client.sessions.authenticate_jwt_local(session_jwt=login.session_jwt)
    assert login.member_session.member_session_id == local.member_session_id


async def test_attest_adds_to_a_session(acme: Tenant) -> None:
    """The factor joins those of the session that is brought along."""
    first = await acme.reset()
    login = await acme.client.sessions.attest(
        profile_id="profile-1", token=token(), organization_id=acme.organization_id, session_token=first.session_token
    )
    assert {"password", "trusted_auth_token"} == {factor.type for factor in login.member_session.authentication_factors}
    assert first.member_session
    assert first.member_session.member_session_id == login.member_session.member_session_id


@pytest.mark.parametrize(
    ("options", "claims", "error_type", "status"),
    [
        ({"profile_id": "profile-3"}, {}, "trusted_token_profile_not_found", 404),
        ({"token": "nonsense"}, {}, "invalid_trusted_auth_token", 400),
        ({"token": token(OTHER)}, {}, "invalid_trusted_auth_token", 400),
        ({"token": "eyJhbGciOiJub25lIn0.e30."}, {}, "invalid_trusted_auth_token", 400),
        ({}, {"iss": "https://evil.example"}, "jwt_invalid_issuer", 400),
        ({}, {"aud": ["someone"]}, "jwt_invalid_audience", 400),
        ({}, {"aud": None}, "jwt_invalid_audience", 400),
        ({}, {"exp": 1}, "jwt_invalid_claims", 400),
        ({}, {"exp": None}, "jwt_invalid_claims", 400),
        ({}, {"exp": "soon"}, "jwt_invalid_claims", 400),
        ({}, {"nbf": time.time() + 1000}, "jwt_invalid_claims", 400),
        ({}, {"email": None}, "jwt_invalid_claims", 400),
        ({}, {"email": 7}, "jwt_invalid_claims", 400),
        ({}, {"organization_id": 7}, "invalid_token_organization_id_claim", 400),
        ({}, {"organization_id": "nobody"}, "organization_not_found", 404),
        ({"organization_id": None}, {}, "token_missing_organization_id_claim", 400),
        ({}, {"email": "nobody@example.com"}, "member_not_found", 404),
    ],
)
async def test_untrusted_token(acme: Tenant, options: dict[str, Any], claims: dict[str, Any], error_type: str, status: int) -> None:
    """Starts nothing."""
    given = {"profile_id": "profile-1", "token": token(**claims), "organization_id": acme.organization_id, **options}
    with refused(error_type, status):
        await acme.client.sessions.attest(**given)
    assert set() == await acme.sessions()


async def test_token_names_one_organization(acme: Tenant) -> None:
    """The call may not name another."""
    other = await Tenant.make(acme.stytch, acme.client)
    with refused("invalid_token_organization_id_claim"):
        await acme.client.sessions.attest(
            profile_id="profile-1", token=token(organization_id=acme.organization_id), organization_id=other.organization_id
        )


async def test_attest_may_create_members(acme: Tenant) -> None:
    """If the profile says so."""
    login = await acme.client.sessions.attest(
        profile_id="profile-2", token=token(mail="new@example.com"), organization_id=acme.organization_id
    )
    assert ("new@example.com", True) == (login.member.email_address, login.member.email_address_verified)


async def test_migrate(acme: Tenant) -> None:
    """The settings say whose session it was; the member must exist."""
    migrate = acme.client.sessions.migrate
    login = await migrate(session_token="their-token", organization_id=acme.organization_id, session_custom_claims={"a": 1})
    assert ("imported", "imported_auth0") == factor_of(login.member_session)
    assert login.member_session
    assert {"a": 1} == login.member_session.custom_claims
    with refused("member_not_found", 404):
        await migrate(session_token="nobody's", organization_id=acme.organization_id)
    with refused("session_not_found", 404):
        await migrate(session_token="unknown", organization_id=acme.organization_id)
    with refused("organization_not_found", 404):
        await migrate(session_token="their-token", organization_id="nobody")


async def test_impersonation(acme: Tenant) -> None:
    """Once, within five minutes, for an hour that cannot be extended."""
    authenticate = acme.client.impersonation.authenticate
    given = await asyncio.to_thread(acme.stytch.impersonate, acme.member_id, impersonator_email_address="help@example.com")
    login = await authenticate(impersonation_token=given)
    assert ("impersonated", "impersonation") == factor_of(login.member_session)
    assert login.member_session
    factor = login.member_session.authentication_factors[0].impersonated_factor
    assert factor
    assert "help@example.com" == factor.impersonator_email_address
    assert timedelta(hours=1) == login.member_session.expires_at - login.member_session.started_at
    assert acme.member_id == (await acme.client.sessions.authenticate(session_token=login.session_token)).member.member_id
    with refused("session_not_mutable"):
        await acme.client.sessions.authenticate(session_token=login.session_token, session_duration_minutes=60)
    with refused("unable_to_auth_impersonation_token", 401):
        await authenticate(impersonation_token=given)
    late = await asyncio.to_thread(acme.stytch.impersonate, acme.member_id)
    acme.stytch.advance(minutes=6)
    with refused("unable_to_auth_impersonation_token", 401):
        await authenticate(impersonation_token=late)
    with refused("unable_to_auth_impersonation_token", 401):
        await authenticate(impersonation_token="A" * 44)
    with refused("invalid_token"):
        await authenticate(impersonation_token="not a token")
    with pytest.raises(ValueError, match="No such member"):
        await asyncio.to_thread(acme.stytch.impersonate, "member-test-1")


async def test_impersonation_needs_an_active_member(acme: Tenant) -> None:
    """Not a pending one."""
    made = await acme.client.organizations.members.create(
        organization_id=acme.organization_id, email_address="new@example.com", create_member_as_pending=True
    )
    given = await asyncio.to_thread(acme.stytch.impersonate, made.member_id)
    with refused("member_impersonation_not_allowed"):
        await acme.client.impersonation.authenticate(impersonation_token=given)


async def test_signing_keys_are_rotated(acme: Tenant) -> None:
    """Old tokens can be verified for a month; then their key is gone."""
    keys = acme.client.sessions.get_jwks
    old = await acme.reset(session_duration_minutes=527_040)
    await asyncio.to_thread(acme.stytch.rotate_signing_keys)
    new = await acme.client.sessions.authenticate(session_token=old.session_token)
    published = [key.kid for key in (await keys(project_id=acme.stytch.project_id)).keys]
    assert [kid(old.session_jwt), kid(new.session_jwt)] == published
    assert 2 == len(set(published))
    for session_jwt in (old.session_jwt, new.session_jwt):
        await acme.client.sessions.authenticate_jwt_local(session_jwt=session_jwt)
        await acme.client.sessions.authenticate(session_jwt=session_jwt)
    acme.stytch.advance(days=31)
    assert published[1:] == [key.kid for key in (await keys(project_id=acme.stytch.project_id)).keys]
    await acme.client.sessions.authenticate(session_jwt=new.session_jwt)
    with refused("unable_to_parse_session_jwt"):
        await acme.client.sessions.authenticate(session_jwt=old.session_jwt)


async def test_rotated_keys_are_kept_in_a_file(tmp_path: Any) -> None:
    """With the time at which they were replaced."""
    db = str(tmp_path / "stytch.db")
    async with Emulator(db=db) as stytch, stytch.client() as client:
        first = (await client.sessions.get_jwks(project_id=stytch.project_id)).keys
        await asyncio.to_thread(stytch.rotate_signing_keys)
        before = (await client.sessions.get_jwks(project_id=stytch.project_id)).keys
    async with Emulator(db=db) as again, again.client() as client:
        assert before == (await client.sessions.get_jwks(project_id=again.project_id)).keys
        assert (first, 2) == (before[:1], len(before))


def kid(session_jwt: str) -> str:
    header = json.loads(base64.urlsafe_b64decode(session_jwt.partition(".")[0] + "=="))
    return str(header["kid"])
