"""Quart: rules on views and websockets, logins and webhooks. Needs `stytch-b2b-async[quart]`.

```python
auth = Auth(Client(), organization="{org}")
app = Quart(__name__)
auth.init_app(app)


@app.get("/<org>/invoices")
@auth.require(member())
async def invoices(org: str) -> str:
    return f"Invoices for {current_session.member_id}"
```
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, Unpack, cast

import attrs

from stytch_b2b_async import web
from stytch_b2b_async._extras import extra_needed
from stytch_b2b_async.client import Client
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.web import Granted, Refused, Rule
from stytch_b2b_async.web.login import LoginRouteOptions, LoginRoutes
from stytch_b2b_async.web.webhook import OnEvent

from ._asgi import Exchange, Scope, WriteOutgoing, raw_path, request_head
from ._marks import mark

with extra_needed(__name__, "quart"):
    from quart import Blueprint, Quart, Response, current_app, has_websocket_context, request, websocket
    from quart.wrappers.base import BaseRequestWebsocket

    from ._werkzeug import GRANTED, allowed, check_routes, granted_in, session_proxy, without_rule

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Auth(web.Auth):
    """Sessions of a Quart application; the arguments are those of `stytch_b2b_async.web.Auth`."""

    def init_app(self, app: Quart) -> None:
        """Let cookies and headers leave with every response of an application, and disconnect the client when it ends.

        When the application starts, RuleError is raised for a route whose rule needs a parameter that the path does not have.
        """
        app.asgi_app = cast("Any", WriteOutgoing(cast("Any", app.asgi_app)))  # type: ignore[method-assign]  # the documented way

        async def check() -> None:
            for rule in app.url_map.iter_rules():
                check_routes(self, app, rule)

        app.before_serving(check)
        app.after_serving(self._disconnect)

    async def _disconnect(self) -> None:
        if isinstance(self.client, Client):
            await self.client.disconnect()

    def require(self, rule: Rule[T]) -> "Requirement[T]":
        """Return a decorator for views and websockets: `@auth.require(member())`, below `@app.get(…)`."""
        return Requirement(self, rule)

    def login_routes(self, name: str = "stytch_login", **options: Unpack[LoginRouteOptions]) -> Blueprint:
        """Return a blueprint to log in and out: `app.register_blueprint(auth.login_routes(after="/"), url_prefix="/auth")`.

        The options are those of `stytch_b2b_async.web.login.LoginRoutes`.
        """
        return self._blueprint(name, LoginRoutes(self, **options).routes())

    def webhook_route(
        self, path: str, *, secret: str | Sequence[str], on_event: OnEvent, name: str = "stytch_webhook"
    ) -> Blueprint:
        """Return a blueprint that receives webhooks: see `stytch_b2b_async.web.webhook_route`."""
        return self._blueprint(name, [web.webhook_route(secret=secret, on_event=on_event, path=path)])

    def without_rule(self, app: Quart) -> set[str]:
        """Return the routes without a rule, such as `GET /health`: a test can compare them with what should be public."""
        return without_rule(app)

    def _blueprint(self, name: str, routes: Iterable[web.Route]) -> Blueprint:
        blueprint = Blueprint(name, __name__)
        for route in routes:
            blueprint.add_url_rule(route.path, route.name, self._view(route), methods=[*route.methods])
        return blueprint

    def _view(self, route: web.Route) -> Callable[[], Awaitable[Response]]:
        async def answer() -> Response:
            scope = cast("Scope", request.scope)
            made = web.Request(
                **attrs.asdict(request_head(scope), recurse=False),
                path=raw_path(scope),
                query=scope["query_string"],
                body=await _body(route.max_body),
            )
            return _response(await self.respond(route, made))

        return mark(answer, self, None)


@attrs.frozen
class Requirement(Generic[T]):
    """A decorator for views. Their arguments stay as they are: `current_session` is whoever passed."""

    auth: Auth
    rule: Rule[T]

    def __call__(self, view: Callable[P, R]) -> Callable[P, R]:
        """Protect a view or a websocket, asynchronous or not."""

        @wraps(view)
        async def protected(*args: P.args, **kwargs: P.kwargs) -> Any:
            connection = _connection()
            scope = cast("Scope", connection.scope)
            if scope.get("method") == "OPTIONS":
                return Response(b"", 204, {"Allow": allowed(connection.url_rule)})
            head = request_head({**scope, "path_params": connection.view_args or {}})
            decision = await self.auth.decide(head, self.rule)
            Exchange.of(scope).add(decision.outgoing)
            if isinstance(decision, Refused):
                return _response(decision.response)
            scope[GRANTED] = decision
            return await current_app.ensure_async(cast("Any", view))(*args, **kwargs)

        return cast("Callable[P, R]", mark(protected, self.auth, self.rule))


def granted() -> Granted[Any]:
    """Return what was granted to the current request or websocket. Raises RuntimeError if its view has no rule."""
    return granted_in(cast("Scope", _connection().scope))


current_session: MemberSession = session_proxy(granted)
"""The session by which the current request has passed."""


def _connection() -> BaseRequestWebsocket:
    return cast("BaseRequestWebsocket", websocket if has_websocket_context() else request)


def _response(response: web.Response) -> Response:
    made = Response(response.body, response.status)
    made.headers.clear()
    made.headers.extend(response.headers)
    return made


async def _body(most: int) -> bytes:
    """Read a body, but not much more than `most` bytes."""
    body = b""
    async for chunk in request.body:
        body += chunk
        if len(body) > most:
            break
    return body[: most + 1]
