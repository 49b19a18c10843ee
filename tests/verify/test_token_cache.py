"""The cache of verified tokens."""

import gc
from types import FunctionType, ModuleType

import pytest
from support.tokens import (
    API,
    MEMBER_ID,
    PROJECT_ID,
    SECRET,
    Signer,
    member_of,
    session_claims,
)

from stytch_b2b_async import (
    Client,
    StytchError,
    WrongIssuerError,
)
from stytch_b2b_async.verify import token_cache as tokens_module

# What is remembered


async def test_the_memory_of_tokens_is_bounded(api: API, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "MAX_TOKENS", 8)
    client = Client(PROJECT_ID, SECRET, transport=api)
    tokens = [signer.token(session_claims(sub=f"member-test-{number}")) for number in range(20)]
    for token in tokens:
        await client.sessions.authenticate_jwt_local(session_jwt=token)
    assert 8 == len(client._sender.verifier.tokens._verified)
    assert await member_of(client, tokens[0])


async def test_no_token_in_the_cache(api: API, signer: Signer) -> None:
    """What is remembered does not hold the token."""
    client = Client(PROJECT_ID, SECRET, transport=api)
    token = signer.token(session_claims())
    await client.sessions.authenticate_jwt_local(session_jwt=token)
    cache = client._sender.verifier.tokens._verified
    assert [32] == [len(digest) for digest in cache]
    held = [one for one in reachable(cache) if isinstance(one, str | bytes)]
    assert MEMBER_ID in held
    signed, _, signature = token.rpartition(".")
    assert not [one for one in held if signature in str(one) or signed.partition(".")[2] in str(one)]
    assert "ada@example.com" not in repr(cache)


def reachable(*roots: object) -> list[object]:
    """Collect what objects hold, and what that holds, down to classes and code."""
    found, ahead = dict[int, object](), [*roots]
    while ahead:
        one = ahead.pop()
        if id(one) not in found and not isinstance(one, type | FunctionType | ModuleType):
            found[id(one)] = one
            ahead.extend(gc.get_referents(one))
    return [*found.values()]


async def test_clients_of_two_projects_share_nothing(signer: Signer, stranger: Signer) -> None:
    other = PROJECT_ID.replace("1", "2")
    first = Client(PROJECT_ID, SECRET, transport=API(signer))
    second = Client(other, SECRET, transport=API(stranger))
    token = signer.token(session_claims(iss=f"stytch.com/{other}", aud=[other]), kid="same")
    with pytest.raises(WrongIssuerError):
        await first.sessions.authenticate_jwt_local(session_jwt=token)
    with pytest.raises(StytchError):
        await second.sessions.authenticate_jwt_local(session_jwt=token)


async def test_views_of_a_client_share_what_it_knows(api: API, signer: Signer) -> None:
    client = Client(PROJECT_ID, SECRET, transport=api)
    token = signer.token(session_claims())
    for view in (client.with_options(timeout=1), client, client.with_options(timeout=2)):
        await view.sessions.authenticate_jwt_local(session_jwt=token)
    assert ["jwks"] == api.asked
