"""The keys in the cache: which ones are accepted, and initial keys."""

import warnings
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from support.jwks import Publisher
from support.tokens import (
    API,
    KEY_ID,
    OTHER_KEY_ID,
    PROJECT_ID,
    SECRET,
    Signer,
    member_of,
    session_claims,
    until,
)

from stytch_b2b_async import APIConnectionError, Client, Verification
from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.verify.jwks_cache import MAX_KEYS, JWKSCache


def weak() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {**RSAKey.generate_key(1024).as_dict(private=False), "kid": KEY_ID}


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "EC"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"use": "enc"},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"kid": None},
        {"kid": 5},
        {"kid": ["x"]},
        {"n": None},
        {"n": ""},
        {"n": "AQAB"},
        {"n": 5},
        {"e": None},
        {"e": "!"},
        {"e": ""},
        {"kty": None},
        "weak",
    ],
)
async def test_unsuitable_key(change: Any, signer: Signer, stranger: Signer) -> None:
    """A key that cannot check RS256 is passed over."""
    bad = weak() if change == "weak" else {**signer.published, **change}
    publisher = Publisher(bad, stranger.published)
    assert not await publisher.knows(KEY_ID)
    assert await publisher.knows(OTHER_KEY_ID)


async def test_only_so_many_keys_of_an_answer_are_kept(signer: Signer) -> None:
    publisher = Publisher(*({**signer.published, "kid": f"key {number}"} for number in range(MAX_KEYS * 2)))
    await publisher.knows()
    entry = publisher.keys._published.entry
    assert entry is not None
    assert MAX_KEYS == len(entry.value)


async def test_seeds_need_no_network(signer: Signer, api: API) -> None:
    api.failure = APIConnectionError("down")
    for seed in (signer.published, JWK(**signer.published)):
        async with Client(PROJECT_ID, SECRET, transport=api, verification=Verification(keys=[seed])) as client:
            assert await member_of(client, signer.token(session_claims()))
    assert [] == api.asked


async def test_seeds_are_no_reason_to_miss_a_rotation(signer: Signer, stranger: Signer, api: API) -> None:
    api.signers = [stranger]
    async with Client(PROJECT_ID, SECRET, transport=api, verification=Verification(keys=[signer.published])) as client:
        assert await member_of(client, stranger.token(session_claims()))
    assert ["jwks"] == api.asked


async def test_seeds_are_refreshed_when_they_are_old(signer: Signer) -> None:
    publisher = Publisher(signer.published)
    publisher.keys = JWKSCache(publisher.fetch, [signer.published], publisher.clock)
    await publisher.find()
    assert 0 == publisher.fetches
    publisher.clock.pass_(900)
    await publisher.find()
    await until(lambda: publisher.fetches == 1)
