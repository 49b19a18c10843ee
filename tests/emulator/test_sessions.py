import asyncio
import base64
import hashlib
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from support.tenants import Tenant, refused

from stytch_b2b_async import Authorization, AuthorizationCheck
from stytch_b2b_async.api.passwords.email import ResetResponse
from stytch_b2b_async.emulator import Emulator, ProjectSettings


async def keys_of(acme: Tenant) -> list[dict[str, Any]]:
    found = await acme.client.sessions.get_jwks(project_id=acme.stytch.project_id)
    return [{name: getattr(key, name) for name in ("kty", "use", "key_ops", "alg", "kid", "n", "e")} for key in found.keys]


async def claims_of(acme: Tenant, token: str) -> dict[str, Any]:
    """Check a JWT as anybody could, with the published keys."""
    keys = KeySet([RSAKey.import_key(key) for key in await keys_of(acme)])
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


async def test_a_session_jwt_says_what_the_api_says(acme: Tenant) -> None:
    """Signed with a published key, for five minutes."""
    login = await acme.reset(session_custom_claims={"plan": "pro", "sub": "somebody else"})
    claims = await claims_of(acme, login.session_jwt)
    header = json.loads(base64.urlsafe_b64decode(login.session_jwt.partition(".")[0] + "=="))
    assert ["alg", "kid", "typ"] == list(header)
    assert ("RS256", "JWT") == (header["alg"], header["typ"])
    assert header["kid"].startswith("jwk-test-")
    assert f"stytch.com/{acme.stytch.project_id}" == claims["iss"]
    assert ([acme.stytch.project_id], acme.member_id) == (claims["aud"], claims["sub"])
    assert (300, claims["iat"]) == (claims["exp"] - claims["iat"], claims["nbf"])
    assert acme.organization_id == claims["https://stytch.com/organization"]["organization_id"]
    session = claims["https://stytch.com/session"]
    assert login.member_session is not None
    assert (login.member_session.member_session_id, ["stytch_member"]) == (session["id"], session["roles"])
    assert [{"type", "delivery_method", "last_authenticated_at", "created_at", "updated_at"}] == [
        set(factor) for factor in session["authentication_factors"]
    ]
    assert "pro" == claims["plan"]


async def test_published_keys_come_with_a_certificate(acme: Tenant) -> None:
    """And its fingerprint."""
    (key,) = (await acme.client.sessions.get_jwks(project_id=acme.stytch.project_id)).keys
    assert ("RSA", "sig", ["verify"], "RS256") == (key.kty, key.use, key.key_ops, key.alg)
    fingerprint = hashlib.sha256(base64.b64decode(key.x5c[0])).digest()
    assert base64.urlsafe_b64encode(fingerprint).rstrip(b"=").decode() == key.x5tS256
    with refused("project_not_found", 404):
        await acme.client.sessions.get_jwks(project_id="project-test-other")


async def test_a_session_is_proven_by_token_or_jwt(acme: Tenant) -> None:
    """A use moves its last access, and gives a new JWT; it lives no longer for it."""
    login = await acme.reset()
    assert login.member_session is not None
    acme.stytch.advance(minutes=1)
    by_token = await acme.client.sessions.authenticate(session_token=login.session_token)
    by_jwt = await acme.client.sessions.authenticate(session_jwt=login.session_jwt)
    session = by_token.member_session
    assert (login.session_token, "") == (by_token.session_token, by_jwt.session_token)
    assert login.session_jwt != by_token.session_jwt
    assert 60 == (session.last_accessed_at - session.started_at).total_seconds()
    assert login.member_session.expires_at == session.expires_at == by_jwt.member_session.expires_at
    assert by_token.verdict is None
    assert acme.member_id == by_token.member.member_id
    assert acme.organization_id == by_token.organization.organization_id


async def test_expired_jwt_of_a_live_session(acme: Tenant) -> None:
    """An expired JWT of a live session is taken. The session counts."""
    login = await acme.reset()
    acme.stytch.advance(minutes=10)
    proven = await acme.client.sessions.authenticate(session_jwt=login.session_jwt)
    assert login.session_jwt != proven.session_jwt


async def test_a_session_can_be_extended(acme: Tenant) -> None:
    """From now on; it ends when its time is over."""
    token = (await acme.reset(session_duration_minutes=5)).session_token
    acme.stytch.advance(minutes=4)
    extended = (await acme.client.sessions.authenticate(session_token=token, session_duration_minutes=10)).member_session
    assert 14 * 60 == (extended.expires_at - extended.started_at).total_seconds()
    acme.stytch.advance(minutes=10)
    with refused("session_not_found", 404):
        await acme.client.sessions.authenticate(session_token=token)
    assert set() == await acme.sessions()


