"""Answers with status 200 from which keys or policies cannot be taken: a proxy's, an outage's, or of a release to come."""

import asyncio
from collections.abc import Mapping
from itertools import repeat
from typing import Any

import pytest
from support.tokens import API, ORGANIZATION_ID, Mode, Signer, session_claims

from stytch_b2b_async import DecodeError, MissingRoleError
from stytch_b2b_async.verify.jwks_cache import DEFAULT_LIFETIME, MAX_STALE

UNUSABLE: list[Mapping[str, Any]] = [{}, {"keys": None}, {"keys": "abc"}, {"keys": {"a": 1}}]


def answer_with(monkeypatch: pytest.MonkeyPatch, api: API, kind: str, body: Mapping[str, Any]) -> None:
    usual = api._answer

    def answer(asked: str, path: str) -> Mapping[str, Any]:
        return body if asked == kind else usual(asked, path)

    monkeypatch.setattr(api, "_answer", answer)


@pytest.mark.parametrize("body", UNUSABLE)
async def test_keys_that_are_missing_are_a_decode_error(
    body: Mapping[str, Any], mode: Mode, api: API, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a token error, which would log members out, nor a bare TypeError."""
    answer_with(monkeypatch, api, "jwks", body)
    for _ in range(2):
        with pytest.raises(DecodeError, match="no usable keys"):
            await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    assert ["jwks"] == api.asked


@pytest.mark.parametrize("body", UNUSABLE)
async def test_cached_keys_stay_in_use(
    body: Mapping[str, Any], mode: Mode, api: API, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For an hour, and they are asked for once a cool-down."""
    for number in range(20):
        token = signer.token(session_claims(sub=f"member-test-{number}"))
        await mode("sessions.authenticate_jwt_local", session_jwt=token)
        if number == 0:
            keys = mode.client._sender.verifier.keys
            answer_with(monkeypatch, api, "jwks", body)
            later = repeat(keys._clock() + DEFAULT_LIFETIME + MAX_STALE / 2)
            for holder in (keys, keys._published):
                monkeypatch.setattr(holder, "_clock", later.__next__)
        await asyncio.sleep(0.01)
    assert 2 == len(api.asked)


@pytest.mark.parametrize("body", [{}, {"org_policy": None}, {"org_policy": [1]}])
async def test_missing_organization_policy(
    body: Mapping[str, Any], mode: Mode, api: API, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An organization's policy that is missing is a decode error. It says nothing about what the member may do."""
    check = {"organization_id": ORGANIZATION_ID, "resource_id": "document", "action": "no such action"}
    question = {"session_jwt": signer.token(session_claims()), "authorization_check": check}
    answer_with(monkeypatch, api, "org policy", body)
    with pytest.raises(DecodeError, match="no usable org_policy"):
        await mode("sessions.authenticate_jwt_local", **question)
    monkeypatch.undo()
    with pytest.raises(MissingRoleError):
        await mode("sessions.authenticate_jwt_local", **question)
