"""No secret is in the frames of local errors: settings, tokens, webhooks, login steps and objects."""

import asyncio
import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import pytest
from joserfc.jwk import RSAKey
from support.http_servers import PROJECT_ID, Answer, Scripted, failed, ok
from support.planted_secrets import SECRET, WORD, endpoint, refusal, search
from support.tokens import API, KEY_ID, OTHER_KEY_ID, Signer, session_claims

from stytch_b2b_async import APIConnectionError, Authorization, BlockingClient, Client, StytchError
from stytch_b2b_async.api.passwords import StrengthCheck
from stytch_b2b_async.config import Config
from stytch_b2b_async.logins import ChooseOrganization, NeedsPrimaryFactor, NeedsSecondFactor
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.transport import SessionPool
from stytch_b2b_async.verify.options import Verification
from stytch_b2b_async.verify.pkce import PKCE
from stytch_b2b_async.webhooks.verification import Webhooks

SETTINGS: list[Callable[[], object]] = [
    *(
        partial(cls, project_id, secret, **settings)
        for cls in (Client, BlockingClient)
        for project_id, secret, settings in cast(
            "list[tuple[Any, Any, dict[str, Any]]]",
            [
                (PROJECT_ID, f"{WORD}\n", {}),
                (PROJECT_ID, f"{WORD} x", {}),
                (PROJECT_ID, WORD.encode(), {}),
                (SECRET, PROJECT_ID, {}),
                ("nobody", SECRET, {}),
                (None, SECRET, {}),
                (PROJECT_ID, SECRET, {"base_url": f"http://x:{WORD}@example.com"}),
                (PROJECT_ID, SECRET, {"base_url": "http://example.com"}),
                (PROJECT_ID, SECRET, {"fraud_base_url": 5}),
                (PROJECT_ID, SECRET, {"timeout": 10**400}),
                (PROJECT_ID, SECRET, {"timeout": "x"}),
                (PROJECT_ID, SECRET, {"max_attempts": 0}),
                (PROJECT_ID, SECRET, {"strict": WORD}),
                (PROJECT_ID, SECRET, {"time_out": 3}),
                (PROJECT_ID, SECRET, {"sekret": WORD}),
                (PROJECT_ID, SECRET, {"session": WORD}),
                (PROJECT_ID, SECRET, {"session": WORD, "transport": object()}),
            ],
        )
    ),
    lambda: Client(PROJECT_ID, SECRET, transport=cast("Any", WORD)),
    lambda: Client(PROJECT_ID, SECRET, verification=cast("Any", WORD)),
    lambda: BlockingClient(PROJECT_ID, SECRET, transport=cast("Any", [WORD])),
    lambda: BlockingClient(PROJECT_ID, SECRET, verification=cast("Any", [WORD])),
    lambda: asyncio.run(Client(PROJECT_ID, SECRET).send(cast("Any", WORD))),
    lambda: BlockingClient(PROJECT_ID, SECRET).send(cast("Any", [WORD])),
    lambda: Config.resolve(PROJECT_ID, f"{WORD}\n", None, None),
    lambda: Config.resolve(PROJECT_ID, SECRET, "ftp://x", None),
    lambda: Config(project_id=PROJECT_ID, secret=SECRET, base_url="https://x"),  # type: ignore[call-arg]
    lambda: Config(project_id=PROJECT_ID, sekret=SECRET),  # type: ignore[call-arg]
    lambda: Client(PROJECT_ID, SECRET).with_options(timeout=0),
    lambda: Client(PROJECT_ID, SECRET).with_options(secret=WORD),  # type: ignore[call-arg]
    lambda: BlockingClient(PROJECT_ID, SECRET).with_options(max_attempts=0),
    lambda: BlockingClient(PROJECT_ID, SECRET).with_options(secret=WORD),  # type: ignore[call-arg]
]


@pytest.mark.parametrize("make", SETTINGS)
def test_refused_settings_are_in_no_frame(make: Callable[[], object]) -> None:
    error = refusal(make)
    assert isinstance(error, TypeError | ValueError)
    search(error)


@pytest.mark.parametrize("address", ["socks5://ada:{}@proxy.example:1", "http://ada:{}@proxy.example:99999", "http://ada:{}@"])
def test_a_refused_proxy_is_in_no_frame(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address.format(WORD))
    error = refusal(partial(SessionPool, trust_env=True))
    assert isinstance(error, ValueError)
    search(error)


SIGNER, OTHER = (Signer(RSAKey.generate_key(2048), key_id) for key_id in (KEY_ID, OTHER_KEY_ID))


def _token(**changes: Any) -> str:
    return f"{SIGNER.token({**session_claims(), WORD: WORD, **changes})}"


class TestTokens:
    @pytest.mark.parametrize("mode", ["awaited", "blocking"])
    def test_no_refused_token_is_in_a_frame(self, mode: str) -> None:
        genuine = _token()
        tokens: list[Any] = [
            *("", WORD, f"Bearer {WORD}", f"{WORD}.{WORD}.{WORD}", [WORD], WORD.encode(), WORD * 10_000, f"{WORD}\ud800", None),
            *(genuine[:-4], genuine.replace(".", ".e", 1), f"{genuine}=", OTHER.token(session_claims())),
            *(_token(exp=1), _token(exp="x"), _token(iat=4e9, nbf=4e9), _token(iss=WORD), _token(aud=WORD), _token(sub="")),
            _token(**{"https://stytch.com/session": WORD}),
        ]
        for index, token in enumerate(tokens):
            search_token(_checked("sessions.authenticate_jwt_local", mode, session_jwt=token), token, all_tools=index % 5 == 0)
            search_token(_checked("m2m.authenticate_token", mode, access_token=token), token, all_tools=False)

    @pytest.mark.parametrize("mode", ["awaited", "blocking"])
    def test_unavailable_keys(self, mode: str) -> None:
        """A token whose keys cannot be fetched is in no frame."""
        token = _token()
        for failure in (failed(500), Answer(b"{"), APIConnectionError("lost"), ZeroDivisionError("a bug"), ok(keys=[])):
            search_token(_checked("sessions.authenticate_jwt_local", mode, Scripted(failure), session_jwt=token), token)

    def test_token_refused_by_the_api(self) -> None:
        """A token that the API refuses is in no frame."""
        token = _token(exp=1, iat=0, nbf=0)
        keys = Verification(keys=[SIGNER.published])
        with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(failed(404)), verification=keys) as client:
            error = refusal(partial(client.sessions.authenticate_jwt, session_jwt=token))
        assert isinstance(error, StytchError)
        search_token(error, token)


