"""The application of the table of cases, in Flask and Quart."""

from collections.abc import AsyncIterator
from typing import Any

import flask
import quart
from flask.typing import ResponseReturnValue
from quart.typing import ResponseReturnValue as QuartReturnValue
from web.app import LOGINS_OPTIONS, ROUTES, WEBHOOK_SECRET, AppRoute, Setup, described
from werkzeug.exceptions import NotFound

from stytch_b2b_async.client import BlockingClient
from stytch_b2b_async.integrations import flask as flask_adapter
from stytch_b2b_async.integrations import quart as quart_adapter
from stytch_b2b_async.testing import FakeStytch

HEADERS = {
    "cached": {"Cache-Control": "public, max-age=600", "CDN-Cache-Control": "max-age=600", "Vary": "Accept"},
    "themed": {"Set-Cookie": "theme=dark; Path=/"},
}


def on_flask(client: BlockingClient, setup: Setup) -> flask.Flask:
    auth = flask_adapter.Auth(client, **setup.arguments)
    app = flask.Flask(__name__, static_folder=None)
    auth.init_app(app)
    for route in ROUTES:
        if route.method != "WEBSOCKET":
            app.add_url_rule(_path(route), route.name, _flask_view(auth, route), methods=[route.method])
    if setup.has_logins:
        app.register_blueprint(auth.login_routes(**LOGINS_OPTIONS), url_prefix="/auth")
    app.register_blueprint(auth.webhook_route("/hooks", secret=WEBHOOK_SECRET, on_event=setup.events.append))
    return app


def on_quart(fake: FakeStytch, setup: Setup) -> quart.Quart:
    auth = quart_adapter.Auth(fake.client(timeout=setup.timeout), **setup.arguments)
    app = quart.Quart(__name__, static_folder=None)
    auth.init_app(app)
    for route in ROUTES:
        if route.method == "WEBSOCKET":
            app.add_websocket(_path(route), route.name, _quart_view(auth, route))
        else:
            app.add_url_rule(_path(route), route.name, _quart_view(auth, route), methods=[route.method])
    if setup.has_logins:
        app.register_blueprint(auth.login_routes(**LOGINS_OPTIONS), url_prefix="/auth")
    app.register_blueprint(auth.webhook_route("/hooks", secret=WEBHOOK_SECRET, on_event=setup.events.append))
    return app


def _path(route: AppRoute) -> str:
    return route.path.replace("{", "<").replace("}", ">")


def _flask_view(auth: flask_adapter.Auth, route: AppRoute) -> Any:
    def view(**parameters: str) -> ResponseReturnValue:
        principal = None if route.rule is None else flask_adapter.granted().principal
        match route.behaviour:
            case "redirect":
                return flask.redirect("/elsewhere", 303)
            case "stream":
                body = described(principal)
                return flask.Response(iter([body[:5], body[5:]]), mimetype="application/json")
            case "missing":
                raise NotFound
            case "broken":
                raise ZeroDivisionError("planted")
            case _:
                return flask.Response(described(principal), mimetype="application/json", headers=HEADERS.get(route.behaviour))

    return view if route.rule is None else auth.require(route.rule)(view)


def _quart_view(auth: quart_adapter.Auth, route: AppRoute) -> Any:
    async def view(**parameters: str) -> QuartReturnValue | None:
        principal = None if route.rule is None else quart_adapter.granted().principal
        match route.behaviour:
            case "redirect":
                return quart.redirect("/elsewhere", 303)
            case "stream":
                return quart.Response(_halves(described(principal)), mimetype="application/json")
            case "missing":
                raise NotFound
            case "broken":
                raise ZeroDivisionError("planted")
            case "listen":
                await quart.websocket.send(described(principal))
                return None
            case _:
                return quart.Response(described(principal), mimetype="application/json", headers=HEADERS.get(route.behaviour))

    return view if route.rule is None else auth.require(route.rule)(view)


async def _halves(body: str) -> AsyncIterator[str]:
    yield body[:5]
    yield body[5:]
