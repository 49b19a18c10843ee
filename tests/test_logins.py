import asyncio
import json
import pickle
from datetime import UTC, datetime
from typing import Any, TypeVar, assert_never

import pytest
from support.replies import full

from stytch_b2b_async import BlockingClient, Client, Request, Response
from stytch_b2b_async.api import impersonation, magic_links, oauth, passwords, recovery_codes, sessions, sso, totps
from stytch_b2b_async.api._shared.responses import DiscoveryResponse, LoginResponse, MFAResponse, SecondFactorResponse
from stytch_b2b_async.api.discovery import intermediate_sessions, organizations
from stytch_b2b_async.api.oauth import discovery as oauth_discovery
from stytch_b2b_async.api.otps import email, sms
from stytch_b2b_async.api.passwords import sessions as password_sessions
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.errors import StytchError
from stytch_b2b_async.logins import (
    ChooseOrganization,
    LoggedIn,
    LoginOutcome,
    NeedsPrimaryFactor,
    NeedsSecondFactor,
    SessionOptions,
    UnclearLoginError,
    login_outcome,
)
from stytch_b2b_async.schema import converter

R = TypeVar("R", bound=Response)

SESSION: dict[str, Any] = {
    "member_authenticated": True,
    "intermediate_session_token": "",
    "mfa_required": None,
    "primary_required": None,
}
NO_SESSION: dict[str, Any] = {
    "member_authenticated": False,
    "session_token": "",
    "session_jwt": "",
    "member_session": None,
    "mfa_required": None,
    "primary_required": None,
}
MFA = {"member_options": {"mfa_phone_number": "+12025550162", "totp_registration_id": ""}, "secondary_auth_initiated": "sms_otp"}
PRIMARY = {"allowed_auth_methods": ["sso", "password"]}
KNOWN: Any = {"intermediate_session_token": "so-far", "organization_id": "acme", "member_id": "ada"}
OPTIONS: SessionOptions = {"session_duration_minutes": 5, "session_custom_claims": {"plan": "gold"}, "telemetry_id": "device"}


def answer(cls: type[R], *changes: dict[str, Any], without: str | None = None) -> R:
    """Make a response as the API would send it."""
    reply = full(cls)
    for change in changes:
        reply |= {name: value for name, value in change.items() if name in reply}
    if without:
        del reply[without]
    loaded = converter.loads(json.dumps(reply).encode(), cls)
    assert loaded is not None
    return loaded[0]


def second_factor(**known: Any) -> NeedsSecondFactor:
    return NeedsSecondFactor(**{**KNOWN, **known})


# What an answer comes to


@pytest.mark.parametrize(
    "cls",
    [
        LoginResponse,
        passwords.PasswordLoginResponse,
        magic_links.AuthenticateResponse,
        oauth.AuthenticateResponse,
        sso.AuthenticateResponse,
        password_sessions.ResetResponse,
        impersonation.AuthenticateResponse,
    ],
)
def test_an_answer_with_a_session_is_logged_in(cls: type[MFAResponse]) -> None:
    response = answer(cls, SESSION)
    outcome = login_outcome(response)
    assert isinstance(outcome, LoggedIn)
    assert (response.session_token, response.session_jwt) == (outcome.session_token, outcome.session_jwt)
    assert response.member_session == outcome.member_session
    assert (response.member, response.organization) == (outcome.member, outcome.organization)


@pytest.mark.parametrize("cls", [SecondFactorResponse, recovery_codes.RecoverResponse])
def test_logged_in(cls: type[SecondFactorResponse]) -> None:
    """An answer to a second factor is logged in."""
    outcome: LoggedIn = login_outcome(answer(cls))
    assert "the reply.session_token" == outcome.session_token


def test_missing_second_factor() -> None:
    """A missing second factor tells what the member has."""
    outcome = login_outcome(answer(LoginResponse, NO_SESSION, {"mfa_required": MFA}))
    assert outcome == NeedsSecondFactor(
        intermediate_session_token="the reply.intermediate_session_token",
        intermediate_session_token_expires_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        organization_id="the reply.organization.organization_id",
        member_id="the reply.member_id",
        phone_number="+12025550162",
        totp_registered=False,
        must_enroll=False,
        code_sent=True,
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"mfa_phone_number": "+1", "totp_registration_id": "totp-1"}, ("+1", True, False)),
        ({"mfa_phone_number": "", "totp_registration_id": "totp-1"}, (None, True, False)),
        ({"mfa_phone_number": "", "totp_registration_id": ""}, (None, False, True)),
        (None, (None, False, True)),
    ],
)
def test_enrollment(options: Any, expected: Any) -> None:
    """A member without a second factor must enroll."""
    required = {"member_options": options, "secondary_auth_initiated": None}
    outcome = login_outcome(answer(LoginResponse, NO_SESSION, {"mfa_required": required}))
    assert isinstance(outcome, NeedsSecondFactor)
    assert expected == (outcome.phone_number, outcome.totp_registered, outcome.must_enroll)
    assert not outcome.code_sent


