"""Forged, altered and misused tokens: every check rejects each, at little cost."""

import asyncio
import gc
import json
import pickle
import traceback
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.hostile_tokens import ATTACKS, BASE64URL, HELPED_BY_THE_API, NOW, Refused
from support.tokens import (
    API,
    APP_ID,
    CHECKS,
    KEY_ID,
    MEMBER_ID,
    MISSING,
    ORGANIZATION,
    ORGANIZATION_ID,
    OTHER_ORGANIZATION_ID,
    PROJECT_ID,
    SECRET,
    SESSION,
    Mode,
    Signer,
    app_claims,
    base64url,
    machine_claims,
    refusal,
    session_claims,
)

from stytch_b2b_async import (
    BadSignatureError,
    BlockingClient,
    Client,
    MalformedTokenError,
    MissingRoleError,
    TokenError,
    TokenExpiredError,
    UnknownKeyError,
    Verification,
    WrongTenantError,
    WrongTokenKindError,
)


@pytest.mark.parametrize("name", ATTACKS)
async def test_forged_sessions(name: str, mode: Mode, api: API, signer: Signer, stranger: Signer) -> None:
    """What is not a session of the project is refused by every check."""
    make, why = ATTACKS[name]
    token = make(signer, stranger)
    for check in CHECKS:
        if check == "sessions.authenticate_jwt" and why in HELPED_BY_THE_API:
            continue
        error = await refusal(mode, check, token)
        if check.startswith("sessions"):
            assert isinstance(error, why)
        assert not leaks(error, token)
    assert {"jwks"} >= set(api.asked), "nothing but keys may be asked for"
    assert 2 >= api.count("jwks")


def leaks(error: BaseException, token: object) -> bool:
    """Tell whether an error shows a token, or a part of it, wherever errors are shown."""
    text = token.decode() if isinstance(token, bytes) else str(token)
    parts = {text[:2_000], *(part[:2_000] for part in text.split("."))}
    told = "".join(traceback.format_exception(error))
    shown = (str(error), repr(error), told, str(vars(error)), str(error.args), repr(pickle.dumps(error)))
    chained = error.__cause__ is not None or error.__context__ is not None
    return chained or any(part in one for part in parts if len(part) > 16 for one in shown)


# One kind for another


KINDS: Mapping[str, Callable[..., dict[str, Any]]] = {"session": session_claims, "machine": machine_claims, "app": app_claims}


TAKES: Mapping[str, str] = {
    "sessions.authenticate_jwt_local": "session",
    "sessions.authenticate_jwt": "session",
    "m2m.authenticate_token": "machine",
    "idp.introspect_access_token_local": "app",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("check", CHECKS)
async def test_wrong_kind(kind: str, check: str, mode: Mode, api: API, signer: Signer) -> None:
    """A check takes its own kind of token and no other."""
    token = signer.token(KINDS[kind]())
    if TAKES[check] == kind:
        assert await mode(check, **{CHECKS[check]: token})
    else:
        error = await refusal(mode, check, token)
        assert isinstance(error, WrongTokenKindError)
        assert not leaks(error, token)
    assert ["jwks"] == api.asked


@pytest.mark.parametrize("kind", KINDS)
async def test_token_of_another_check(kind: str, mode: Mode, signer: Signer) -> None:
    """A token that one check has taken is still refused by the others."""
    token = signer.token(KINDS[kind]())
    for _ in range(2):
        for check, own in TAKES.items():
            if own == kind:
                await mode(check, **{CHECKS[check]: token})
            else:
                assert isinstance(await refusal(mode, check, token), WrongTokenKindError)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        (machine_claims(sub=MEMBER_ID), WrongTokenKindError),
        (machine_claims(sub="user-test-1"), WrongTokenKindError),
        (machine_claims(client_id=APP_ID), WrongTokenKindError),
        (machine_claims(client_id=5), WrongTokenKindError),
        (machine_claims(**{ORGANIZATION: None}), WrongTokenKindError),
        (machine_claims(**{SESSION: None}), WrongTokenKindError),
        (machine_claims(scope=["read:documents"]), MalformedTokenError),
        (machine_claims(scope=5), MalformedTokenError),
        (machine_claims(sub=MISSING), MalformedTokenError),
        (machine_claims(exp=NOW - 1), TokenExpiredError),
    ],
)
async def test_forged_machine_tokens(claims: Any, why: Refused, mode: Mode, signer: Signer) -> None:
    """What is not quite a machine's token is refused."""
    assert isinstance(await refusal(mode, "m2m.authenticate_token", signer.token(claims)), why)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        (app_claims(client_id=MISSING), WrongTokenKindError),
        (app_claims(client_id=None), WrongTokenKindError),
        (app_claims(client_id=MEMBER_ID), WrongTokenKindError),
        (app_claims(**{SESSION: {}}), WrongTokenKindError),
        (app_claims(client_id=""), MalformedTokenError),
        (app_claims(client_id=5), MalformedTokenError),
        (app_claims(client_id=[APP_ID]), MalformedTokenError),
        (app_claims(scope=["openid"]), MalformedTokenError),
        (app_claims(**{ORGANIZATION: MISSING}), MalformedTokenError),
        (app_claims(**{ORGANIZATION: ORGANIZATION_ID}), MalformedTokenError),
        (app_claims(**{ORGANIZATION: {"organization_id": 5}}), MalformedTokenError),
        (app_claims(**{ORGANIZATION: {"organization_id": ORGANIZATION_ID, "slug": 5}}), MalformedTokenError),
        (app_claims(exp=NOW - 1), TokenExpiredError),
    ],
)
async def test_forged_app_tokens(claims: Any, why: Refused, mode: Mode, signer: Signer) -> None:
    """What is not quite a connected app's token is refused."""
    assert isinstance(await refusal(mode, "idp.introspect_access_token_local", signer.token(claims)), why)