def _checked(name: str, mode: str, transport: Any = None, **given: Any) -> BaseException | None:
    transport = transport or API(SIGNER)
    if mode == "blocking":
        with BlockingClient(PROJECT_ID, SECRET, transport=transport, max_attempts=1) as client:
            return refusal(partial(endpoint(client, name), **given))

    async def call() -> None:
        await cast("Any", endpoint(Client(PROJECT_ID, SECRET, transport=transport, max_attempts=1), name)(**given))

    return refusal(lambda: asyncio.run(call()))


def search_token(error: BaseException | None, token: object, *, all_tools: bool = True) -> None:
    """Find neither a token nor a part of it."""
    search(error, *(part for part in f"{token}".split(".") if len(part) > 12), all_tools=all_tools)


KEY = f"whsec_{base64.b64encode(WORD.encode() * 5).decode()}"


BODY = b'{"project_id": "%s"}' % WORD.encode()


def _headers(**changes: str) -> Mapping[str, str]:
    signed = Webhooks(KEY).sign(BODY)
    return {**signed, **{name.replace("_", "-"): each for name, each in changes.items()}}


WEBHOOKS: list[Callable[[], object]] = [
    lambda: Webhooks(WORD),
    lambda: Webhooks(KEY, f"whsec_{WORD}"),
    lambda: Webhooks(KEY, tolerance=0),
    lambda: Webhooks(KEY.encode()),  # type: ignore[arg-type]
    lambda: Webhooks(KEY, KEY, tolerence=3),  # type: ignore[call-arg]
    lambda: Webhooks(KEY).verify(BODY, {}),
    lambda: Webhooks(KEY).verify(BODY + b" ", _headers()),
    lambda: Webhooks(KEY).verify(BODY, _headers(svix_signature=f"v1,{WORD}")),
    lambda: Webhooks(KEY).verify(BODY, _headers(svix_timestamp="1")),
    lambda: Webhooks(KEY).verify(BODY.decode(), _headers()),  # type: ignore[arg-type]
    lambda: Webhooks(KEY).verify(b"\xff" + BODY, _headers()),
    lambda: Webhooks(KEY).verify(BODY, WORD),  # type: ignore[arg-type]
    lambda: Webhooks(KEY).sign(BODY.decode()),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("make", WEBHOOKS)
def test_a_refused_webhook_is_in_no_frame(make: Callable[[], object]) -> None:
    search(refusal(make), KEY.removeprefix("whsec_")[:12])


STEPS: list[Callable[[], object]] = [
    lambda: PKCE.of(WORD),
    lambda: PKCE(verifier=[WORD]),  # type: ignore[arg-type]
    lambda: PKCE.generate().matches(WORD.encode()),  # type: ignore[arg-type]
    lambda: NeedsSecondFactor(intermediate_session_token=WORD, organization_id="", member_id="m"),
    lambda: NeedsSecondFactor(intermediate_session_token=[WORD], organization_id="o", member_id="m"),  # type: ignore[arg-type]
    lambda: ChooseOrganization(intermediate_session_token=WORD, token=WORD),  # type: ignore[call-arg]
    *(
        partial(getattr(NeedsSecondFactor(intermediate_session_token=WORD, organization_id="o", member_id="m"), step), **given)
        for step in ("sms_code", "totp_code", "recovery_code")
        for given in ({"code": [WORD]}, {"code": WORD, "locale": 5, "x": 1}, {"code": f"{WORD}\ud800"})
    ),
    *(
        partial(getattr(NeedsPrimaryFactor(intermediate_session_token=WORD, organization_id="o"), step), *given, **options)
        for step, given in {
            "password": ("a@b.c", WORD),
            "email_code": ("a@b.c", WORD),
            "magic_link": (WORD,),
            "oauth": (WORD,),
            "sso": (WORD,),
        }.items()
        for options in ({"session_duration_minutes": WORD}, {"sesion_token": WORD})
    ),
]


@pytest.mark.parametrize("make", STEPS)
def test_what_a_login_step_refuses_is_in_no_frame(make: Callable[[], object]) -> None:
    search(refusal(make))


OBJECTS: list[Callable[[], object]] = [
    lambda: Authorization(session_token=f"{WORD}\r\n"),
    lambda: Authorization(session_jwt=f"{WORD}ä"),
    lambda: Authorization(session_tokn=WORD),  # type: ignore[call-arg]
    lambda: Member(member_id=WORD, passwort=WORD),  # type: ignore[call-arg]
    lambda: StrengthCheck(WORD),  # type: ignore[call-arg]
    lambda: BlockingClient(PROJECT_ID, SECRET).m2m.token_source(client_id="", client_secret=WORD),
    lambda: Client(PROJECT_ID, SECRET).m2m.token_source(client_id="c", client_secret=[WORD]),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("make", OBJECTS)
def test_what_an_object_refuses_is_in_no_frame(make: Callable[[], object]) -> None:
    search(refusal(make))
