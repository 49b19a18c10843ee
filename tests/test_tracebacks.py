"""Secrets are planted in all that a program hands over, every kind of error is provoked, and its frames are searched for them."""

import asyncio
import base64
import runpy
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import attrs
import pytest
from aiohttp import web
from joserfc.jwk import RSAKey
from support.arguments import value
from support.endpoints import ENDPOINTS
from support.http_servers import PROJECT_ID, Answer, Script, Scripted, Step, failed, lose, ok, serving_aside
from support.tokens import API, KEY_ID, OTHER_KEY_ID, Signer, session_claims
from support.traceback_tools import chain, shown

from stytch_b2b_async import APIConnectionError, Authorization, BlockingClient, Client, DecodeError, StytchError
from stytch_b2b_async.api.passwords import Authenticate, StrengthCheck
from stytch_b2b_async.config import Config
from stytch_b2b_async.logins import ChooseOrganization, NeedsPrimaryFactor, NeedsSecondFactor
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.runtime import retry
from stytch_b2b_async.schema import Field, ListOf, Location, Model, fields_of, model_in
from stytch_b2b_async.verify.options import Verification
from stytch_b2b_async.verify.pkce import PKCE
from stytch_b2b_async.webhooks.verification import Webhooks

WORD = "PLANTED"
"""One search finds any of the secrets, and parts of them too."""
SECRET = f"secret-test-{WORD}"
BASIC = base64.b64encode(f"{PROJECT_ID}:{SECRET}".encode()).decode()


def plant(request: type[attrs.AttrsInstance]) -> dict[str, Any]:
    """Make the arguments of a class as programs give them, plain mappings among them, with secrets wherever one may be."""
    return {field.name: _planted(field) for field in fields_of(request)}


def _planted(field: Field) -> Any:
    model = model_in(field.shape)
    if field.secret:
        return _secrets(value(field.shape, field.name))
    if model and field.location is Location.LOCAL:
        return value(field.shape, field.name, models=True)
    if model:
        return [plant(model)] if isinstance(field.shape, ListOf) else plant(model)
    return value(field.shape, field.name)


def _secrets(given: Any) -> Any:
    return [_secrets(item) for item in given] if isinstance(given, list) else f"{WORD}-{given}".replace(" ", "-")


def spoilt(request: type[Model]) -> Iterator[dict[str, Any]]:
    """Make arguments that are refused: each field in turn wrong in each way that there is."""
    given = plant(request)
    yield {**given, "passwort": WORD}
    for field in fields_of(request):
        if field.location is Location.LOCAL and field.secret:
            continue  # whatever is given for one is for its check to refuse
        for wrong in (object(), f"{WORD}\ud800", [WORD, object()], {"a": WORD, "x": object()}, (WORD.encode(),)):
            yield {**given, field.name: wrong}
        if field.required:
            yield {name: each for name, each in given.items() if name != field.name}
            yield {**given, field.name: None}
        if isinstance(inner := given[field.name], dict):
            for name, each in cast("dict[str, Any]", inner).items():
                yield {**given, field.name: {**inner, name: [each, object()]}}
                yield {**given, field.name: {**inner, f"{name}_x": each}}


def refusal(make: Callable[[], object]) -> BaseException | None:
    """Catch what is raised in a frame of the tests; None when it is taken, as a field may be that takes anything."""
    try:
        made = make()
    except Exception as error:  # noqa: BLE001  # all kinds are searched
        return error
    if asyncio.iscoroutine(made):
        made.close()
    return None


def search(error: BaseException | None, *secrets: str, all_tools: bool = True) -> None:
    """Find no secret in anything that is shown of an error."""
    assert error is not None, "nothing was raised"
    for tool, text in shown(error, all_tools=all_tools):
        for secret in (WORD, BASIC, *secrets):
            at = text.find(secret)
            assert at < 0, f"{tool}: …{text[max(0, at - 300) : at + 100]}…"


each_endpoint = pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in ENDPOINTS])