async def test_merged_claims(acme: Tenant) -> None:
    """Custom claims are merged when a session is extended.

    Null deletes one, reserved ones are ignored, and without a duration nothing changes.
    """
    token = (await acme.reset(session_custom_claims={"a": 1, "b": {"c": 1}, "iss": "me"})).session_token
    authenticate = acme.client.sessions.authenticate
    kept = await authenticate(session_token=token, session_custom_claims={"a": 2})
    assert {"a": 1, "b": {"c": 1}} == kept.member_session.custom_claims
    merged = await authenticate(session_token=token, session_custom_claims={"a": None, "d": 4}, session_duration_minutes=5)
    assert {"b": {"c": 1}, "d": 4} == merged.member_session.custom_claims
    assert 4 == (await claims_of(acme, merged.session_jwt))["d"]
    with refused("custom_claims_too_large"):
        await authenticate(session_token=token, session_custom_claims={"e": "x" * 5000}, session_duration_minutes=5)
    with refused("stytch_claims_in_custom_claims"):
        await authenticate(session_token=token, session_custom_claims={"https://stytch.com/session": {}})


@pytest.mark.parametrize(
    ("arguments", "error_type", "status"),
    [
        ({}, "no_session_arguments", 400),
        ({"session_token": "", "session_jwt": ""}, "no_session_arguments", 400),
        ({"session_token": "x", "session_jwt": "y"}, "too_many_session_arguments", 400),
        ({"session_token": "x" * 44}, "session_not_found", 404),
        ({"session_token": "not a token"}, "invalid_session_token", 400),
        ({"session_jwt": "not.a.jwt"}, "unable_to_parse_session_jwt", 400),
        ({"session_jwt": "é"}, "unable_to_parse_session_jwt", 400),
        ({"session_token": "x" * 44, "session_duration_minutes": 4}, "invalid_session_duration_minutes", 400),
    ],
)
async def test_what_proves_no_session_is_refused(acme: Tenant, arguments: dict[str, Any], error_type: str, status: int) -> None:
    """By what is wrong with it."""
    with refused(error_type, status):
        await acme.client.sessions.authenticate(**arguments)


async def test_a_jwt_of_another_project_is_refused(acme: Tenant) -> None:
    """And one whose claims were changed."""
    async with Emulator() as stytch, stytch.client() as client:
        foreign = (await (await Tenant.make(stytch, client)).reset()).session_jwt
    header, _, signature = (await acme.reset()).session_jwt.split(".")
    forged = f"{header}.{foreign.split('.')[1]}.{signature}"
    for wrong in (foreign, forged):
        with refused("unable_to_parse_session_jwt"):
            await acme.client.sessions.authenticate(session_jwt=wrong)


async def test_roles_decide_what_a_session_may_do() -> None:
    """The verdict names the roles that grant it."""
    settings = ProjectSettings(roles={"editor": {"documents": ["write"]}, "boss": {"documents": ["*"]}})
    async with Emulator(settings=settings) as stytch, stytch.client(max_attempts=1) as client:
        acme = await Tenant.make(
            stytch,
            client,
            organization_slug="acme",
            rbac_email_implicit_role_assignments=[{"domain": "example.com", "role_id": "editor"}],
        )
        token = (await acme.reset()).session_token

        async def ask(organization_id: str, action: str) -> list[str]:
            check = AuthorizationCheck(organization_id=organization_id, resource_id="documents", action=action)
            verdict = (await client.sessions.authenticate(session_token=token, authorization_check=check)).verdict
            assert verdict is not None
            assert verdict.authorized
            return verdict.granting_roles

        assert ["editor"] == await ask(acme.organization_id, "write")
        assert ["editor"] == await ask("acme", "write")
        with refused("session_authorization_error", 403):
            await ask(acme.organization_id, "shred")
        with refused("session_authorization_tenancy_error", 403):
            await ask("organization-test-other", "write")


async def test_failed_check_does_not_extend(acme: Tenant) -> None:
    """A check that fails does not extend the session. Nor move its last access."""
    login = await acme.reset()
    assert login.member_session is not None
    acme.stytch.advance(minutes=1)
    check = {"organization_id": acme.organization_id, "resource_id": "documents", "action": "read"}
    with refused("session_authorization_error", 403):
        await acme.client.sessions.authenticate(
            session_token=login.session_token, session_duration_minutes=500, authorization_check=check
        )
    found = await acme.client.sessions.get(organization_id=acme.organization_id, member_id=acme.member_id)
    assert login.member_session == found.member_sessions[0]


