"""Session JWTs are verified locally, or by the API if necessary."""

import asyncio
import inspect
import pickle
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from support.tokens import (
    API,
    KEY_ID,
    MEMBER_ID,
    MISSING,
    ORGANIZATION_ID,
    PROJECT_ID,
    SECRET,
    SESSION,
    Mode,
    Signer,
    member_of,
    refusal,
    session_claims,
)

from stytch_b2b_async import (
    BlockingClient,
    Client,
    InternalServerError,
    MalformedTokenError,
    MissingRoleError,
    NotAuthenticatedError,
    SessionNotFoundError,
    StytchError,
    TokenExpiredError,
    TokenNotYetValidError,
    TokenTooOldError,
    Verification,
    WrongAudienceError,
    WrongIssuerError,
)
from stytch_b2b_async.api.sessions._local import AuthenticateJWT, AuthenticateJWTLocal
from stytch_b2b_async.models.session import MemberSession

LOCAL = "sessions.authenticate_jwt_local"


READ = {"organization_id": ORGANIZATION_ID, "resource_id": "document", "action": "read"}


async def test_a_genuine_jwt_tells_its_session(mode: Mode, signer: Signer) -> None:
    session = await mode(LOCAL, session_jwt=signer.token(session_claims(department="sales")))
    assert isinstance(session, MemberSession)
    assert "session-test-11111111-1111-4111-8111-111111111111" == session.member_session_id
    assert MEMBER_ID == session.member_id
    assert ORGANIZATION_ID == session.organization_id
    assert "acme" == session.organization_slug
    assert ["stytch_member", "editor"] == session.roles
    assert datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) == session.started_at
    assert datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC) == session.last_accessed_at
    assert datetime(2036, 1, 2, 3, 4, 5, tzinfo=UTC) == session.expires_at
    (factor,) = session.authentication_factors
    assert "ada@example.com" == factor.email_factor.email_address  # type: ignore[union-attr]  # it is there
    assert {"department": "sales"} == session.custom_claims


async def test_cached_result(mode: Mode, api: API, signer: Signer) -> None:
    """The second look at a token tells the same."""
    token = signer.token(session_claims(nested={"deep": [1, {"er": None}]}))
    first = await mode(LOCAL, session_jwt=token)
    assert first == await mode(LOCAL, session_jwt=token)
    assert ["jwks"] == api.asked


async def test_immutable_claims(mode: Mode, signer: Signer) -> None:
    """Nobody can change what the next caller is told."""
    token = signer.token(session_claims(nested={"deep": [1]}))
    session = await mode(LOCAL, session_jwt=token)
    session.roles.append("stytch_admin")
    session.custom_claims["nested"]["deep"].append(2)
    session.custom_claims["admin"] = True
    session.authentication_factors.clear()
    untouched = await mode(LOCAL, session_jwt=token)
    assert ["stytch_member", "editor"] == untouched.roles
    assert {"nested": {"deep": [1]}} == untouched.custom_claims
    assert 1 == len(untouched.authentication_factors)


async def test_jwt_without_session_expiry(mode: Mode, signer: Signer) -> None:
    """An old token that does not say when its session ends says when it ends itself."""
    claims = session_claims({"expires_at": MISSING, "roles": MISSING})
    session = await mode(LOCAL, session_jwt=signer.token(claims))
    assert datetime.fromtimestamp(claims["exp"], UTC) == session.expires_at
    assert [] == session.roles


async def test_future_factor(mode: Mode, signer: Signer) -> None:
    """A factor of tomorrow is kept as far as it is known."""
    factors = [
        {"type": "telepathy", "delivery_method": "thought", "telepathy_factor": {"distance": 5}, "email_factor": 7},
        {"type": "password", "delivery_method": "knowledge", "last_authenticated_at": "2026-01-02T03:04:05.123456789Z"},
    ]
    session = await mode(LOCAL, session_jwt=signer.token(session_claims({"authentication_factors": factors})))
    assert ["telepathy", "password"] == [factor.type for factor in session.authentication_factors]
    assert session.authentication_factors[0].email_factor is None
    assert session == await mode(LOCAL, session_jwt=signer.token(session_claims({"authentication_factors": factors})))


