"""Starlette: rules on endpoints, logins and webhooks. Needs `stytch-b2b-async[starlette]`.

```python
auth = Auth(Client(), organization="{org}")


@auth.require(member())
async def invoices(request: Request, me: MemberSession) -> Response: ...


app = Starlette(routes=[Route("/{org}/invoices", invoices)], lifespan=auth.lifespan)
auth.install(app)
```
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from inspect import iscoroutinefunction, signature
from typing import Any, Generic, TypeVar, Unpack, overload

import attrs

from stytch_b2b_async import web
from stytch_b2b_async._extras import extra_needed
from stytch_b2b_async.web import Rule
from stytch_b2b_async.web.login import LoginRouteOptions, LoginRoutes
from stytch_b2b_async.web.webhook import OnEvent

from ._marks import mark

with extra_needed(__name__, "starlette"):
    from starlette.concurrency import run_in_threadpool
    from starlette.endpoints import HTTPEndpoint
    from starlette.requests import Request
    from starlette.routing import Route
    from starlette.websockets import WebSocket

    from ._starlette_auth import StarletteAuth, decide

T = TypeVar("T")
E = TypeVar("E", Request, WebSocket)
M = TypeVar("M", bound=HTTPEndpoint)


class Auth(StarletteAuth):
    """Sessions of a Starlette application; the arguments are those of `stytch_b2b_async.web.Auth`."""

    def require(self, rule: Rule[T]) -> "Requirement[T]":
        """Return a decorator: the endpoint runs only for requests that satisfy the rule."""
        return Requirement(self, rule)

    def login_routes(self, **options: Unpack[LoginRouteOptions]) -> list[Route]:
        """Return routes to log in and out: `Mount("/auth", routes=auth.login_routes(after="/"))`.

        The options are those of `stytch_b2b_async.web.login.LoginRoutes`.
        """
        return [self._mounted(route) for route in LoginRoutes(self, **options).routes()]

    def webhook_route(self, path: str, *, secret: str | Sequence[str], on_event: OnEvent) -> Route:
        """Return a route that receives webhooks: see `stytch_b2b_async.web.webhook_route`."""
        return self._mounted(web.webhook_route(secret=secret, on_event=on_event, path=path))

    def _mounted(self, route: web.Route) -> Route:
        return Route(route.path, self._endpoint(route), methods=list(route.methods), name=route.name)


@attrs.frozen
class Requirement(Generic[T]):
    """A decorator for endpoints: functions, and methods of HTTPEndpoint."""

    auth: Auth
    rule: Rule[T]

    @overload
    def __call__(self, endpoint: Callable[[E, T], Any]) -> Callable[[E], Awaitable[Any]]: ...
    @overload
    def __call__(self, endpoint: Callable[[E], Any]) -> Callable[[E], Awaitable[Any]]: ...
    @overload  # of a method
    def __call__(self, endpoint: Callable[[M, Request, T], Any]) -> Callable[[M, Request], Awaitable[Any]]: ...
    @overload
    def __call__(self, endpoint: Callable[[M, Request], Any]) -> Callable[[M, Request], Awaitable[Any]]: ...
    def __call__(self, endpoint: Callable[..., Any]) -> Callable[..., Any]:
        """Protect an endpoint; if it takes another argument than the request, that is whoever passed."""
        if isinstance(endpoint, type):
            raise TypeError(f"put the rule on the methods of {endpoint.__name__}, not on the class")
        parameters = list(signature(endpoint).parameters)
        takes_principal = len(parameters) > (2 if parameters[0] == "self" else 1)

        @wraps(endpoint)
        async def protected(*arguments: Any) -> Any:
            principal = await decide(self.auth, self.rule, arguments[-1])
            given = (*arguments, principal) if takes_principal else arguments
            if iscoroutinefunction(endpoint):
                return await endpoint(*given)
            return await run_in_threadpool(endpoint, *given)

        return mark(protected, self.auth, self.rule)
