from typing import Any

import pytest
from support.tokens import (
    API,
    APP_ID,
    MEMBER_ID,
    MISSING,
    ORGANIZATION,
    ORGANIZATION_ID,
    OTHER_ORGANIZATION_ID,
    PROJECT_ID,
    Mode,
    Signer,
    app_claims,
    refusal,
)

from stytch_b2b_async import MissingScopeError, StytchError, TokenTooOldError, WrongTenantError

CHECK = "idp.introspect_access_token_local"


def asks(action: str = "read", organization_id: str = ORGANIZATION_ID) -> dict[str, str]:
    return {"organization_id": organization_id, "resource_id": "document", "action": action}


async def test_valid_token(mode: Mode, signer: Signer) -> None:
    """A genuine token tells whom the app acts for."""
    given = app_claims(plan="gold")
    claims = await mode(CHECK, access_token=signer.token(given))
    assert (MEMBER_ID, APP_ID) == (claims.subject, claims.client_id)
    assert (ORGANIZATION_ID, "acme") == (claims.organization_id, claims.organization_slug)
    assert "openid read:documents" == claims.scope
    assert (f"stytch.com/{PROJECT_ID}", [PROJECT_ID]) == (claims.issuer, claims.audience)
    assert (given["exp"], given["iat"], given["nbf"]) == (claims.expires_at, claims.issued_at, claims.not_before)
    assert {"plan": "gold"} == claims.custom_claims


@pytest.mark.parametrize(
    ("changes", "slug", "scope"),
    [
        ({ORGANIZATION: {"organization_id": ORGANIZATION_ID}}, "", "openid read:documents"),
        ({ORGANIZATION: {"organization_id": ORGANIZATION_ID, "slug": None}}, "", "openid read:documents"),
        ({"scope": MISSING}, "acme", ""),
        ({"aud": PROJECT_ID}, "acme", "openid read:documents"),
    ],
)
async def test_what_a_token_may_leave_out_is_empty(changes: Any, slug: str, scope: str, mode: Mode, signer: Signer) -> None:
    claims = await mode(CHECK, access_token=signer.token(app_claims(**changes)))
    assert (slug, scope, [PROJECT_ID]) == (claims.organization_slug, claims.scope, claims.audience)


async def test_immutable_claims(mode: Mode, signer: Signer) -> None:
    """Nobody can change what the next caller is told."""
    token = signer.token(app_claims(nested={"deep": [1]}))
    claims = await mode(CHECK, access_token=token)
    claims.custom_claims["nested"]["deep"].append(2)
    claims.audience.append("others")
    untouched = await mode(CHECK, access_token=token)
    assert {"nested": {"deep": [1]}} == untouched.custom_claims
    assert [PROJECT_ID] == untouched.audience


async def test_scopes(mode: Mode, api: API, signer: Signer) -> None:
    """What an app may do is what its scopes grant."""
    token = signer.token(app_claims())
    for _ in range(2):
        assert await mode(CHECK, access_token=token, authorization_check=asks())
    assert isinstance(await refusal(mode, CHECK, token, authorization_check=asks("write")), MissingScopeError)
    elsewhere = asks(organization_id=OTHER_ORGANIZATION_ID)
    assert isinstance(await refusal(mode, CHECK, token, authorization_check=elsewhere), WrongTenantError)
    assert ["jwks", "policy"] == api.asked


async def test_role_named_like_a_scope(mode: Mode, signer: Signer) -> None:
    """A role in place of a scope grants nothing."""
    token = signer.token(app_claims(scope="stytch_admin stytch_member", roles=["stytch_admin"]))
    assert isinstance(await refusal(mode, CHECK, token, authorization_check=asks()), MissingScopeError)


async def test_max_token_age(mode: Mode, signer: Signer) -> None:
    """A token older than the caller takes is refused."""
    assert isinstance(await refusal(mode, CHECK, signer.token(app_claims()), max_token_age_seconds=0), TokenTooOldError)


# Asking the API


def introspected(**changes: Any) -> dict[str, Any]:
    organization = {"organization_id": ORGANIZATION_ID, "slug": "acme"}
    return {"active": True, "sub": MEMBER_ID, "client_id": APP_ID, "scope": "read:documents", ORGANIZATION: organization, **changes}


async def introspect(mode: Mode, **options: Any) -> Any:
    return await mode("idp.introspect_token_network", token="an access token", client_id=APP_ID, **options)


async def test_introspection_and_policy(mode: Mode, api: API) -> None:
    """What the API says is held to the project's policy."""
    api.authenticated = introspected()
    for _ in range(2):
        answer = await introspect(mode, authorization_check=asks())
        assert (True, MEMBER_ID) == (answer.active, answer.sub)
    with pytest.raises(MissingScopeError):
        await introspect(mode, authorization_check=asks("write"))
    with pytest.raises(WrongTenantError):
        await introspect(mode, authorization_check=asks(organization_id=OTHER_ORGANIZATION_ID))
    assert 4 == api.count("introspect")
    assert 1 == api.count("policy")


async def test_inactive_token(mode: Mode, api: API) -> None:
    """A token that is not valid is not an error until something is asked of it."""
    api.authenticated = {"active": False}
    assert (await introspect(mode)).active is False
    with pytest.raises(StytchError):
        await introspect(mode, authorization_check=asks())


@pytest.mark.parametrize(
    "changes",
    [
        {"active": False},
        {"active": None},
        {"active": "yes"},
        {"scope": None},
        {"scope": ["read:documents"]},
        {ORGANIZATION: None},
        {ORGANIZATION: {}},
        {ORGANIZATION: {"organization_id": [ORGANIZATION_ID]}},
    ],
)
async def test_doubtful_answer(changes: Any, mode: Mode, api: API) -> None:
    """An answer that leaves a doubt grants nothing."""
    api.authenticated = introspected(**changes)
    with pytest.raises(StytchError):
        await introspect(mode, authorization_check=asks())
