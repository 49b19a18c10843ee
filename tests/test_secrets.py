"""Secrets are planted everywhere that a call takes or gives them, and then looked for in all that comes out."""

import asyncio
import base64
import json
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from aiohttp import web
from support.http_servers import PROJECT_ID, Answer, Scripted, Step, failed, lose, ok, read_request, serving, talking
from support.replies import full

from stytch_b2b_async import APIConnectionError, Authorization, BlockingClient, Client, DecodeError, Hooks, Request, StytchError
from stytch_b2b_async.api.passwords import Authenticate, Migrate, PasswordLoginResponse
from stytch_b2b_async.api.passwords.discovery.email import Reset as DiscoveryReset
from stytch_b2b_async.api.passwords.email import RequireReset, Reset
from stytch_b2b_async.api.passwords.existing_password import Reset as ExistingReset
from stytch_b2b_async.api.passwords.sessions import Reset as SessionReset
from stytch_b2b_async.config import Config
from stytch_b2b_async.runtime import retry
from stytch_b2b_async.wire import encode

SECRET = "secret-test-PLANTED-project"
BASIC = base64.b64encode(f"{PROJECT_ID}:{SECRET}".encode()).decode()

# Each planted value holds the same word, so that one search finds any of them, and parts of them too.
WORD = "PLANTED"


def plant(name: str) -> str:
    return f"{WORD}-{name}"


REQUESTS: list[Request[Any]] = [
    RequireReset(email_address="a@b.c", authorization=Authorization(session_token=plant("token"), session_jwt=plant("jwt"))),
    Authenticate(
        organization_id="o",
        email_address="a@b.c",
        password=plant("password"),
        session_token=plant("token"),
        session_jwt=plant("jwt"),
        intermediate_session_token=plant("ist"),
    ),
    Reset(password_reset_token=plant("reset-token"), password=plant("password"), code_verifier=plant("verifier")),
    SessionReset(organization_id="o", password=plant("password"), session_jwt=plant("jwt")),
    ExistingReset(
        email_address="a@b.c",
        existing_password=plant("old"),
        new_password=plant("new"),
        organization_id="o",
        session_token=plant("t"),
    ),
    DiscoveryReset(password_reset_token=plant("reset-token"), password=plant("password"), pkce_code_verifier=plant("verifier")),
    Migrate(
        email_address="a@b.c",
        hash=plant("hash"),
        hash_type="md_5",
        organization_id="o",
        md_5_config={"prepend_salt": plant("salt"), "append_salt": plant("pepper")},
    ),
]


def name_of(request: Request[Any]) -> str:
    return request.operation


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.002)


class Eavesdropper:
    """Collects everything that a program would show, log or store."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.hooks = Hooks(on_attempt=self.note_told, on_call=self.note_told, on_drift=self.note_told)

    def note(self, value: object) -> None:
        self.heard += [repr(value), str(value)]

    def note_told(self, value: Any) -> None:
        self.note(value)
        self.heard.append(repr(attrs.asdict(value)))

    def note_error(self, error: BaseException) -> None:
        self.note(error)
        self.heard += traceback.format_exception(error)
        revived = pickle.loads(pickle.dumps(error))  # noqa: S301  # its own
        self.note(revived)
        self.note(getattr(revived, "request", None))

    def note_all_of(self, error: BaseException) -> None:
        """Look into an error that may hold nothing of what was sent."""
        self.note_error(error)
        self.heard += [repr(error.args), repr(vars(error)), pickle.dumps(error).decode("latin-1")]


@pytest.fixture
def ears(caplog: pytest.LogCaptureFixture) -> Iterator[Eavesdropper]:
    """Hear all loggers at DEBUG, and all warnings."""
    listening = Eavesdropper()
    caplog.set_level(logging.DEBUG)
    names = ["stytch_b2b_async", "asyncio", *(name for name in logging.root.manager.loggerDict if name.startswith("aiohttp"))]
    for name in names:
        caplog.set_level(logging.DEBUG, name)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield listening
    listening.heard += [caplog.text, *(repr(record.__dict__) for record in caplog.records), *(str(one.message) for one in warned)]
    assert listening.heard, "nothing was heard at all"
    for text in listening.heard:
        assert WORD not in text
        assert BASIC not in text


async def echo(request: web.Request) -> web.StreamResponse:
    """Answer with an error that repeats all that was sent."""
    body = await request.read()
    said = {
        "error_type": f"bad {body.decode()}",
        "error_message": body.decode(),
        "error_url": f"https://example.com/{request.headers.get('Authorization')}",
        "error_details": {"headers": dict(request.headers), "body": json.loads(body), "text": [body.decode()]},
        "request_id": body.decode(),
    }
    headers = {"X-Echo": json.dumps(dict(request.headers)), "X-Body": body.decode()}
    return web.Response(body=json.dumps(said).encode(), status=400, headers=headers)


async def echo_page(request: web.Request) -> web.StreamResponse:
    """Answer with a page that repeats all that was sent."""
    body = await request.read()
    return web.Response(body=f"<html>{body.decode()} {dict(request.headers)}</html>".encode(), status=502)


async def echo_success(request: web.Request) -> web.StreamResponse:
    """Answer with a success that is no JSON object and repeats all that was sent."""
    body = await request.read()
    return web.Response(body=json.dumps([body.decode(), dict(request.headers)]).encode())


ANSWERS: list[Step] = [echo, echo_page, echo_success, failed(401, "unauthorized_credentials"), lose, Answer(b"{"), failed(503)]
IDS = ["echo", "echo page", "echo success", "401", "lost", "cut", "503"]


@pytest.mark.parametrize("answer", ANSWERS, ids=IDS)
@pytest.mark.parametrize("request_", REQUESTS, ids=name_of)
async def test_no_failure_shows_a_secret(request_: Request[Any], answer: Step, ears: Eavesdropper) -> None:
    async with serving(answer) as server, Client(PROJECT_ID, SECRET, base_url=server.url, hooks=ears.hooks) as client:
        ears.note(client)
        with pytest.raises(StytchError) as caught:
            await client.send(request_)
    ears.note_all_of(caught.value)


MIRRORS = [
    b"%(all)s",
    b"HTTP/1.1 200 %(basic)s\x00\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX-Mirror: %(basic)s %(token)s\x00\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX-%(token)s\x00: yes\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%(token)s\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 40\r\n\r\n%(token)s%(basic)s",
    b"HTTP/1.1 200 OK\r\nContent-Length: %(token)s\r\n\r\n",
]


@pytest.mark.parametrize("mirror", MIRRORS)
async def test_mirrored_request(mirror: bytes, ears: Eavesdropper) -> None:
    """What is no HTTP and mirrors the request shows no secret. The parser's complaint quotes what it could not read."""

    async def reflect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await read_request(reader)
        writer.write(mirror % {b"all": said, b"basic": BASIC.encode(), b"token": plant("token").encode()})
        writer.write_eof()
        await reader.read()

    async with talking(reflect) as url, Client(PROJECT_ID, SECRET, base_url=url, hooks=ears.hooks) as client:
        with pytest.raises(StytchError) as caught:
            await client.send(REQUESTS[0])
    ears.note_all_of(caught.value)