# What it allows


@pytest.mark.parametrize("check", [name for name, kind in TAKES.items() if kind != "machine"])
async def test_other_organization(check: str, mode: Mode, api: API, signer: Signer) -> None:
    """A genuine token allows nothing in another organization."""
    token = signer.token(KINDS[TAKES[check]]())
    asked = {"organization_id": OTHER_ORGANIZATION_ID, "resource_id": "document", "action": "read"}
    assert isinstance(await refusal(mode, check, token, authorization_check=asked), WrongTenantError)
    assert ["jwks"] == api.asked


@pytest.mark.parametrize("roles", [[], MISSING, ["no such role"], ["*"], [""], ["STYTCH_ADMIN"], ["stytch_admin "]])
async def test_no_granting_role(roles: Any, mode: Mode, api: API, signer: Signer) -> None:
    """A token without a role that grants it allows nothing."""
    token = signer.token(session_claims({"roles": roles}))
    asked = {"organization_id": ORGANIZATION_ID, "resource_id": "document", "action": "read"}
    for check in ("sessions.authenticate_jwt_local", "sessions.authenticate_jwt"):
        assert isinstance(await refusal(mode, check, token, authorization_check=asked), MissingRoleError)
    assert "authenticate" not in api.asked


# In bounded time and memory


@pytest.mark.parametrize("when", ["one by one", "at once"])
async def test_unknown_keys(when: str, api: API, signer: Signer, stranger: Signer) -> None:
    """Ten thousand tokens with unknown keys cause one fetch in bounded memory.

    Keys were fetched a moment ago for a genuine token; the first unknown key is worth one more fetch, the others none.
    """
    client = Client(PROJECT_ID, SECRET, transport=api)
    await client.sessions.authenticate_jwt_local(session_jwt=signer.token(session_claims()))
    _, payload, signature = stranger.token(session_claims()).split(".")
    headers = (base64url(json.dumps({"alg": "RS256", "kid": f"{number:0256}"}).encode()) for number in range(10_000))
    tokens = [f"{header}.{payload}.{signature}" for header in headers]
    keys = client._sender.verifier.keys
    keys._last_fetch -= 30  # a cool-down ago

    async def is_refused(token: str) -> bool:
        try:
            await client.sessions.authenticate_jwt(session_jwt=token)
        except UnknownKeyError:
            return True
        return False

    async def all_are_refused() -> bool:
        if when == "at once":
            return all(await asyncio.gather(*map(is_refused, tokens)))
        return all([await is_refused(token) for token in tokens])

    tracemalloc.start()
    try:
        assert await asyncio.create_task(all_are_refused())
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ["jwks", "jwks"] == api.asked
    assert 2_000_000 > kept  # the tokens themselves hold eight times as much
    assert 1 == len(client._sender.verifier.tokens._verified)


