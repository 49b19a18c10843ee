"""What the adapters of Starlette and of FastAPI, which is built on it, share."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from inspect import isasyncgenfunction
from typing import Any, TypeVar, cast, overload

import attrs
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from stytch_b2b_async import web
from stytch_b2b_async.client import Client
from stytch_b2b_async.web import Refused, RefusedError, Rule

from ._asgi import Exchange, WriteOutgoing, raw_path, refuse, request_head
from ._marks import mark
from ._starlette_routes import FoundRoute, check_routes, found_routes, mounted_applications, without_rule

T = TypeVar("T")
A = TypeVar("A", bound=Starlette)


class StarletteAuth(web.Auth):
    """Sessions of an application that is built on Starlette."""

    def install(self, app: Starlette) -> None:
        """Let cookies and headers leave with every response of an application, and refusals be answered.

        Applications that are mounted in it are included. Raises RuntimeError if the application has started. When it starts,
        RuleError is raised for a route whose rule needs a parameter that the path does not have.
        """
        if app.middleware_stack is not None:
            raise RuntimeError("auth.install(app) comes before the application's start")
        build = app.build_middleware_stack

        def build_with_outgoing() -> Any:
            return WriteOutgoing(build(), partial(self._start, app))  # outside of what answers unexpected exceptions

        app.build_middleware_stack = build_with_outgoing  # type: ignore[method-assign]  # no other way leads outside of it
        app.add_exception_handler(RefusedError, cast("Any", self.refuse))

    def _start(self, app: Starlette) -> None:
        check_routes(self, self._routes(app))
        for mounted in mounted_applications(app):  # each answers the exceptions of its own routes
            if RefusedError not in mounted.exception_handlers and mounted.middleware_stack is None:
                mounted.add_exception_handler(RefusedError, cast("Any", self.refuse))

    async def refuse(self, connection: HTTPConnection, error: RefusedError) -> Response | None:
        """Answer a refused request: an exception handler of your own can call this for what it does not answer itself."""
        if not isinstance(connection, WebSocket):
            return _RefusedResponse(error.refused)
        await refuse(error.refused, connection.scope, connection.send)  # here: older releases do not send what is returned
        return None

    @overload
    def lifespan(self, app: Starlette) -> AbstractAsyncContextManager[Any]: ...
    @overload
    def lifespan(self, app: Callable[[A], Any]) -> Callable[[A], AbstractAsyncContextManager[Any]]: ...
    def lifespan(self, app: Starlette | Callable[[A], Any]) -> Any:
        """Disconnect the client when the application ends: `lifespan=auth.lifespan`, or `auth.lifespan(your_own)`."""
        if isinstance(app, Starlette):
            return self._ended(_nothing(app))
        own: Callable[[A], Any] = asynccontextmanager(app) if isasyncgenfunction(app) else app

        def whole(app: A) -> AbstractAsyncContextManager[Any]:
            return self._ended(own(app))

        return whole

    @asynccontextmanager
    async def _ended(self, own: AbstractAsyncContextManager[Any]) -> AsyncGenerator[Any]:
        try:
            async with own as state:
                yield state
        finally:
            if isinstance(self.client, Client):
                await self.client.disconnect()

    def without_rule(self, app: Starlette) -> set[str]:
        """Return the routes without a rule, such as `GET /health`: a test can compare them with what should be public."""
        return without_rule(self._routes(app))

    def _routes(self, app: Starlette) -> Iterable[FoundRoute]:
        return found_routes(app.routes)

    def _endpoint(self, route: web.Route) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of a ready-made route."""

        async def answer(request: Request) -> Response:
            try:
                body = await _body(request, route.max_body)
            except ClientDisconnect:
                return Response(status_code=400)  # which nobody receives
            head = request_head(request.scope)
            made = web.Request(
                **attrs.asdict(head, recurse=False), path=raw_path(request.scope), query=request.scope["query_string"], body=body
            )
            neutral = await self.respond(route, made)
            response = Response(neutral.body, neutral.status)
            response.raw_headers = neutral.raw_headers
            return response

        return mark(answer, self, None)


async def decide(auth: web.Auth, rule: Rule[T], connection: HTTPConnection) -> T:
    """Decide about a request: returns who passes, also kept as `request.state.stytch`. Raises RefusedError."""
    scope = connection.scope
    exchange = Exchange.of(scope)
    if scope.get("method") == "OPTIONS":
        raise RefusedError(Refused(web.Response(204, (("allow", _allowed(scope)),))))
    decision = await auth.decide(request_head(scope), rule)
    exchange.add(decision.outgoing)
    if isinstance(decision, Refused):
        raise RefusedError(decision)
    connection.state.stytch = decision
    return decision.principal


def _allowed(scope: Scope) -> str:
    found = [route for route in getattr(scope.get("router"), "routes", ()) if getattr(route, "endpoint", None) is scope["endpoint"]]
    methods = {method for route in (scope.get("route"), *found) for method in getattr(route, "methods", None) or ()}
    return ", ".join(sorted(methods | {"OPTIONS"}))


class _RefusedResponse(Response):
    def __init__(self, refused: Refused) -> None:
        super().__init__(status_code=refused.status)
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await refuse(self._refused, scope, send)


async def _body(request: Request, most: int) -> bytes:
    """Read a body, but not much more than `most` bytes."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            break
    return body[: most + 1]


@asynccontextmanager
async def _nothing(_app: Starlette) -> AsyncGenerator[None]:
    yield
