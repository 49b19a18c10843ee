"""aiohttp.web: rules on handlers, logins and webhooks. It needs no extra.

```python
auth = Auth(Client(), organization="{org}")


@auth.require(member())
async def invoices(request: web.Request, me: MemberSession) -> web.Response: ...


app = web.Application()
app.router.add_get("/{org}/invoices", invoices)
auth.install(app)
```
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from inspect import signature
from typing import Any, Final, Generic, TypeVar, Unpack, overload

import attrs
from aiohttp import web as aiohttp
from aiohttp.abc import AbstractView
from aiohttp.typedefs import Handler

from stytch_b2b_async import web
from stytch_b2b_async.client import Client
from stytch_b2b_async.web import Granted, Outgoing, Refused, Rule
from stytch_b2b_async.web.login import LoginRouteOptions, LoginRoutes
from stytch_b2b_async.web.webhook import OnEvent

from ._aiohttp_parts import answer_options, found_routes, read_body, request_head, to_response
from ._marks import mark, marks

T = TypeVar("T")
V = TypeVar("V", bound=aiohttp.View)


class _Exchange:
    """One request: what was granted, and what must leave with its response. Clones of the request share it."""

    granted: Granted[Any] | None = None
    outgoing: Outgoing | None = None


_EXCHANGE: Final = aiohttp.RequestKey("stytch_b2b_async", _Exchange)


class Auth(web.Auth):
    """Sessions of an aiohttp.web application; the arguments are those of `stytch_b2b_async.web.Auth`."""

    def install(self, app: aiohttp.Application) -> None:
        """Let cookies and headers leave with every response of an application, and disconnect the client when it ends.

        It puts a middleware before all others, so call it after those were added.
        When the application starts, RuleError is raised for a route whose rule needs a parameter that the path does not have.
        """
        app.middlewares.insert(0, _open_exchange)
        app.on_response_prepare.append(_write_outgoing)
        app.on_startup.append(self._check)
        app.on_cleanup.append(self._disconnect)

    def require(self, rule: Rule[T]) -> "Requirement[T]":
        """Return a decorator: the handler runs only for requests that satisfy the rule."""
        return Requirement(self, rule)

    def login_routes(self, **options: Unpack[LoginRouteOptions]) -> aiohttp.Application:
        """Return an application with routes to log in and out: `app.add_subapp("/auth", auth.login_routes(after="/"))`.

        The options are those of `stytch_b2b_async.web.login.LoginRoutes`.
        """
        app = aiohttp.Application()
        for route in LoginRoutes(self, **options).routes():
            app.router.add_routes(self._mounted(route))
        return app

    def webhook_route(self, path: str, *, secret: str | Sequence[str], on_event: OnEvent) -> aiohttp.RouteDef:
        """Return a route that receives webhooks, for `add_routes`: see `stytch_b2b_async.web.webhook_route`."""
        return self._mounted(web.webhook_route(secret=secret, on_event=on_event, path=path))[0]

    def without_rule(self, app: aiohttp.Application) -> set[str]:
        """Return the routes without a rule, such as `GET /health`: a test can compare them with what should be public."""
        return {f"{method} {path}" for method, path, handler, _ in found_routes(app) if not marks(handler)}

    def _mounted(self, route: web.Route) -> list[aiohttp.RouteDef]:
        async def answer(request: aiohttp.Request) -> aiohttp.Response:
            head = request_head(request)
            made = web.Request(
                **attrs.asdict(head, recurse=False),
                path=head.target.partition("?")[0],
                query=head.target.partition("?")[2].encode(),
                body=await read_body(request, route.max_body),
            )
            return to_response(await self.respond(route, made))

        mark(answer, self, None)
        return [aiohttp.route(method, route.path, answer) for method in route.methods if method != "HEAD"]  # it comes with GET

    async def _check(self, app: aiohttp.Application) -> None:
        for method, path, handler, parameters in found_routes(app):
            for owner, rule in marks(handler):
                if owner is self and rule is not None:
                    self.check_route(rule, parameters, f"{method} {path}")

    async def _disconnect(self, _app: aiohttp.Application) -> None:
        if isinstance(self.client, Client):
            await self.client.disconnect()


@attrs.frozen
class Requirement(Generic[T]):
    """A decorator for handlers: coroutine functions, and methods of `web.View`."""

    auth: Auth
    rule: Rule[T]

    @overload
    def __call__(self, handler: Callable[[aiohttp.Request, T], Awaitable[Any]]) -> Callable[[aiohttp.Request], Awaitable[Any]]: ...
    @overload
    def __call__(self, handler: Callable[[aiohttp.Request], Awaitable[Any]]) -> Callable[[aiohttp.Request], Awaitable[Any]]: ...
    @overload  # of a view
    def __call__(self, handler: Callable[[V, T], Awaitable[Any]]) -> Callable[[V], Awaitable[Any]]: ...
    @overload
    def __call__(self, handler: Callable[[V], Awaitable[Any]]) -> Callable[[V], Awaitable[Any]]: ...
    def __call__(self, handler: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Protect a handler; if it takes another argument than the request, that is whoever passed."""
        takes_principal = len(signature(handler).parameters) > 1

        @wraps(handler)
        async def protected(given: Any) -> Any:
            request: aiohttp.Request = given.request if isinstance(given, AbstractView) else given
            if request.method == "OPTIONS":
                return answer_options(request)
            exchange = _exchange(request)
            decision = await self.auth.decide(request_head(request), self.rule)
            exchange.outgoing = decision.outgoing if exchange.outgoing is None else exchange.outgoing | decision.outgoing
            if isinstance(decision, Refused):
                return to_response(decision.response)
            exchange.granted = decision
            return await (handler(given, decision.principal) if takes_principal else handler(given))

        return mark(protected, self.auth, self.rule)


def granted(request: aiohttp.Request) -> Granted[Any]:
    """Return what was granted to a request. Raises RuntimeError if its handler has no rule."""
    found = _exchange(request).granted
    if found is None:
        raise RuntimeError("the handler of this request has no rule")
    return found


@aiohttp.middleware
async def _open_exchange(request: aiohttp.Request, handler: Handler) -> aiohttp.StreamResponse:
    request.setdefault(_EXCHANGE, _Exchange())
    return await handler(request)


def _exchange(request: aiohttp.Request) -> _Exchange:
    found: _Exchange | None = request.get(_EXCHANGE)
    if found is None:
        raise RuntimeError("auth.install(app) is missing: without it, renewed cookies would not leave with the response")
    return found


async def _write_outgoing(request: aiohttp.Request, response: aiohttp.StreamResponse) -> None:
    exchange: _Exchange | None = request.get(_EXCHANGE)
    if exchange is None or exchange.outgoing is None:
        return
    merged = exchange.outgoing.merged_text(response.headers.items())
    response.headers.clear()
    for name, value in merged:
        response.headers.add(name, value)