async def test_reserved_claims(mode: Mode, signer: Signer) -> None:
    """Claims of the token itself are not custom."""
    session = await mode(LOCAL, session_jwt=signer.token(session_claims(jti="x", scope="mine", client_id="mine")))
    assert {"scope": "mine", "client_id": "mine"} == session.custom_claims


async def test_custom_claim_types(mode: Mode, signer: Signer) -> None:
    """Custom claims of every JSON type come through."""
    own: dict[str, Any] = {"a": None, "b": True, "c": 1.5, "d": 10**30, "e": "🙈", "f": [[], {}], "g": {"": {"x": -1}}}
    assert own == (await mode(LOCAL, session_jwt=signer.token(session_claims(**own)))).custom_claims


# Issuer and audience


OWN = f"stytch.com/{PROJECT_ID}"


TEST = "https://test.stytch.com"


DOMAIN = "https://login.example.com"


@pytest.mark.parametrize(
    ("base_url", "issuers", "takes", "refuses"),
    [
        (None, (), [OWN, TEST], [DOMAIN, "https://api.stytch.com"]),
        (DOMAIN, (), [OWN, DOMAIN], [TEST]),
        (DOMAIN + "/", (), [OWN, DOMAIN], [TEST, DOMAIN + "/"]),
        (None, (DOMAIN + "/",), [OWN, TEST, DOMAIN], [DOMAIN + ".evil.com", DOMAIN.upper()]),
    ],
)
async def test_issuer(base_url: str | None, issuers: tuple[str, ...], takes: list[str], refuses: list[str], signer: Signer) -> None:
    """The issuer is the project or a domain of its own."""
    verification = Verification(issuers=issuers, keys=[signer.published])
    client = Client(PROJECT_ID, SECRET, base_url=base_url, verification=verification)
    for issuer in takes:
        assert await member_of(client, signer.token(session_claims(iss=issuer)))
    for issuer in refuses:
        with pytest.raises(WrongIssuerError):
            await member_of(client, signer.token(session_claims(iss=issuer)))


@pytest.mark.parametrize(
    ("wanted", "takes", "refuses"),
    [
        (None, [PROJECT_ID, [PROJECT_ID, "others"]], [["mine"], []]),
        ("mine", ["mine", ["mine"]], [[PROJECT_ID], "m"]),
        (["mine", "yours"], ["yours", ["theirs", "mine"]], [["theirs"], PROJECT_ID]),
        ([], [], [[PROJECT_ID], ""]),
    ],
)
async def test_audience(wanted: Any, takes: list[Any], refuses: list[Any], signer: Signer) -> None:
    """The audience is the project unless a template says otherwise."""
    client = Client(PROJECT_ID, SECRET, verification=Verification(audience=wanted, keys=[signer.published]))
    for audience in takes:
        assert await member_of(client, signer.token(session_claims(aud=audience)))
    for audience in refuses:
        with pytest.raises(WrongAudienceError):
            await member_of(client, signer.token(session_claims(aud=audience)))


def test_unknown_project(api: API) -> None:
    """A client that does not know its project checks no tokens."""
    with BlockingClient(base_url="https://gateway.example.com", transport=api) as client:  # noqa: SIM117  # one reason each
        with pytest.raises(ValueError, match="project_id is missing"):
            client.sessions.authenticate_jwt_local(session_jwt="x")


# Times


