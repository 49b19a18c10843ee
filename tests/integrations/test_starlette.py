"""What is Starlette's own about its adapter; the table of cases is in test_table.py."""

from collections.abc import AsyncGenerator, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from stytch_b2b_async.integrations.starlette import Auth
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.web import RuleError, member, public

SECRET = "whsec_" + "C" * 32


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch() as made:
        yield made


@pytest.fixture
def auth(fake: FakeStytch) -> Auth:
    return Auth(fake.client(), organization="{org}")


def client(auth: Auth, *routes: Route | Mount | WebSocketRoute) -> TestClient:
    app = Starlette(routes=routes, lifespan=auth.lifespan)
    auth.install(app)
    return TestClient(app)


async def noop(request: Request) -> Response:
    return Response()


def test_endpoint_arguments(auth: Auth, fake: FakeStytch) -> None:
    """Endpoints take the request and who passed."""

    @auth.require(member())
    async def whole(request: Request, me: MemberSession) -> Response:
        return PlainTextResponse(f"{request.path_params['org']} {me.member_id}")

    @auth.require(member())
    async def short(request: Request) -> Response:
        return PlainTextResponse(f"{request.path_params['org']} {request.state.stytch.principal.member_id}")

    @auth.require(member())
    def threaded(request: Request, me: MemberSession) -> Response:
        return PlainTextResponse(f"{request.path_params['org']} {me.member_id}")

    class AsClass(HTTPEndpoint):
        @auth.require(member())
        async def get(self, request: Request, me: MemberSession) -> Response:
            return PlainTextResponse(f"{request.path_params['org']} {me.member_id}")

    ada = fake.sign_in()
    for endpoint in (whole, short, threaded, AsClass):
        browser = client(auth, Route("/{org}", endpoint))
        assert 401 == browser.get("/acme").status_code
        assert f"acme {ada.member.member_id}" == browser.get("/acme", headers=ada.headers).text


def test_a_rule_on_a_class(auth: Auth) -> None:
    """It is refused where it is written, rather than by a 500 at each request."""
    require: Any = auth.require(member())
    with pytest.raises(TypeError, match="methods of AsClass"):

        @require
        class AsClass(HTTPEndpoint): ...


def test_websockets(auth: Auth, fake: FakeStytch) -> None:
    @auth.require(member())
    async def live(socket: WebSocket, me: MemberSession) -> None:
        await socket.accept()
        await socket.send_text(me.member_id)
        await socket.close()

    ada = fake.sign_in()
    with client(auth, WebSocketRoute("/{org}", live)).websocket_connect("/acme", headers=ada.headers) as socket:
        assert ada.member.member_id == socket.receive_text()


def test_routes_without_a_rule_are_listed(auth: Auth) -> None:
    class Mixed(HTTPEndpoint):
        @auth.require(public())
        async def get(self, request: Request) -> Response:
            return Response()

        async def post(self, request: Request) -> Response:
            return Response()

    async def live(socket: WebSocket) -> None: ...

    ruled = auth.require(member())(noop)
    app = Starlette(
        routes=[
            Route("/{org}/ruled", ruled),
            Route("/health", noop),
            Route("/mixed", Mixed),
            WebSocketRoute("/live", live),
            Mount("/{org}/inner", routes=[Route("/open", noop, methods=["PUT"]), Route("/ruled", ruled)]),
            Mount("/static", app=PlainTextResponse("anything")),
            Host("{org}.example.com", Router([Route("/hosted", noop), Route("/ruled", ruled)])),
            auth.webhook_route("/hooks", secret=SECRET, on_event=print),
        ]
    )
    expected = {"GET /health", "POST /mixed", "WEBSOCKET /live", "PUT /{org}/inner/open", "* /static", "GET /hosted"}
    assert expected == auth.without_rule(app)


def test_missing_organization_parameter(auth: Auth) -> None:
    """A route must say which organization it is about."""
    ruled = auth.require(member())(noop)
    with (
        pytest.raises(RuleError, match="GET /v1/invoices has no parameter"),
        client(auth, Mount("/v1", routes=[Route("/invoices", ruled)])),
    ):
        pass


def test_options_run_neither_rule_nor_body(auth: Auth) -> None:
    @auth.require(member())
    async def body(request: Request) -> Response:
        raise AssertionError(request)

    answer = client(auth, Route("/{org}", body, methods=["OPTIONS", "PUT"])).options("/acme")
    assert (204, "OPTIONS, PUT") == (answer.status_code, answer.headers["allow"])


def test_a_large_body_is_refused(auth: Auth) -> None:
    """Webhooks have at most 1 MiB."""
    hooks = auth.webhook_route("/hooks", secret=SECRET, on_event=print)
    assert 413 == client(auth, hooks).post("/hooks", content=b"x" * (2**20 + 1)).status_code


async def test_a_generator_function_may_be_the_lifespan(auth: Auth) -> None:
    """Deprecated, but Starlette takes it."""

    async def own(app: Starlette) -> AsyncGenerator[None]:
        yield

    app = Starlette(lifespan=auth.lifespan(own))
    async with app.router.lifespan_context(app):
        pass