@each_endpoint
def test_refused_arguments_are_in_no_frame(name: str) -> None:
    """Neither where a request is built nor where a client is called."""
    request = ENDPOINTS[name]
    refused = 0
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(ok())) as client:
        calls = (request, _endpoint(Client(PROJECT_ID, SECRET, transport=Scripted(ok())), name), _endpoint(client, name))
        for given in spoilt(request):
            error = refusal(partial(calls[refused % 3], **given))
            if error is not None:
                assert isinstance(error, TypeError | ValueError)
                search(error, all_tools=refused == 1)  # they are slow
                refused += 1
    assert refused


def _endpoint(client: object, name: str) -> Callable[..., object]:
    for part in name.split("."):
        client = getattr(client, part)
    return cast("Callable[..., object]", client)


FAILURES: list[Answer | Exception] = [
    failed(404, "member_not_found"),
    Answer(b"<html>hello</html>"),
    APIConnectionError("lost", maybe_applied=True),
    ZeroDivisionError("a bug of a transport"),
]


@each_endpoint
def test_a_failed_call_has_no_secret_in_its_frames(name: str) -> None:
    given = plant(ENDPOINTS[name])

    async def call(client: Client) -> None:
        await cast("Any", _endpoint(client, name)(**given))

    awaited = Client(PROJECT_ID, SECRET, transport=Scripted(*FAILURES), max_attempts=1)
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(*FAILURES), max_attempts=1) as blocked:
        for _ in FAILURES:
            search(refusal(lambda: asyncio.run(call(awaited))), all_tools=False)
            search(refusal(partial(_endpoint(blocked, name), **given)), all_tools=False)


async def echo(request: web.Request) -> web.StreamResponse:
    """Say everything back."""
    said = f"{(await request.read()).decode()} {dict(request.headers)}"
    return web.json_response({"error_type": said, "error_message": said, "request_id": said}, status=400)


async def echo_page(request: web.Request) -> web.StreamResponse:
    """Say everything back, in what cannot be read."""
    return web.Response(text=f"<html>{(await request.read()).decode()} {dict(request.headers)}</html>")


async def stay_silent(request: web.Request) -> web.StreamResponse:
    """Never answer."""
    await request.read()
    await asyncio.sleep(60)
    raise AssertionError("the call did not end")


SERVERS: dict[str, Step] = {"echo": echo, "page": echo_page, "silent": stay_silent, "lost": lose, "503": failed(503)}


@pytest.fixture(scope="module", params=[*SERVERS.values()], ids=[*SERVERS])
def server(request: pytest.FixtureRequest) -> Iterator[Script]:
    with serving_aside(request.param) as script:
        yield script


REAL = [
    name for name in ("passwords.authenticate", "organizations.update", "m2m.token", "organizations.search") if name in ENDPOINTS
]


@pytest.mark.parametrize("name", REAL)
def test_a_call_that_fails_on_the_network_has_no_secret_in_its_frames(
    name: str, server: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.001)
    given = plant(ENDPOINTS[name])

    async def call() -> None:
        async with Client(PROJECT_ID, SECRET, base_url=server.url, timeout=0.5) as client:
            await cast("Any", _endpoint(client, name)(**given))

    search(refusal(lambda: asyncio.run(call())))
    with BlockingClient(PROJECT_ID, SECRET, base_url=server.url, timeout=0.5) as client:
        search(refusal(partial(_endpoint(client, name), **given)))


LOGIN = Authenticate(organization_id="o", email_address="a@b.c", password=f"{WORD}-password", session_token=f"{WORD}-token")


def test_a_refused_connection_has_no_secret_in_its_frames() -> None:
    with BlockingClient(PROJECT_ID, SECRET, base_url="http://127.0.0.1:9", max_attempts=1) as client:
        search(refusal(partial(client.send, LOGIN)))


def test_a_cancelled_call_has_no_secret_in_its_frames() -> None:
    async def call(client: Client) -> None:
        await client.send(LOGIN)

    async def cancel(url: str) -> BaseException | None:
        async with Client(PROJECT_ID, SECRET, base_url=url) as client:
            task = asyncio.create_task(call(client))
            await asyncio.sleep(0.1)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError as cancelled:
                return cancelled
        return None

    with serving_aside(stay_silent) as script:
        search(asyncio.run(cancel(script.url)))