async def test_live_sessions_are_listed(acme: Tenant) -> None:
    """Not those that are over."""
    await acme.reset(session_duration_minutes=5)
    await acme.log_in(session_duration_minutes=10)
    assert 2 == len(await acme.sessions())
    acme.stytch.advance(minutes=5)
    assert 1 == len(await acme.sessions())
    with refused("member_not_found", 404):
        await acme.client.sessions.get(organization_id=acme.organization_id, member_id="nobody")


@pytest.mark.parametrize("selector", ["member_session_id", "session_token", "session_jwt"])
async def test_revoke(acme: Tenant, selector: str) -> None:
    """A session can be revoked by each of its names. At once, and it alone."""
    await acme.reset()
    before = await acme.sessions()
    login = await acme.log_in()
    assert login.member_session is not None
    names = {
        "member_session_id": login.member_session.member_session_id,
        "session_token": login.session_token,
        "session_jwt": login.session_jwt,
    }
    await acme.client.sessions.revoke(**{selector: names[selector]})  # type: ignore[arg-type]  # all of them strings
    assert before == await acme.sessions()
    with refused("session_not_found", 404):
        await acme.client.sessions.authenticate(session_token=login.session_token)
    with refused("session_not_found", 404):
        await acme.client.sessions.authenticate(session_jwt=login.session_jwt)


async def test_all_sessions_of_a_member_can_be_revoked(acme: Tenant) -> None:
    """Those of others live on."""
    other = await Tenant.make(acme.stytch, acme.client)
    await other.reset()
    await acme.log_in()
    await acme.log_in()
    await acme.client.sessions.revoke(member_id=acme.member_id)
    assert set() == await acme.sessions()
    assert 1 == len(await other.sessions())


async def test_a_revocation_names_exactly_one_thing(acme: Tenant) -> None:
    """That is there."""
    with refused("no_session_revoke_arguments"):
        await acme.client.sessions.revoke()
    with refused("too_many_session_revoke_arguments"):
        await acme.client.sessions.revoke(session_token="x", member_id="y")
    with refused("session_not_found", 404):
        await acme.client.sessions.revoke(member_session_id="session-test-unknown")
    with refused("member_not_found", 404):
        await acme.client.sessions.revoke(member_id="member-test-unknown")


async def admin_of(acme: Tenant) -> ResetResponse:
    await acme.client.organizations.members.create(
        organization_id=acme.organization_id, email_address="root@example.com", roles=["stytch_admin"]
    )
    await acme.client.passwords.email.reset_start(organization_id=acme.organization_id, email_address="root@example.com")
    token = acme.stytch.outbox[-1].token
    return await acme.client.passwords.email.reset(password_reset_token=token, password="purple-anvils-whisper-12")


async def test_revoke_as_a_member(acme: Tenant) -> None:
    """A member may revoke their own sessions and an admin anybody's. Nobody else's, and nobody's elsewhere."""
    login = await acme.reset()
    admin = await admin_of(acme)
    revoke = acme.client.sessions.revoke
    own = Authorization(session_token=login.session_token)
    with refused("session_authorization_error", 403):
        await revoke(member_id=admin.member_id, authorization=own)
    other = await Tenant.make(acme.stytch, acme.client, "grace@example.com")
    with refused("session_authorization_tenancy_error", 403):
        await revoke(member_id=other.member_id, authorization=Authorization(session_jwt=admin.session_jwt))
    await revoke(member_id=acme.member_id, authorization=own)
    with refused("session_not_found", 404):
        await revoke(member_id=acme.member_id, authorization=own)
    await acme.log_in()
    await revoke(member_id=acme.member_id, authorization=Authorization(session_jwt=admin.session_jwt))
    assert set() == await acme.sessions()


async def test_create_members_as_an_admin(acme: Tenant) -> None:
    """An admin may add members and others may not. Nor may anybody but the backend write trusted metadata."""
    create = acme.client.organizations.members.create
    member = Authorization(session_token=(await acme.reset()).session_token)
    admin = Authorization(session_token=(await admin_of(acme)).session_token)
    with refused("session_authorization_error", 403):
        await create(organization_id=acme.organization_id, email_address="eve@example.com", authorization=member)
    with refused("cannot_update_trusted_metadata", 401):
        await create(
            organization_id=acme.organization_id, email_address="eve@example.com", trusted_metadata={}, authorization=admin
        )
    made = await create(organization_id=acme.organization_id, email_address="eve@example.com", authorization=admin)
    assert "eve@example.com" == made.member.email_address


async def test_email_race(acme: Tenant) -> None:
    """A lost race for an address is a duplicate. One of two that come at once wins."""
    create = acme.client.organizations.members.create
    both = await asyncio.gather(
        *(create(organization_id=acme.organization_id, email_address="eve@example.com") for _ in range(2)), return_exceptions=True
    )
    assert 1 == sum(isinstance(outcome, Exception) for outcome in both)