async def test_other_audience(mode: Mode, api: API, signer: Signer) -> None:
    """What is not even meant for the project fetches no keys."""
    for claims in (session_claims(iss="stytch.com/another"), session_claims(aud=["another"]), session_claims(exp=None)):
        await refusal(mode, "sessions.authenticate_jwt", signer.token(claims))
    assert [] == api.asked


async def test_foreign_key_is_not_cached(mode: Mode, api: API, signer: Signer, stranger: Signer) -> None:
    """A key that is not the project's is never remembered as verified."""
    forged = stranger.token(session_claims(), kid=KEY_ID)
    for _ in range(3):
        assert isinstance(await refusal(mode, "sessions.authenticate_jwt_local", forged), BadSignatureError)
    api.signers = [signer, stranger]
    assert isinstance(await refusal(mode, "sessions.authenticate_jwt_local", forged), BadSignatureError)


@pytest.fixture(scope="module")
def prepared(signer: Signer) -> Iterator[BlockingClient]:
    """A client that has the keys from the start."""
    with BlockingClient(PROJECT_ID, SECRET, transport=API(signer), verification=Verification(keys=[signer.published])) as client:
        yield client


@pytest.fixture(scope="module")
def genuine(signer: Signer) -> str:
    return signer.token(session_claims())


@given(at=st.integers(0, 10_000), other=st.sampled_from(BASE64URL))
def test_changed_character(at: int, other: str, prepared: BlockingClient, genuine: str) -> None:
    """No single character of a token can be another."""
    at %= len(genuine)
    token = genuine[:at] + other + genuine[at + 1 :]
    if token == genuine:
        assert MEMBER_ID == prepared.sessions.authenticate_jwt_local(session_jwt=token).member_id
        return
    with pytest.raises(TokenError) as caught:
        prepared.sessions.authenticate_jwt_local(session_jwt=token)
    assert not leaks(caught.value, token)


def test_unused_base64_bits(prepared: BlockingClient, genuine: str) -> None:
    """The unused bits of a last character cannot be others.

    342 characters hold 2052 bits, a signature 2048: sixteen last characters decode to the same bytes.
    """
    last = BASE64URL.index(genuine[-1])
    for index in range(last & ~15, (last & ~15) + 16):
        token = genuine[:-1] + BASE64URL[index]
        if token != genuine:
            with pytest.raises(MalformedTokenError):
                prepared.sessions.authenticate_jwt_local(session_jwt=token)
    assert MEMBER_ID == prepared.sessions.authenticate_jwt_local(session_jwt=genuine).member_id


@given(token=st.text() | st.binary() | st.none() | st.integers() | st.text(BASE64URL + "."))
def test_whatever_is_no_token_is_refused_as_such(token: object, prepared: BlockingClient) -> None:
    with pytest.raises(MalformedTokenError) as caught:
        prepared.sessions.authenticate_jwt_local(session_jwt=token)  # type: ignore[arg-type]  # on purpose
    assert caught.value.__context__ is None


@given(
    claims=st.dictionaries(
        st.sampled_from(["exp", "iat", "nbf", "iss", "aud", "sub", SESSION, ORGANIZATION, "client_id", "scope", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=10,
        ),
        min_size=1,
    )
)
def test_any_signed_claims(claims: dict[str, Any], prepared: BlockingClient, signer: Signer) -> None:
    """Whatever the project signs is refused with a reason or read.

    Also what it never would sign: nothing but a TokenError may come of it.
    """
    for kind in KINDS.values():
        token = signer.token({**kind(), **claims})
        for check in (
            lambda token: prepared.sessions.authenticate_jwt_local(session_jwt=token),
            lambda token: prepared.m2m.authenticate_token(access_token=token),
            lambda token: prepared.idp.introspect_access_token_local(access_token=token),
        ):
            try:
                check(token)
            except TokenError as error:
                assert error.__context__ is None  # noqa: PT017  # not every one is refused
