"""Secrets are planted in every endpoint that takes one, before servers that say them all back, and then looked for everywhere."""

import asyncio
import base64
import html
import json
import logging
import pickle
import re
import traceback
import warnings
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import quote, quote_plus

import attrs
import pytest
from aiohttp import web
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from support.arguments import value
from support.endpoints import ENDPOINTS
from support.http_servers import PROJECT_ID, Script, lose, ok, serving_aside

from stytch_b2b_async import BlockingClient, Client, Hooks, Request, StytchError
from stytch_b2b_async.authorization import Authorization
from stytch_b2b_async.integrations.otel import otel_hooks
from stytch_b2b_async.runtime import retry
from stytch_b2b_async.schema import Model, fields_of, secrets_of

WORD = "PLANTED"
"""One search finds any of the secrets, and parts of them too."""

SECRET = f"secret-test-{WORD}"
BASIC = base64.b64encode(f"{PROJECT_ID}:{SECRET}".encode()).decode()


def plant(given: Any) -> Any:
    """Put secrets into a request: such as passwords may be, and such as headers can carry."""
    if isinstance(given, Authorization):
        return Authorization(session_token=f"token-{WORD}", session_jwt=f"jwt.{WORD}.x")
    if isinstance(given, Model):
        changes = {
            field.name: secret_like(getattr(given, field.name)) if field.sensitive else plant(getattr(given, field.name))
            for field in fields_of(type(given))
        }
        return attrs.evolve(cast("Any", given), **changes)
    return [plant(item) for item in given] if isinstance(given, list) else given


def secret_like(given: Any) -> Any:
    if isinstance(given, list):
        return [secret_like(item) for item in given]
    return None if given is None else f'{WORD} "<&é/+\\{given}'


def request_with_secrets(request: type[Request[Any]]) -> Any:
    fields = {field.name: value(field.shape, field.name, models=True) for field in fields_of(request)}
    return plant(request(**fields))


REQUESTS = {name: request_with_secrets(request) for name, request in ENDPOINTS.items()}
each = pytest.mark.parametrize("request_", [pytest.param(request, id=name) for name, request in REQUESTS.items()])


async def told_of(request: web.Request) -> str:
    """Put together all that was sent, as sent and as read."""
    body = (await request.read()).decode()
    headers = dict(request.headers)
    return f"{request.raw_path} {request.path_qs} {body} {headers} {json.dumps(headers)} {request.headers.get('Authorization')}"


async def mirror(request: web.Request) -> web.StreamResponse:
    """Answer with an error that says everything back, in every field, and in headers."""
    told = await told_of(request)
    body = (await request.read()).decode()
    parsed = json.loads(body) if body.startswith("{") else body
    said = {
        "error_type": f"bad {told}",
        "error_message": told,
        "error_url": f"https://example.com/{told}",
        "error_details": {"told": [told, {told: told}], "parsed": parsed},
        "request_id": told,
    }
    return web.Response(
        body=json.dumps(said).encode(), status=400, headers={"X-Told": quote(told), "X-Raw": f"{dict(request.headers)}"}
    )


async def mirror_page(request: web.Request) -> web.StreamResponse:
    """Answer with a page that does."""
    told = await told_of(request)
    page = f"<html>{html.escape(told)} {told} {quote(told)} {quote_plus(told)} {json.dumps(told, ensure_ascii=False)}</html>"
    return web.Response(body=page.encode(), status=404)


async def mirror_in_a_success(request: web.Request) -> web.StreamResponse:
    """Answer well, with what is no JSON object."""
    return web.Response(body=json.dumps([await told_of(request)]).encode())


@pytest.fixture(scope="module", params=[mirror, mirror_page, mirror_in_a_success, lose], ids=lambda step: step.__name__)
def server(request: pytest.FixtureRequest) -> Iterator[Script]:
    with serving_aside(request.param) as script:
        yield script


