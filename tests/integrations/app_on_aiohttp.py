"""The application of the table of cases, in aiohttp.web."""

from typing import Any

from aiohttp import web
from web.app import LOGINS_OPTIONS, ROUTES, WEBHOOK_SECRET, AppRoute, Setup, described
from web.served_by_aiohttp import behind_a_proxy

from stytch_b2b_async.integrations.aiohttp import Auth
from stytch_b2b_async.testing import FakeStytch

HEADERS = {
    "cached": {"Cache-Control": "public, max-age=600", "CDN-Cache-Control": "max-age=600", "Vary": "Accept"},
    "themed": {"Set-Cookie": "theme=dark; Path=/"},
}


def on_aiohttp(fake: FakeStytch, setup: Setup) -> web.Application:
    auth = Auth(fake.client(timeout=setup.timeout), **setup.arguments)
    app = web.Application(middlewares=[behind_a_proxy])
    for route in ROUTES:
        method = "GET" if route.method == "WEBSOCKET" else route.method
        app.router.add_routes([web.route(method, route.path, _handler(auth, route))])
    app.router.add_routes([auth.webhook_route("/hooks", secret=WEBHOOK_SECRET, on_event=setup.events.append)])
    if setup.has_logins:
        app.add_subapp("/auth", auth.login_routes(**LOGINS_OPTIONS))
    auth.install(app)
    return app


def _handler(auth: Auth, route: AppRoute) -> Any:
    async def unruled(request: web.Request) -> web.StreamResponse:
        return await respond(request, route, None)

    async def ruled(request: web.Request, principal: Any) -> web.StreamResponse:
        return await respond(request, route, principal)

    return unruled if route.rule is None else auth.require(route.rule)(ruled)


async def respond(request: web.Request, route: AppRoute, principal: object) -> web.StreamResponse:
    match route.behaviour:
        case "redirect":
            return web.Response(status=303, headers={"Location": "/elsewhere"})
        case "stream":
            response = web.StreamResponse(headers={"Content-Type": "application/json"})
            await response.prepare(request)
            body = described(principal).encode()
            await response.write(body[:5])
            await response.write(body[5:])
            return response
        case "missing":
            raise web.HTTPNotFound
        case "broken":
            raise ZeroDivisionError("planted")
        case "listen":
            live = web.WebSocketResponse()
            await live.prepare(request)
            await live.send_str(described(principal))
            await live.close()
            return live
        case _:
            return web.json_response(text=described(principal), headers=HEADERS.get(route.behaviour))
