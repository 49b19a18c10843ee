"""Minted tokens: the SDK's own verifier accepts them, and refuses what was made wrong on purpose."""

from typing import Any

import pytest

from stytch_b2b_async import (
    BadSignatureError,
    BlockingClient,
    MissingScopeError,
    TokenError,
    TokenExpiredError,
    WrongAudienceError,
    WrongIssuerError,
    WrongTokenKindError,
)
from stytch_b2b_async.testing import RecorderTransport, TokenMinter

MINTER = TokenMinter("project-test-1")


def client(**options: Any) -> BlockingClient:
    given = {"verification": MINTER.verification, "transport": RecorderTransport(examples=False), **options}
    return BlockingClient("project-test-1", "secret-test-1", **given)


def test_session_jwt() -> None:
    """With any roles, ids and claims, without a server."""
    token = MINTER.session_jwt(member_id="member-test-1", organization_slug="acme", roles=["editor"], custom_claims={"plan": "pro"})
    with client() as stytch:
        session = stytch.sessions.authenticate_jwt_local(session_jwt=token)
    assert ("member-test-1", "acme", ["stytch_member", "editor"]) == (session.member_id, session.organization_slug, session.roles)
    assert {"plan": "pro"} == session.custom_claims


def test_m2m_token() -> None:
    """With its scopes."""
    token = MINTER.m2m_token(client_id="m2m-client-test-1", scopes=["read:documents"])
    with client() as stytch:
        assert (
            "m2m-client-test-1" == stytch.m2m.authenticate_token(access_token=token, required_scopes=["read:documents"]).client_id
        )
        with pytest.raises(MissingScopeError):
            stytch.m2m.authenticate_token(access_token=token, required_scopes=["write:documents"])


def test_connected_app_token() -> None:
    """Of a member, for an application."""
    token = MINTER.connected_app_token(member_id="member-test-1", client_id="connected-app-test-1", scopes=["openid", "email"])
    with client() as stytch:
        assert "member-test-1" == stytch.idp.introspect_access_token_local(access_token=token).subject


@pytest.mark.parametrize(
    ("token", "error"),
    [
        (MINTER.session_jwt(expires_in=-600), TokenExpiredError),
        (MINTER.session_jwt(claims={"aud": ["project-test-2"]}), WrongAudienceError),
        (MINTER.session_jwt(claims={"iss": "stytch.com/project-test-2"}), WrongIssuerError),
        (MINTER.session_jwt(claims={"exp": None}), TokenError),
        (MINTER.m2m_token(), WrongTokenKindError),
        (MINTER.session_jwt()[:-8] + "AAAAAAAA", BadSignatureError),
        (MINTER.token({"sub": "x"}), TokenError),
    ],
)
def test_wrong_tokens(token: str, error: type[TokenError]) -> None:
    """A program's refusals can be tested, each by its reason."""
    with client() as stytch, pytest.raises(error):
        stytch.sessions.authenticate_jwt_local(session_jwt=token)


def test_key_is_fetched_as_from_the_api() -> None:
    """Where the client is given no key."""
    recorder = RecorderTransport(examples=False)
    recorder.respond("sessions.get_jwks", MINTER.jwks)
    with client(verification=None, transport=recorder) as stytch:
        for _ in range(2):
            stytch.sessions.authenticate_jwt_local(session_jwt=MINTER.session_jwt())
    assert ["sessions.get_jwks"] == [call.operation for call in recorder.calls]


def test_minters_do_not_share_keys() -> None:
    """What one signs, another's client refuses; a repr shows no key."""
    other = TokenMinter("project-test-1")
    recorder = RecorderTransport()
    recorder.respond("sessions.get_jwks", MINTER.jwks)
    with client(transport=recorder) as stytch, pytest.raises(TokenError):
        stytch.sessions.authenticate_jwt_local(session_jwt=other.session_jwt())
    assert "TokenMinter('project-test-1')" == repr(other)
    assert TokenMinter("project-live-1").key_id.startswith("jwk-live-")
