"""The application of the table of cases, in Litestar."""

from collections.abc import AsyncIterator
from typing import Any

from integrations.litestar_names import NamedDependency
from litestar import Litestar, Response, Router, WebSocket, route
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler, WebsocketRouteHandler
from litestar.response import Redirect, Stream
from web.app import LOGINS_OPTIONS, ROUTES, WEBHOOK_SECRET, AppRoute, Behaviour, Setup, described

from stytch_b2b_async.integrations.litestar import Auth
from stytch_b2b_async.testing import FakeStytch

HEADERS = {
    "cached": {"Cache-Control": "public, max-age=600", "CDN-Cache-Control": "max-age=600", "Vary": "Accept"},
    "themed": {"Set-Cookie": "theme=dark; Path=/"},
}


def on_litestar(fake: FakeStytch, setup: Setup) -> Litestar:
    auth = Auth(fake.client(timeout=setup.timeout), **setup.arguments)
    handlers: list[Any] = [_handler(auth, each) for each in ROUTES]
    handlers.append(auth.webhook_route("/hooks", secret=WEBHOOK_SECRET, on_event=setup.events.append))
    if setup.has_logins:
        handlers.append(Router("/auth", route_handlers=[auth.login_routes(**LOGINS_OPTIONS)]))
    return Litestar(handlers, plugins=[auth], logging_config=None)


def _handler(auth: Auth, each: AppRoute) -> BaseRouteHandler:
    path = each.path.replace("{org}", "{org:str}").replace("{number}", "{number:str}")
    methods: Any = ["GET", "HEAD"] if each.method == "GET" else [each.method]
    if each.rule is None:

        async def unruled() -> Response[Any]:
            return respond(each.behaviour, None)

        return route(path, http_method=methods, status_code=200, name=each.name)(unruled)
    guards: list[Any] = [auth.require(each.rule)]
    if each.method == "WEBSOCKET":

        async def listen(socket: WebSocket[Any, Any, Any], me: NamedDependency[Any]) -> None:
            await socket.accept()
            await socket.send_data(described(me))
            await socket.close()

        return WebsocketRouteHandler(path, guards=guards, name=each.name)(listen)

    async def ruled(me: NamedDependency[Any]) -> Response[Any]:
        return respond(each.behaviour, me)

    return route(path, http_method=methods, status_code=200, guards=guards, name=each.name)(ruled)


def respond(behaviour: Behaviour, principal: object) -> Response[Any]:
    match behaviour:
        case "redirect":
            return Redirect("/elsewhere", status_code=303)
        case "stream":
            return Stream(_halves(described(principal)), media_type="application/json", status_code=200)
        case "missing":
            raise NotFoundException
        case "broken":
            raise ZeroDivisionError("planted")
        case _:
            body = described(principal).encode()
            return Response(body, media_type="application/json", headers=HEADERS.get(behaviour), status_code=200)


async def _halves(body: str) -> AsyncIterator[str]:
    yield body[:5]
    yield body[5:]
