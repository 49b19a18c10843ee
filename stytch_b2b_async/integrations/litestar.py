"""Litestar: rules as guards, logins and webhooks. Needs `stytch-b2b-async[litestar]`.

```python
auth = Auth(Client(), organization="{org}")


@get("/{org:str}/invoices", guards=[auth.require(member())])
async def invoices(org: str, me: MemberSession) -> list[Invoice]: ...


app = Litestar([invoices], plugins=[auth])
```
"""

from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar, Unpack, cast

import attrs

from stytch_b2b_async import web
from stytch_b2b_async._extras import extra_needed
from stytch_b2b_async.client import Client
from stytch_b2b_async.web import Granted, Refused, RefusedError, Rule
from stytch_b2b_async.web.login import LoginRouteOptions, LoginRoutes
from stytch_b2b_async.web.webhook import OnEvent

from ._asgi import Exchange, Scope, raw_path, request_head
from ._marks import mark, marks

with extra_needed(__name__, "litestar"):
    from litestar import Litestar, Request, Response, Router, route
    from litestar.config.app import AppConfig
    from litestar.connection import ASGIConnection
    from litestar.di import Provide
    from litestar.exceptions import WebSocketException
    from litestar.handlers import HTTPRouteHandler
    from litestar.handlers.base import BaseRouteHandler
    from litestar.plugins import InitPluginProtocol

    from ._litestar_parts import REFUSED, found_routes, function_of, outermost, read_body, to_response

T = TypeVar("T")

_GRANTED: Final = "stytch_b2b_async.granted"


class Auth(web.Auth, InitPluginProtocol):
    """Sessions of a Litestar application, and its plugin; the arguments are those of `stytch_b2b_async.web.Auth`.

    Handlers whose guard has let somebody in may take them as `me`. Names of path parameters in templates have no type: `{org}`.
    When the application starts, RuleError is raised for a route whose rule needs a parameter that the path does not have; when it
    ends, the client is disconnected.
    """

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Let cookies and headers leave with every response of an application, and refusals be answered: Litestar calls it."""
        app_config.middleware.insert(0, cast("Any", outermost))
        handlers = cast("dict[Any, Any]", app_config.exception_handlers)  # pyright: ignore[reportUnknownMemberType]
        app_config.exception_handlers = {**handlers, RefusedError: self.refuse}
        app_config.dependencies = {"me": Provide(_principal, sync_to_thread=False), **app_config.dependencies}
        app_config.on_startup.append(self._check)
        app_config.on_shutdown.append(self._disconnect)
        return app_config

    def require(self, rule: Rule[T]) -> "Requirement[T]":
        """Return a guard: `guards=[auth.require(member())]`, of a handler, controller, router or application."""
        return Requirement(self, rule)

    def refuse(self, _request: Request[Any, Any, Any], error: RefusedError) -> Response[bytes]:
        """Answer a refused request: an exception handler of your own can call this for what it does not answer itself."""
        return to_response(error.refused.response)

    def login_routes(self, **options: Unpack[LoginRouteOptions]) -> Router:
        """Return a router with routes to log in and out: `Router("/auth", route_handlers=[auth.login_routes(after="/")])`.

        The options are those of `stytch_b2b_async.web.login.LoginRoutes`.
        """
        return Router("/", route_handlers=[self._mounted(each) for each in LoginRoutes(self, **options).routes()])

    def webhook_route(self, path: str, *, secret: str | Sequence[str], on_event: OnEvent) -> HTTPRouteHandler:
        """Return a route that receives webhooks: see `stytch_b2b_async.web.webhook_route`."""
        return self._mounted(web.webhook_route(secret=secret, on_event=on_event, path=path))

    def without_rule(self, app: Litestar) -> set[str]:
        """Return the routes without a rule, such as `GET /health`: a test can compare them with what should be public."""
        return {name for name, _, handler in found_routes(app) if not _rules(handler) and not marks(function_of(handler))}

    def _mounted(self, ready: web.Route) -> HTTPRouteHandler:
        async def answer(request: Request[Any, Any, Any]) -> Response[bytes]:
            scope = cast("Scope", request.scope)
            made = web.Request(
                **attrs.asdict(request_head(scope), recurse=False),
                path=raw_path(scope),
                query=scope["query_string"],
                body=await read_body(request, ready.max_body),
            )
            return to_response(await self.respond(ready, made))

        methods = cast("Any", sorted({*ready.methods, "HEAD"} if "GET" in ready.methods else ready.methods))
        return route(ready.path, http_method=methods, status_code=200, include_in_schema=False)(mark(answer, self, None))

    def _check(self, app: Litestar) -> None:
        for name, parameters, handler in found_routes(app):
            for owner, rule in _rules(handler):
                if owner is self:
                    self.check_route(rule, parameters, name)

    async def _disconnect(self, _app: Litestar) -> None:
        if isinstance(self.client, Client):
            await self.client.disconnect()


@attrs.frozen
class Requirement(Generic[T]):
    """A guard. Equal rules give equal guards."""

    auth: Auth
    rule: Rule[T]

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Let a connection pass. Raises RefusedError, which the application answers."""
        scope = cast("Scope", connection.scope)
        exchange = Exchange.of(scope)
        if scope.get("method") == "OPTIONS":
            allowed = sorted({*getattr(handler, "http_methods", ()), "OPTIONS"})
            raise RefusedError(Refused(web.Response(204, (("allow", ", ".join(allowed)),))))
        decision = await self.auth.decide(request_head(scope), self.rule)
        exchange.add(decision.outgoing)
        if isinstance(decision, Granted):
            scope[_GRANTED] = decision
        elif scope["type"] == "websocket":
            scope[REFUSED] = decision
            raise WebSocketException(detail="", code=decision.close_code)
        else:
            raise RefusedError(decision)

    def __deepcopy__(self, _memo: object) -> "Requirement[T]":
        return self  # Litestar copies the handlers of controllers, whose guards stay those of this Auth


def granted(connection: ASGIConnection[Any, Any, Any, Any]) -> Granted[Any]:
    """Return what was granted to a connection. Raises RuntimeError if its handler has no rule."""
    found: Granted[Any] | None = cast("Scope", connection.scope).get(_GRANTED)
    if found is None:
        raise RuntimeError("the handler of this request has no rule")
    return found


def _principal(request: ASGIConnection[Any, Any, Any, Any]) -> Any:
    return granted(request).principal


def _rules(handler: BaseRouteHandler) -> list[tuple[web.Auth, Rule[Any]]]:
    """Return the rules of a handler, those of its controller, routers and application included."""
    guards = cast("list[Any]", handler.resolve_guards())  # pyright: ignore[reportUnknownMemberType]
    found = [cast("Requirement[Any]", guard) for guard in guards if isinstance(guard, Requirement)]
    return [(guard.auth, guard.rule) for guard in found]


__all__ = ["Auth", "Requirement", "granted"]
