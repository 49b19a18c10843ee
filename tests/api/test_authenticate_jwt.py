"""`sessions.authenticate_jwt` with a session token, and with a duration."""

from datetime import timedelta

import pytest

from stytch_b2b_async import MalformedTokenError
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.testing.fake import SignedIn


@pytest.fixture(scope="module")
def fake() -> FakeStytch:
    return FakeStytch()


@pytest.fixture
def ada(fake: FakeStytch) -> SignedIn:
    return fake.sign_in().age(minutes=6)


async def test_a_stale_session_is_renewed_by_its_token(fake: FakeStytch, ada: SignedIn) -> None:
    async with fake.client() as client:
        answer = await client.sessions.authenticate_jwt(session_jwt=ada.session_jwt, session_token=ada.session_token)
    assert ada.member_session.member_session_id == answer.member_session.member_session_id
    assert {"session_token": ada.session_token} == fake.calls[-1].body


def test_a_fresh_jwt_needs_no_token(fake: FakeStytch) -> None:
    ada = fake.sign_in()
    before = len(fake.calls)
    with fake.blocking_client() as client:
        answer = client.sessions.authenticate_jwt(
            session_jwt=ada.session_jwt, session_token=ada.session_token, session_duration_minutes=600
        )
    assert ada.session_jwt == answer.session_jwt
    assert before == len(fake.calls)


def test_a_renewal_extends_the_session(fake: FakeStytch, ada: SignedIn) -> None:
    with fake.blocking_client() as client:
        answer = client.sessions.authenticate_jwt(session_jwt=ada.session_jwt, session_duration_minutes=600)
    assert answer.member_session.expires_at - ada.member_session.expires_at > timedelta(hours=8)
    assert {"session_jwt": ada.session_jwt, "session_duration_minutes": 600} == fake.calls[-1].body


def test_a_token_of_another_session_is_refused(fake: FakeStytch, ada: SignedIn) -> None:
    """Else whoever plants a token beside a stale JWT would decide who is logged in."""
    eve = fake.sign_in("eve@evil.example", organization="evil")
    with fake.blocking_client() as client, pytest.raises(MalformedTokenError, match="different sessions"):
        client.sessions.authenticate_jwt(session_jwt=ada.session_jwt, session_token=eve.session_token)