@pytest.mark.parametrize("request_", REQUESTS, ids=name_of)
async def test_no_value_on_the_way_shows_a_secret(request_: Request[Any], ears: Eavesdropper) -> None:
    ears.note(request_)
    config = Config.resolve(PROJECT_ID, SECRET, None, None)
    ears.note(encode(request_, config))
    ears.heard += [repr(config), str(config)]


async def test_no_success_shows_a_secret(ears: Eavesdropper) -> None:
    """What a program gets it may read, and will not print by chance."""
    body = full(PasswordLoginResponse)
    for name in ["session_token", "session_jwt", "intermediate_session_token"]:
        body[name] = plant(name)
    async with serving(Answer(body)) as server, Client(PROJECT_ID, SECRET, base_url=server.url, hooks=ears.hooks) as client:
        response = await client.send(REQUESTS[1])
    assert plant("session_token") == response.session_token
    ears.heard += [repr(response), str(response), f"{response}"]


async def test_no_drift_shows_a_secret(ears: Eavesdropper) -> None:
    body = {
        **full(PasswordLoginResponse),
        "session_token": [plant("token")],
        "session_jwt": {plant("jwt"): 1},
        "member": plant("x"),
    }
    async with serving(Answer(body)) as server, Client(PROJECT_ID, SECRET, base_url=server.url, hooks=ears.hooks) as client:
        response = await client.send(REQUESTS[1])
        assert response.session_token is None
        with pytest.raises(DecodeError) as caught:
            await client.with_options(strict=True).send(REQUESTS[1])
    ears.heard += [repr(response)]
    ears.note_error(caught.value)


async def test_no_timeout_shows_a_secret(ears: Eavesdropper) -> None:
    async def stay_silent(*_: object) -> None:
        await asyncio.Event().wait()

    async with talking(stay_silent) as url, Client(PROJECT_ID, SECRET, base_url=url, hooks=ears.hooks, timeout=0.05) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.send(REQUESTS[1])
    ears.note_all_of(caught.value)


def test_no_blocking_call_shows_a_secret(ears: Eavesdropper) -> None:
    lost = APIConnectionError("lost", maybe_applied=True)
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(lost), hooks=ears.hooks) as client:
        ears.note(client)
        with pytest.raises(StytchError) as caught:
            client.send(REQUESTS[1])
    ears.note_all_of(caught.value)


async def test_unclosed_client(ears: Eavesdropper) -> None:
    """A forgotten client is warned of without a secret."""
    async with serving(ok()) as server:
        clients = [Client(PROJECT_ID, SECRET, base_url=server.url, hooks=ears.hooks)]
        await clients[0].send(REQUESTS[0])
        clients.clear()


BAD: list[Callable[[], object]] = [
    lambda: Client(PROJECT_ID, f"{WORD}\n"),
    lambda: Client(PROJECT_ID, f"{WORD} "),
    lambda: Client(PROJECT_ID, WORD.encode()),  # type: ignore[arg-type]
    lambda: Client(f"{WORD}:x", "secret"),
    lambda: Client(PROJECT_ID, "secret", base_url=f"http://x:{WORD}@example.com"),
    lambda: Authorization(session_token=f"{WORD}\r\n"),
    lambda: Authorization(session_jwt=f"{WORD}ä"),
    lambda: Authorization(session_token=[WORD]),  # type: ignore[arg-type]
    lambda: RequireReset(email_address="a@b.c", authorization={"session_token": f"{WORD}\x00"}),
    lambda: Reset(password_reset_token="t", password=[WORD]),  # type: ignore[arg-type]
    lambda: Reset(password_reset_token="t", password=f"{WORD}\ud800"),
    lambda: SessionReset(organization_id="o", password="p", session_custom_claims={"a": {WORD}}),
]


@pytest.mark.parametrize("make", BAD)
def test_no_refusal_shows_a_value(make: Callable[[], object], ears: Eavesdropper) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        make()
    ears.note_error(caught.value)