def test_missing_first_factor() -> None:
    """A missing first factor tells which will do."""
    outcome = login_outcome(answer(LoginResponse, NO_SESSION, {"primary_required": PRIMARY}))
    assert isinstance(outcome, NeedsPrimaryFactor)
    assert ("sso", "password") == outcome.allowed_auth_methods
    assert "the reply.organization.organization_id" == outcome.organization_id


def test_the_first_factor_comes_before_the_second() -> None:
    both = answer(LoginResponse, NO_SESSION, {"primary_required": PRIMARY, "mfa_required": MFA})
    assert isinstance(login_outcome(both), NeedsPrimaryFactor)


@pytest.mark.parametrize("cls", [DiscoveryResponse, oauth_discovery.AuthenticateResponse])
def test_discovery(cls: type[DiscoveryResponse]) -> None:
    """An answer of discovery leaves an organization to be chosen."""
    response = answer(cls)
    outcome: ChooseOrganization = login_outcome(response)
    assert response.email_address == outcome.email_address
    assert response.discovered_organizations == list(outcome.discovered_organizations)


def test_no_organizations() -> None:
    """Somebody without organizations may still create one."""
    assert () == login_outcome(answer(DiscoveryResponse, {"discovered_organizations": []})).discovered_organizations


def describe(outcome: LoginOutcome) -> str:
    match outcome:
        case LoggedIn(session_token=token):
            return token
        case NeedsSecondFactor():
            return "second"
        case NeedsPrimaryFactor():
            return "first"
        case _:
            assert_never(outcome)


def test_the_outcomes_of_a_login_are_these_three() -> None:
    assert "the reply.session_token" == describe(login_outcome(answer(LoginResponse, SESSION)))
    assert "second" == describe(login_outcome(answer(LoginResponse, NO_SESSION, {"mfa_required": MFA})))
    assert "first" == describe(login_outcome(answer(LoginResponse, NO_SESSION, {"primary_required": PRIMARY})))


@pytest.mark.parametrize("unfinished", [NeedsSecondFactor, NeedsPrimaryFactor, ChooseOrganization])
def test_session_before_login(unfinished: type[Any]) -> None:
    """There is not a session to read on what is not logged in."""
    assert not any(name in {"session_token", "session_jwt", "member_session"} for name in dir(unfinished))


# What an answer must not come to


@pytest.mark.parametrize("missing", ["session_token", "session_jwt", "member_session", "member", "organization"])
def test_contradictory_login(missing: str) -> None:
    """A login that lacks what it says it has is unclear."""
    with pytest.raises(UnclearLoginError, match=rf"^the response lacks {missing} \[the reply.request_id\]$"):
        login_outcome(answer(LoginResponse, SESSION, without=missing))


@pytest.mark.parametrize("empty", ["session_token", "session_jwt"])
def test_a_login_with_an_empty_token_is_unclear(empty: str) -> None:
    with pytest.raises(UnclearLoginError, match=f"lacks {empty}"):
        login_outcome(answer(LoginResponse, SESSION, {empty: ""}))
    with pytest.raises(UnclearLoginError, match=f"lacks {empty}"):
        login_outcome(answer(SecondFactorResponse, {empty: ""}))


@pytest.mark.parametrize("required", [{"mfa_required": MFA}, {"primary_required": PRIMARY}])
@pytest.mark.parametrize("missing", ["intermediate_session_token", "organization"])
def test_a_step_that_nobody_could_take_is_unclear(required: dict[str, Any], missing: str) -> None:
    with pytest.raises(UnclearLoginError, match=f"lacks {missing}"):
        login_outcome(answer(LoginResponse, NO_SESSION, required, without=missing))
    with pytest.raises(UnclearLoginError, match="lacks intermediate_session_token"):
        login_outcome(answer(LoginResponse, NO_SESSION, required, {"intermediate_session_token": ""}))