class Ears:
    """Everything that a program would show, log, send or store."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._spans, self._metrics = InMemorySpanExporter(), InMemoryMetricReader()
        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        traced = otel_hooks(tracer_provider=tracers, meter_provider=MeterProvider([self._metrics], shutdown_on_exit=False))
        own = Hooks(on_start=self.note_told, on_attempt=self.note_told, on_call=self.note_told, on_drift=self.note_told)
        self.hooks = Hooks.combine(own, traced)

    def note(self, told: Any) -> None:
        self.heard += [repr(told), str(told)]

    def note_told(self, told: Any) -> None:
        self.note(told)
        self.heard += [repr(attrs.asdict(told)), pickle.dumps(told).decode("latin-1")]

    def note_error(self, error: BaseException) -> None:
        for one in chain(error):
            self.heard += [repr(one), str(one), repr(one.args), repr(vars(one)), repr(getattr(one, "__notes__", None))]
            self.heard += traceback.TracebackException.from_exception(one, capture_locals=False).format()
        stored = pickle.dumps(error)
        self.heard += [stored.decode("latin-1"), stored.decode("utf-8", "replace"), repr(pickle.loads(stored))]  # noqa: S301  # its own

    def listen(self) -> str:
        self.heard += [span.to_json() for span in self._spans.get_finished_spans()]
        if (data := self._metrics.get_metrics_data()) is not None:
            self.heard.append(data.to_json())
        return "\n".join(self.heard)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it came from, shown or not."""
    yield error
    for origin in (error.__cause__, error.__context__):
        if origin is not None:
            yield from chain(origin)


@pytest.fixture
def ears(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ears]:
    """Hear all loggers at DEBUG, and all warnings, and find nothing."""
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.001)
    listening = Ears()
    caplog.set_level(logging.DEBUG)
    for name in ["stytch_b2b_async", "asyncio", *(name for name in logging.root.manager.loggerDict if name.startswith("aiohttp"))]:
        caplog.set_level(logging.DEBUG, name)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield listening
    listening.heard += [caplog.text, *(repr(record.__dict__) for record in caplog.records), *(repr(one) for one in warned)]
    heard = listening.listen()
    assert "stytch.operation" in heard
    if WORD in heard or BASIC in heard:
        assert [] == re.findall(f".{{0,60}}(?:{WORD}|{BASIC}).{{0,60}}", heard)


def test_planted_secrets() -> None:
    """The walk plants many secrets of every kind."""
    kinds = {field.name for request in REQUESTS.values() for field in fields_of(type(request)) if field.sensitive}
    assert {"password", "session_token", "session_jwt", "code", "code_verifier", "client_secret"} <= kinds
    assert 60 < sum(1 for request in REQUESTS.values() if any(WORD in secret for secret in secrets_of(request)))


@each
def test_an_awaited_call_shows_no_secret(request_: Request[Any], server: Script, ears: Ears) -> None:
    async def call() -> None:
        async with Client(PROJECT_ID, SECRET, base_url=server.url, hooks=ears.hooks, timeout=20) as client:
            ears.note(client)
            await client.send(request_)

    ears.note(request_)
    with pytest.raises(StytchError) as caught:
        asyncio.run(call(), debug=True)
    ears.note_error(caught.value)


@each
@pytest.mark.parametrize("server", [mirror], indirect=True, ids=["mirror"])
def test_a_blocking_call_shows_no_secret(request_: Request[Any], server: Script, ears: Ears) -> None:
    with BlockingClient(PROJECT_ID, SECRET, base_url=server.url, hooks=ears.hooks, timeout=20) as client:
        ears.note(client)
        with pytest.raises(StytchError) as caught:
            client.send(request_)
    ears.note_error(caught.value)


@pytest.mark.parametrize("control", ["\r\nX-Injected: yes", "\n", "\r", "\x00", "\x7f", "\t", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["session_token", "session_jwt"])
def test_control_characters_in_headers(field: str, control: str) -> None:
    """A header with a control character is refused before anything is sent.

    On every endpoint that takes one, given as a mapping as well; the message names the field and shows no part of the value.
    """
    with serving_aside(ok()) as server, BlockingClient(PROJECT_ID, SECRET, base_url=server.url) as client:
        for request in REQUESTS.values():
            if "authorization" in {known.name for known in fields_of(type(request))}:
                given = {known.name: getattr(request, known.name) for known in fields_of(type(request))}
                given["authorization"] = {field: f"{WORD}{control}"}
                with pytest.raises(ValueError, match=f"authorization.{field}") as caught:
                    client.send(type(request)(**given))
                assert WORD not in "".join(traceback.format_exception(caught.value))
    assert [] == server.seen