def test_strict_drift_has_no_secret_in_its_frames() -> None:
    drifted = ok(session_token=[WORD], session_jwt=WORD, member=WORD)
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(drifted), strict=True) as client:
        error = refusal(partial(client.send, LOGIN))
    assert isinstance(error, DecodeError)
    search(error)


def test_a_call_that_a_closed_client_ends_has_no_secret_in_its_frames() -> None:
    client = BlockingClient(PROJECT_ID, SECRET)
    client.close()
    search(refusal(partial(client.send, LOGIN)))
    search(refusal(partial(client.passwords.strength_check, password=WORD)))


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
    def test_a_token_whose_keys_cannot_be_fetched_is_in_no_frame(self, mode: str) -> None:
        token = _token()
        for failure in (failed(500), Answer(b"{"), APIConnectionError("lost"), ZeroDivisionError("a bug"), ok(keys=[])):
            search_token(_checked("sessions.authenticate_jwt_local", mode, Scripted(failure), session_jwt=token), token)

    def test_a_token_that_the_api_refuses_is_in_no_frame(self) -> None:
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
            return refusal(partial(_endpoint(client, name), **given))

    async def call() -> None:
        await cast("Any", _endpoint(Client(PROJECT_ID, SECRET, transport=transport, max_attempts=1), name)(**given))

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


def test_a_token_source_that_gets_none_has_no_secret_in_its_frames() -> None:
    for answer in (failed(401), Answer(b"{"), ok(access_token=None, expires_in=1, token_type="bearer")):
        with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(answer), max_attempts=1) as client:
            search(refusal(client.m2m.token_source(client_id="c", client_secret=WORD).token))


def test_paging_has_no_secret_in_its_frames() -> None:
    page = ok(members=[], organizations={}, results_metadata={"next_cursor": "again", "total": 0})
    search_ = ENDPOINTS["organizations.members.search"](**plant(ENDPOINTS["organizations.members.search"]))
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(page)) as client:
        error = refusal(lambda: [*client.send(search_)])
    assert isinstance(error, StytchError | TypeError)
    search(error)


class TestTheSearch:
    """The tests above can fail."""

    @pytest.mark.parametrize("place", ["argument", "local", "mapping", "text", "attribute", "context"])
    def test_finds_what_is_planted(self, place: str, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match=WORD):
            search(refusal(partial(_leaks(tmp_path)[place], WORD)))

    def test_every_kind_of_tool_shows_what_is_planted(self, tmp_path: Path) -> None:
        error = refusal(partial(_leaks(tmp_path)["argument"], WORD))
        assert error is not None
        told = {tool: WORD in text for tool, text in shown(error) if tool != "reprs"}
        assert {"traceback", "rich"} <= told.keys()
        assert all(told.values()), told

    def test_requests_hold_many_secrets(self) -> None:
        planted = [name for name, request in ENDPOINTS.items() if WORD in repr(plant(request))]
        assert 60 < len(planted)

    def test_chains_are_followed_though_suppressed(self) -> None:
        error = ValueError()
        error.__context__ = KeyError()
        error.__suppress_context__ = True
        assert [error, error.__context__] == chain(error)


def _leaks(folder: Path) -> dict[str, Any]:
    """Make functions whose frames are not of the tests."""
    file = folder / "leaks.py"
    file.write_text(LEAKS)
    return runpy.run_path(str(file))


LEAKS = """
def argument(value):
    raise ValueError("x")

def local(value):
    other = value + "x"
    del value
    raise ValueError("x")

def mapping(value):
    held = {"a": [value]}
    del value
    raise ValueError("x")

def text(value):
    value = value.encode()
    raise ValueError("x")

def attribute(value):
    error = ValueError("x")
    error.held = value
    del value
    raise error

def context(value):
    try:
        int(value)
    except ValueError:
        del value
        raise TypeError("x") from None
"""