@pytest.mark.parametrize("missing", ["intermediate_session_token", "discovered_organizations"])
def test_discovery_without_a_way_on(missing: str) -> None:
    """A discovery that leads nowhere is unclear."""
    with pytest.raises(UnclearLoginError, match=f"lacks {missing}"):
        login_outcome(answer(DiscoveryResponse, without=missing))


@pytest.mark.parametrize(
    "changes",
    [
        [NO_SESSION],
        [NO_SESSION, {"mfa_required": "later"}],
        [SESSION, {"mfa_required": MFA}],
        [SESSION, {"primary_required": PRIMARY}],
        [SESSION, {"member_authenticated": None}],
        [SESSION, {"member_authenticated": "true"}],
        [SESSION, {"member_authenticated": 1}],
        [NO_SESSION, {"member_authenticated": 0, "mfa_required": MFA}],
    ],
)
def test_contradictory_answer(changes: list[dict[str, Any]]) -> None:
    """An answer that contradicts itself lets nobody in."""
    with pytest.raises(UnclearLoginError, match="says neither that the member is logged in") as unclear:
        login_outcome(answer(LoginResponse, *changes))
    assert isinstance(unclear.value, StytchError)
    assert "token" not in str(unclear.value)
    assert str(unclear.value) == str(pickle.loads(pickle.dumps(unclear.value)))  # noqa: S301  # its own


def test_session_beside_a_missing_factor() -> None:
    """A session beside a missing factor is not handed out."""
    odd = answer(
        LoginResponse, {**SESSION, "member_authenticated": False}, {"mfa_required": MFA, "intermediate_session_token": "i"}
    )
    assert odd.session_token
    assert isinstance(login_outcome(odd), NeedsSecondFactor)


def test_wrong_type() -> None:
    """What is not an answer of a login is refused by its type."""
    other: Any = answer(sessions.RevokeResponse)
    with pytest.raises(TypeError, match="login_outcome takes the response of a login, not RevokeResponse"):
        login_outcome(other)


# The requests that can follow


def test_requests_of_second_factors() -> None:
    """A second factor is proven by these requests."""
    step = second_factor()
    assert sms.Send(**KNOWN) == step.send_sms()
    assert sms.Send(**KNOWN, mfa_phone_number="+12025550162", locale="fr") == step.send_sms("+12025550162", locale="fr")
    assert sms.Authenticate(**KNOWN, code="123456") == step.sms_code("123456")
    assert totps.Create(**KNOWN) == step.enroll_totp()
    assert totps.Authenticate(**KNOWN, code="123456") == step.totp_code("123456")
    assert recovery_codes.Recover(**KNOWN, recovery_code="a-b-c") == step.recovery_code("a-b-c")


def test_requests_of_first_factors() -> None:
    """A first factor is proven by these requests."""
    step = NeedsPrimaryFactor(intermediate_session_token="so-far", organization_id="acme")
    person: Any = {"intermediate_session_token": "so-far", "organization_id": "acme", "email_address": "ada@example.com"}
    assert passwords.Authenticate(**person, password="hush") == step.password("ada@example.com", "hush")
    assert email.Authenticate(**person, code="123456") == step.email_code("ada@example.com", "123456")
    token: Any = {"intermediate_session_token": "so-far", "pkce_code_verifier": "v"}
    assert magic_links.Authenticate(**token, magic_links_token="t") == step.magic_link("t", pkce_code_verifier="v")
    assert oauth.Authenticate(**token, oauth_token="t") == step.oauth("t", pkce_code_verifier="v")
    assert sso.Authenticate(**token, sso_token="t") == step.sso("t", pkce_code_verifier="v")


def test_requests_of_organizations() -> None:
    """An organization is chosen by these requests."""
    step = ChooseOrganization(intermediate_session_token="so-far")
    token: Any = {"intermediate_session_token": "so-far"}
    assert intermediate_sessions.Exchange(**token, organization_id="acme") == step.join("acme")
    assert organizations.Create(**token) == step.create()
    assert organizations.Create(**token, organization_name="A", organization_slug="a") == step.create("A", organization_slug="a")
    assert organizations.Create(**token, mfa_policy="OPTIONAL") == step.create(mfa_policy="OPTIONAL")
    assert organizations.List(**token) == step.list_organizations()