async def test_expiry_of_a_cached_token(mode: Mode, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that was taken is refused once it has expired."""
    token = signer.token(session_claims())
    await mode(LOCAL, session_jwt=token)
    later = time.time() + 300
    monkeypatch.setattr(mode.client._sender.verifier.tokens, "_clock", lambda: later)
    assert isinstance(await refusal(mode, LOCAL, token), TokenExpiredError)
    assert await mode(LOCAL, session_jwt=token, leeway=10)


async def test_leeway_counts_at_both_ends(mode: Mode, signer: Signer) -> None:
    now = int(time.time())
    ended, coming = (
        signer.token(session_claims(exp=now - 5, iat=now - 305, nbf=now - 305)),
        signer.token(session_claims(nbf=now + 20, iat=now + 20)),
    )
    assert isinstance(await refusal(mode, LOCAL, ended), TokenExpiredError)
    assert isinstance(await refusal(mode, LOCAL, coming), TokenNotYetValidError)
    assert await mode(LOCAL, session_jwt=ended, leeway=30)
    assert await mode(LOCAL, session_jwt=coming, leeway=30)


async def test_clock_skew(mode: Mode, signer: Signer) -> None:
    """A token made a moment ago by a clock that is ahead is taken."""
    now = int(time.time())
    assert await mode(LOCAL, session_jwt=signer.token(session_claims(nbf=now + 1, iat=now + 1)))


async def test_max_token_age(mode: Mode, signer: Signer) -> None:
    """A token older than the caller takes is refused."""
    token = signer.token(session_claims(iat=int(time.time()) - 31))
    for max_age in (None, 61, 61.5):
        assert await mode(LOCAL, session_jwt=token, max_token_age_seconds=max_age)
    for max_age in (30, 0, 1e-9, -1):
        assert isinstance(await refusal(mode, LOCAL, token, max_token_age_seconds=max_age), TokenTooOldError)


async def test_times_may_have_fractions(mode: Mode, signer: Signer) -> None:
    now = time.time()
    assert await mode(LOCAL, session_jwt=signer.token(session_claims(iat=now, nbf=now, exp=now + 0.5 + 10)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("leeway", float("nan")),
        ("leeway", "5"),
        ("max_token_age_seconds", float("inf")),
        ("leeway", 10**400),
        ("leeway", -(10**400)),
        ("max_token_age_seconds", 10**400),
    ],
)
async def test_bad_options(name: str, value: Any, mode: Mode) -> None:
    """Options that make no sense are refused by name."""
    with pytest.raises((TypeError, ValueError), match=name):
        await mode(LOCAL, session_jwt="x", **{name: value})


# Asking the API where that can help


def answered(signer: Signer, **changes: Any) -> dict[str, Any]:
    """Say what the API says to a session that lives."""
    session: dict[str, Any] = {
        "member_session_id": "session-test-2",
        "member_id": MEMBER_ID,
        "started_at": "2026-01-02T03:04:05Z",
        "last_accessed_at": "2026-01-02T03:04:05Z",
        "expires_at": "2036-01-02T03:04:05Z",
        "authentication_factors": [],
        "organization_id": ORGANIZATION_ID,
        "roles": [],
        "organization_slug": "acme",
        "custom_claims": None,
    }
    return {"member_session": session, "session_token": "a token", "session_jwt": signer.token(session_claims()), **changes}


async def test_a_genuine_jwt_needs_no_call(mode: Mode, api: API, signer: Signer) -> None:
    token = signer.token(session_claims())
    answer = await mode("sessions.authenticate_jwt", session_jwt=token)
    assert MEMBER_ID == answer.member_session.member_id
    assert token == answer.session_jwt
    assert answer.member is None
    assert ["jwks"] == api.asked


async def test_an_expired_jwt_is_taken_to_the_api(mode: Mode, api: API, signer: Signer) -> None:
    api.authenticated = answered(signer)
    now = int(time.time())
    token = signer.token(session_claims(exp=now - 1, iat=now - 301, nbf=now - 301))
    answer = await mode("sessions.authenticate_jwt", session_jwt=token)
    assert "session-test-2" == answer.member_session.member_session_id
    assert api.authenticated["session_jwt"] == answer.session_jwt
    assert ["jwks", "authenticate"] == api.asked


async def test_old_jwt(mode: Mode, api: API, signer: Signer) -> None:
    """A JWT that is too old is taken to the API."""
    api.authenticated = answered(signer)
    token = signer.token(session_claims())
    await mode("sessions.authenticate_jwt", session_jwt=token, max_token_age_seconds=0)
    assert ["jwks", "authenticate"] == api.asked


async def test_custom_claims_are_set_by_the_api(mode: Mode, api: API, signer: Signer) -> None:
    api.authenticated = answered(signer)
    await mode("sessions.authenticate_jwt", session_jwt=signer.token(session_claims()), session_custom_claims={"a": 1})
    assert ["jwks", "authenticate"] == api.asked


async def test_ended_session(mode: Mode, api: API, signer: Signer) -> None:
    """A session that has ended is the API's own error."""
    now = int(time.time())
    token = signer.token(session_claims(exp=now - 1, iat=now - 301, nbf=now - 301))
    await mode(LOCAL, session_jwt=signer.token(session_claims()))
    api.failure = SessionNotFoundError(404, "session_not_found")
    with pytest.raises(SessionNotFoundError):
        await mode("sessions.authenticate_jwt", session_jwt=token)


async def test_expired_foreign_jwt(mode: Mode, api: API, signer: Signer, stranger: Signer) -> None:
    """An expired JWT of another kind or key is not taken to the API."""
    now = int(time.time())
    for token in (
        stranger.token(session_claims(exp=now - 1), kid=KEY_ID),
        signer.token({**session_claims(exp=now - 1), SESSION: 5}),
        signer.token(session_claims(exp=now - 1, aud=["others"])),
        signer.token({name: value for name, value in session_claims(exp=now - 1).items() if name != SESSION}),
    ):
        with suppress(StytchError):
            await mode("sessions.authenticate_jwt", session_jwt=token)
    assert "authenticate" not in api.asked


async def test_missing_role(mode: Mode, api: API, signer: Signer) -> None:
    """A role that is missing is not taken to the API."""
    token = signer.token(session_claims({"roles": []}))
    assert isinstance(await refusal(mode, "sessions.authenticate_jwt", token, authorization_check=READ), MissingRoleError)
    assert "authenticate" not in api.asked


async def test_calls_per_check(mode: Mode, api: API, signer: Signer) -> None:
    """A JWT and a check of its roles take one call each at most."""
    for _ in range(3):
        answer = await mode("sessions.authenticate_jwt", session_jwt=signer.token(session_claims()), authorization_check=READ)
        assert MEMBER_ID == answer.member_session.member_id
    assert ["jwks", "policy"] == api.asked


async def test_unavailable_keys(mode: Mode, api: API, signer: Signer) -> None:
    """When the keys cannot be fetched that is the error."""
    api.failure = 500
    once = Mode(mode.client.with_options(max_attempts=1))
    with pytest.raises(InternalServerError):
        await once(LOCAL, session_jwt=signer.token(session_claims()))
    assert "authenticate" not in api.asked


# As values


async def test_repr_of_a_check(mode: Mode, signer: Signer) -> None:
    """A check is a value that can be sent and does not show its token."""
    token = signer.token(session_claims())
    request = AuthenticateJWTLocal(session_jwt=token)
    assert token not in repr(request)
    sent: Any = mode.client.send(request) if isinstance(mode.client, Client) else asyncio.to_thread(mode.client.send, request)
    assert MEMBER_ID == (await sent).member_id


def test_an_answer_does_not_show_its_jwt(api: API, signer: Signer) -> None:
    token = signer.token(session_claims())
    with BlockingClient(PROJECT_ID, SECRET, transport=api) as client:
        answer = client.sessions.authenticate_jwt(session_jwt=token)
    assert token == answer.session_jwt
    assert token not in repr(answer)


def test_refusals_can_be_pickled(api: API) -> None:
    with BlockingClient(PROJECT_ID, SECRET, transport=api) as client, pytest.raises(MalformedTokenError) as caught:
        client.sessions.authenticate_jwt_local(session_jwt="x")
    revived = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # its own
    assert (MalformedTokenError, str(caught.value)) == (type(revived), str(revived))


def test_the_vendors_names_are_taken() -> None:
    vendors = {"session_jwt", "max_token_age_seconds", "leeway", "authorization_check"}
    assert vendors == set(inspect.signature(AuthenticateJWTLocal).parameters)
    assert {"session_jwt", "max_token_age_seconds", "session_custom_claims"} <= set(inspect.signature(AuthenticateJWT).parameters)


@pytest.mark.parametrize("missing", ["", None])
async def test_no_token_at_all_is_told_as_that(missing: Any, mode: Mode) -> None:
    """A request without its cookie, most often."""
    for check in (LOCAL, "sessions.authenticate_jwt"):
        with pytest.raises(NotAuthenticatedError, match=r"^the token is missing$"):
            await mode(check, session_jwt=missing)
