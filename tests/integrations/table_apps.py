"""The application of the table of cases, in the frameworks that are built on Starlette."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket
from web.app import LOGINS_OPTIONS, ROUTES, WEBHOOK_SECRET, AppRoute, Behaviour, Setup, described

from stytch_b2b_async.integrations import fastapi, starlette
from stytch_b2b_async.testing import FakeStytch

HEADERS = {
    "cached": {"Cache-Control": "public, max-age=600", "CDN-Cache-Control": "max-age=600", "Vary": "Accept"},
    "themed": {"Set-Cookie": "theme=dark; Path=/"},
}


def on_fastapi(fake: FakeStytch, setup: Setup) -> FastAPI:
    auth = fastapi.Auth(fake.client(timeout=setup.timeout), **setup.arguments)
    app = FastAPI(lifespan=auth.lifespan)
    auth.install(app)
    for route in ROUTES:
        if route.method == "WEBSOCKET":
            app.websocket(route.path, name=route.name)(_fastapi_socket(auth, route))
        else:
            methods = [route.method, "HEAD"] if route.method == "GET" else [route.method]
            app.api_route(route.path, methods=methods, name=route.name)(_fastapi_endpoint(auth, route))
    app.include_router(auth.webhook_route(secret=WEBHOOK_SECRET, on_event=setup.events.append), prefix="/hooks")
    if setup.has_logins:
        app.include_router(auth.login_routes(**LOGINS_OPTIONS), prefix="/auth")
    return app


def on_starlette(fake: FakeStytch, setup: Setup) -> Starlette:
    auth = starlette.Auth(fake.client(timeout=setup.timeout), **setup.arguments)
    app = Starlette(
        routes=[
            *(_starlette_route(auth, route) for route in ROUTES),
            auth.webhook_route("/hooks", secret=WEBHOOK_SECRET, on_event=setup.events.append),
            *([Mount("/auth", routes=auth.login_routes(**LOGINS_OPTIONS))] if setup.has_logins else []),
        ],
        lifespan=auth.lifespan,
    )
    auth.install(app)
    return app


def _fastapi_endpoint(auth: fastapi.Auth, route: AppRoute) -> Callable[..., Awaitable[Response]]:
    if route.rule is None:

        async def unruled() -> Response:
            return respond(route.behaviour, None)

        return unruled

    async def ruled(principal: Annotated[Any, auth.require(route.rule)]) -> Response:
        return respond(route.behaviour, principal)

    return ruled


def _fastapi_socket(auth: fastapi.Auth, route: AppRoute) -> Callable[..., Awaitable[None]]:
    assert route.rule is not None

    async def listen(socket: WebSocket, principal: Annotated[Any, auth.require(route.rule)]) -> None:
        await greet(socket, principal)

    return listen


def _starlette_route(auth: starlette.Auth, route: AppRoute) -> Route | WebSocketRoute:
    async def unruled(request: Request) -> Response:
        return respond(route.behaviour, None)

    async def ruled(request: Request, principal: Any) -> Response:
        return respond(route.behaviour, principal)

    if route.rule is None:
        return Route(route.path, unruled, methods=[route.method], name=route.name)
    if route.method == "WEBSOCKET":
        return WebSocketRoute(route.path, auth.require(route.rule)(greet), name=route.name)
    return Route(route.path, auth.require(route.rule)(ruled), methods=[route.method], name=route.name)


async def greet(socket: WebSocket, principal: Any) -> None:
    await socket.accept()
    await socket.send_text(described(principal))
    await socket.close()


def respond(behaviour: Behaviour, principal: object) -> Response:
    match behaviour:
        case "redirect":
            return RedirectResponse("/elsewhere", 303)
        case "stream":
            return StreamingResponse(_halves(described(principal).encode()), media_type="application/json")
        case "missing":
            raise HTTPException(404)
        case "broken":
            raise ZeroDivisionError("planted")
        case _:
            return Response(described(principal), media_type="application/json", headers=HEADERS.get(behaviour))


async def _halves(body: bytes) -> AsyncIterator[bytes]:
    yield body[:5]
    yield body[5:]