def test_session_options() -> None:
    """The session is described on the call that starts it."""
    second, first = second_factor(), NeedsPrimaryFactor(intermediate_session_token="so-far", organization_id="acme")
    choice = ChooseOrganization(intermediate_session_token="so-far")
    starting: list[Request[Any]] = [
        second.sms_code("c", **OPTIONS, set_mfa_enrollment="enroll", set_default_mfa=True),
        second.totp_code("c", **OPTIONS, set_mfa_enrollment="enroll", set_default_mfa=True),
        second.recovery_code("c", **OPTIONS),
        first.password("ada@example.com", "p", **OPTIONS, locale="fr"),
        first.email_code("ada@example.com", "c", **OPTIONS, locale="fr"),
        first.magic_link("t", **OPTIONS, locale="fr"),
        first.oauth("t", **OPTIONS, locale="fr"),
        first.sso("t", **OPTIONS, locale="fr"),
        choice.join("acme", **OPTIONS, locale="fr"),
        choice.create(**OPTIONS),
    ]
    for request in starting:
        assert OPTIONS == {name: getattr(request, name) for name in OPTIONS}


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize(("value", "error"), [("", ValueError), (None, TypeError)])
def test_empty_step(name: str, value: Any, error: type[Exception]) -> None:
    """A step that is made of nothing is refused by name."""
    with pytest.raises(error, match=f"^{name} must "):
        second_factor(**{name: value})


def test_no_outcome_shows_a_token() -> None:
    logged_in = login_outcome(answer(LoginResponse, SESSION))
    unfinished = login_outcome(answer(LoginResponse, NO_SESSION, {"mfa_required": MFA}))
    chosen = login_outcome(answer(DiscoveryResponse))
    shown = repr([logged_in, unfinished, chosen])
    assert "_token='***'" in shown
    assert "the reply.session_token" not in shown
    assert "the reply.session_jwt" not in shown
    assert "the reply.intermediate_session_token'" not in shown


# On a Stytch


async def test_mfa_login(stytch: Emulator, emulated: Client) -> None:
    """A login where everybody needs a second factor stops there."""
    acme = (await emulated.organizations.create(organization_name="Acme", mfa_policy="REQUIRED_FOR_ALL")).organization
    ada: Any = {"organization_id": acme.organization_id, "email_address": "ada@example.com"}
    member = (await emulated.organizations.members.create(**ada, mfa_phone_number="+12025550162")).member
    await emulated.passwords.email.reset_start(**ada)
    reset = await emulated.passwords.email.reset(
        password_reset_token=stytch.outbox.last(to="ada@example.com").token, password="seven silver spoons on a sloop"
    )
    login = await emulated.passwords.authenticate(**ada, password="seven silver spoons on a sloop")
    for response in (reset, login):
        outcome = login_outcome(response)
        assert isinstance(outcome, NeedsSecondFactor)
        assert (acme.organization_id, member.member_id) == (outcome.organization_id, outcome.member_id)
        assert ("+12025550162", True, False) == (outcome.phone_number, outcome.code_sent, outcome.must_enroll)
    assert stytch.outbox.last(to="+12025550162").code


async def test_kept_step(stytch: Emulator, emulated: Client, blocking: BlockingClient) -> None:
    """A step that was kept is sent in both modes."""
    acme = (await emulated.organizations.create(organization_name="Acme", mfa_policy="REQUIRED_FOR_ALL")).organization
    ada: Any = {"organization_id": acme.organization_id, "email_address": "ada@example.com"}
    await emulated.organizations.members.create(**ada)
    await emulated.passwords.email.reset_start(**ada)
    outcome = login_outcome(
        await emulated.passwords.email.reset(
            password_reset_token=stytch.outbox.last(to="ada@example.com").token, password="seven silver spoons on a sloop"
        )
    )
    assert isinstance(outcome, NeedsSecondFactor)
    kept = NeedsPrimaryFactor(
        intermediate_session_token=outcome.intermediate_session_token, organization_id=outcome.organization_id
    )
    request = kept.password("ada@example.com", "seven silver spoons on a sloop")
    awaited = login_outcome(await emulated.send(request))
    blocked = login_outcome(await asyncio.to_thread(blocking.send, request))
    for again in (awaited, blocked):
        assert isinstance(again, NeedsSecondFactor)
        assert (outcome.intermediate_session_token, True) == (again.intermediate_session_token, again.must_enroll)
