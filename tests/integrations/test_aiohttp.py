"""What is aiohttp's own about its adapter; the table of cases is in test_table.py."""

import io
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from stytch_b2b_async.integrations.aiohttp import Auth, granted
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.testing.fake.credentials import SignedIn
from stytch_b2b_async.web import RuleError, member, public

SECRET = "whsec_" + "C" * 32


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch() as made:
        yield made


@pytest.fixture
def ada(fake: FakeStytch) -> SignedIn:
    return fake.sign_in()


@pytest.fixture
def stale(fake: FakeStytch) -> list[SignedIn]:
    """Members whose JWTs must be renewed."""
    members = [fake.sign_in() for _ in range(4)]
    for each in members:
        each.age(minutes=6)
    return members


@pytest.fixture
async def auth(fake: FakeStytch) -> AsyncIterator[Auth]:
    client = fake.client()
    yield Auth(client, organization="{org}")
    await client.close()


async def started(auth: Auth, app: web.Application) -> "TestClient[web.Request, web.Application]":
    auth.install(app)
    client = TestClient(TestServer(app))
    try:
        await client.start_server()
    except RuleError:
        await client.close()
        raise
    return client


async def noop(request: web.Request) -> web.Response:
    return web.Response()


async def test_handlers_take_the_request_and_who_passed(auth: Auth, ada: SignedIn) -> None:
    @auth.require(member())
    async def whole(request: web.Request, me: MemberSession) -> web.Response:
        return web.Response(text=me.member_id)

    @auth.require(member())
    async def short(request: web.Request) -> web.Response:
        return web.Response(text=granted(request).principal.member_id)

    class AsView(web.View):
        @auth.require(member())
        async def get(self, me: MemberSession) -> web.Response:
            return web.Response(text=me.member_id)

    for handler in (whole, short, AsView):
        app = web.Application()
        app.router.add_route("GET", "/{org}", handler)
        client = await started(auth, app)
        try:
            async with client.get("/acme") as refused:
                assert (401, "Bearer") == (refused.status, refused.headers["WWW-Authenticate"])
            async with client.get("/acme", headers=ada.headers) as answered:
                assert ada.member.member_id == await answered.text()
        finally:
            await client.close()


async def test_renewed_cookies(auth: Auth, stale: list[SignedIn]) -> None:
    """Renewed cookies leave with whatever is sent. A redirect, a stream, an exception and a websocket."""
    require = auth.require(member())

    @require
    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/")

    @require
    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x")
        return response

    @require
    async def broken(request: web.Request) -> web.Response:
        raise RuntimeError

    @require
    async def live(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close()
        return socket

    app = web.Application()
    for name, handler in {"elsewhere": elsewhere, "stream": stream, "broken": broken, "live": live}.items():
        app.router.add_get(f"/{{org}}/{name}", handler)
    client = await started(auth, app)
    try:
        for path, status in {"elsewhere": 303, "stream": 200, "broken": 500}.items():
            async with client.get(f"/acme/{path}", cookies=stale.pop().cookies, allow_redirects=False) as answered:
                assert (status, "no-store") == (answered.status, answered.headers["Cache-Control"])
                assert "stytch_session_jwt" in "".join(answered.headers.getall("Set-Cookie"))
        client.session.cookie_jar.clear()
        cookie = "; ".join(f"{name}={value}" for name, value in stale.pop().cookies.items())
        origin = str(client.make_url("/")).rstrip("/")
        async with client.ws_connect("/acme/live", headers={"Cookie": cookie, "Origin": origin}) as socket:
            assert "stytch_session_jwt" in str(socket._response.headers.getall("Set-Cookie"))
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await client.ws_connect("/acme/live", headers={"Cookie": cookie, "Origin": "https://evil.example"})
    finally:
        await client.close()


async def test_routes_without_a_rule_are_listed(auth: Auth) -> None:
    class Mixed(web.View):
        @auth.require(public())
        async def get(self) -> web.Response:
            return web.Response()

        async def post(self) -> web.Response:
            return web.Response()

    app, inner = web.Application(), web.Application()
    ruled = auth.require(member())(noop)
    app.router.add_get("/health", noop)
    app.router.add_get("/{org}/ruled", ruled)
    app.router.add_view("/mixed", Mixed)
    inner.router.add_put("/open", noop)
    app.add_subapp("/inner", inner)
    app.add_subapp("/auth", auth.login_routes(after="/"))
    app.add_routes([auth.webhook_route("/hooks", secret=SECRET, on_event=print)])
    assert {"GET /health", "POST /mixed", "PUT /inner/open"} == auth.without_rule(app)


async def test_missing_organization_parameter(auth: Auth) -> None:
    """A route must say which organization it is about."""
    app = web.Application()
    app.router.add_get("/invoices", auth.require(member())(noop))
    with pytest.raises(RuleError, match="GET /invoices has no parameter"):
        await started(auth, app)


async def test_options_run_neither_rule_nor_body(auth: Auth) -> None:
    @auth.require(member())
    async def body(request: web.Request) -> web.Response:
        raise AssertionError(request)

    app = web.Application()
    app.router.add_route("*", "/{org}", body)
    client = await started(auth, app)
    try:
        async with client.options("/acme") as answered:
            assert (204, "OPTIONS") == (answered.status, answered.headers["Allow"])
    finally:
        await client.close()


async def test_a_large_body_is_refused(auth: Auth) -> None:
    """Webhooks have at most 1 MiB."""
    app = web.Application()
    app.add_routes([auth.webhook_route("/hooks", secret=SECRET, on_event=print)])
    client = await started(auth, app)
    try:
        async with client.post("/hooks", data=io.BytesIO(b"x" * (2**20 + 1))) as answered:
            assert 413 == answered.status
    finally:
        await client.close()
