"""Flask: rules on views, logins and webhooks. Needs `stytch-b2b-async[flask]`.

```python
auth = Auth(BlockingClient(), organization="{org}")
app = Flask(__name__)
auth.init_app(app)


@app.get("/<org>/invoices")
@auth.require(member())
def invoices(org: str) -> str:
    return f"Invoices for {current_session.member_id}"
```
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, Unpack, cast

import attrs

from stytch_b2b_async import web
from stytch_b2b_async._extras import extra_needed
from stytch_b2b_async.client import BlockingClient
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.web import Granted, Refused, Rule
from stytch_b2b_async.web.login import LoginRouteOptions, LoginRoutes
from stytch_b2b_async.web.webhook import OnEvent

from ._marks import mark
from ._wsgi import WriteOutgoing, add_outgoing, raw_path, request_head

with extra_needed(__name__, "flask"):
    from flask import Blueprint, Flask, Response, current_app, request
    from werkzeug.routing import Rule as URLRule

    from ._werkzeug import GRANTED, allowed, check_routes, granted_in, session_proxy, without_rule

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Auth(web.Auth):
    """Sessions of a Flask application; the arguments are those of `stytch_b2b_async.web.Auth`, with a BlockingClient."""

    def init_app(self, app: Flask) -> None:
        """Let cookies and headers leave with every response of an application.

        From now on, RuleError is raised for a route whose rule needs a parameter that the path does not have. Raises TypeError
        without a BlockingClient.
        """
        if not isinstance(self.client, BlockingClient):
            raise TypeError("Flask needs an Auth with a BlockingClient")
        app.wsgi_app = WriteOutgoing(app.wsgi_app)  # type: ignore[method-assign]  # the documented way
        for rule in app.url_map.iter_rules():
            check_routes(self, app, rule)
        self._check_from_now_on(app)

    def _check_from_now_on(self, app: Flask) -> None:
        """Check each route that is added: Flask has no event of its start."""
        added: list[URLRule] = []
        add, add_url_rule = app.url_map.add, app.add_url_rule

        def add_noted(rule: URLRule) -> None:
            add(rule)
            added.append(rule)

        def add_checked(*arguments: Any, **options: Any) -> None:
            add_url_rule(*arguments, **options)  # which adds the view after the rule
            while added:
                check_routes(self, app, added.pop())

        app.url_map.add = cast("Any", add_noted)  # type: ignore[method-assign]
        app.add_url_rule = add_checked  # type: ignore[method-assign]

    def require(self, rule: Rule[T]) -> "Requirement[T]":
        """Return a decorator for views: `@auth.require(member())` below `@app.get(…)`, or in a class-based view's `decorators`."""
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

    def without_rule(self, app: Flask) -> set[str]:
        """Return the routes without a rule, such as `GET /health`: a test can compare them with what should be public."""
        return without_rule(app)

    def _blueprint(self, name: str, routes: Iterable[web.Route]) -> Blueprint:
        blueprint = Blueprint(name, __name__)
        for route in routes:
            blueprint.add_url_rule(route.path, route.name, self._view(route), methods=[*route.methods])
        return blueprint

    def _view(self, route: web.Route) -> Callable[[], Response]:
        def answer() -> Response:
            environ = request.environ
            made = web.Request(
                **attrs.asdict(request_head(environ, {}), recurse=False),
                path=raw_path(environ),
                query=environ.get("QUERY_STRING", "").encode("latin-1"),
                body=request.stream.read(route.max_body + 1),
            )
            return _response(self.respond_blocking(route, made))

        return mark(answer, self, None)


@attrs.frozen
class Requirement(Generic[T]):
    """A decorator for views. Their arguments stay as they are: `current_session` is whoever passed."""

    auth: Auth
    rule: Rule[T]

    def __call__(self, view: Callable[P, R]) -> Callable[P, R]:
        """Protect a view, synchronous or not."""

        @wraps(view)
        def protected(*args: P.args, **kwargs: P.kwargs) -> Any:
            environ = request.environ
            if request.method == "OPTIONS":
                return Response(status=204, headers={"Allow": allowed(request.url_rule)})
            decision = self.auth.decide_blocking(request_head(environ, dict(request.view_args or {})), self.rule)
            add_outgoing(environ, decision.outgoing)
            if isinstance(decision, Refused):
                return _response(decision.response)
            environ[GRANTED] = decision
            return current_app.ensure_sync(view)(*args, **kwargs)

        return cast("Callable[P, R]", mark(protected, self.auth, self.rule))


def granted() -> Granted[Any]:
    """Return what was granted to the current request. Raises RuntimeError if its view has no rule."""
    return granted_in(request.environ)


current_session: MemberSession = session_proxy(granted)
"""The session by which the current request has passed."""


def _response(response: web.Response) -> Response:
    return Response(response.body, response.status, list(response.headers))
