"""No secret is in the frames of failed calls: secrets are planted in all arguments, and every frame is searched."""

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import pytest
from aiohttp import web
from support.endpoints import ENDPOINTS
from support.http_servers import PROJECT_ID, Answer, Script, Scripted, Step, failed, lose, ok, serving_aside
from support.planted_secrets import SECRET, WORD, endpoint, plant, refusal, search, spoilt

from stytch_b2b_async import APIConnectionError, BlockingClient, Client, DecodeError, StytchError
from stytch_b2b_async.api.passwords import Authenticate
from stytch_b2b_async.runtime import retry

each_endpoint = pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in ENDPOINTS])


@each_endpoint
def test_refused_arguments_are_in_no_frame(name: str) -> None:
    """Neither where a request is built nor where a client is called."""
    request = ENDPOINTS[name]
    refused = 0
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(ok())) as client:
        calls = (request, endpoint(Client(PROJECT_ID, SECRET, transport=Scripted(ok())), name), endpoint(client, name))
        for given in spoilt(request):
            error = refusal(partial(calls[refused % 3], **given))
            if error is not None:
                assert isinstance(error, TypeError | ValueError)
                search(error, all_tools=refused == 1)  # they are slow
                refused += 1
    assert refused


FAILURES: list[Answer | Exception] = [
    failed(404, "member_not_found"),
    Answer(b"<html>hello</html>"),
    APIConnectionError("lost", maybe_applied=True),
    ZeroDivisionError("a bug of a transport"),
]


@each_endpoint
def test_failed_call(name: str) -> None:
    """A failed call has no secret in its frames."""
    given = plant(ENDPOINTS[name])

    async def call(client: Client) -> None:
        await cast("Any", endpoint(client, name)(**given))

    awaited = Client(PROJECT_ID, SECRET, transport=Scripted(*FAILURES), max_attempts=1)
    with BlockingClient(PROJECT_ID, SECRET, transport=Scripted(*FAILURES), max_attempts=1) as blocked:
        for _ in FAILURES:
            search(refusal(lambda: asyncio.run(call(awaited))), all_tools=False)
            search(refusal(partial(endpoint(blocked, name), **given)), all_tools=False)


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
def test_network_failure(name: str, server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that fails on the network has no secret in its frames."""
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.001)
    given = plant(ENDPOINTS[name])

    async def call() -> None:
        async with Client(PROJECT_ID, SECRET, base_url=server.url, timeout=0.2) as client:
            await cast("Any", endpoint(client, name)(**given))

    search(refusal(lambda: asyncio.run(call())))
    with BlockingClient(PROJECT_ID, SECRET, base_url=server.url, timeout=0.2) as client:
        search(refusal(partial(endpoint(client, name), **given)))


LOGIN = Authenticate(organization_id="o", email_address="a@b.c", password=f"{WORD}-password", session_token=f"{WORD}-token")


def test_refused_connection() -> None:
    """A refused connection has no secret in its frames."""
    with BlockingClient(PROJECT_ID, SECRET, base_url="http://127.0.0.1:9", max_attempts=1) as client:
        search(refusal(partial(client.send, LOGIN)))


def test_cancelled_call() -> None:
    """A cancelled call has no secret in its frames."""

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


def test_closed_client() -> None:
    """A call that a closed client ends has no secret in its frames."""
    client = BlockingClient(PROJECT_ID, SECRET)
    client.close()
    search(refusal(partial(client.send, LOGIN)))
    search(refusal(partial(client.passwords.strength_check, password=WORD)))


def test_empty_token_source() -> None:
    """A token source that gets none has no secret in its frames."""
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
