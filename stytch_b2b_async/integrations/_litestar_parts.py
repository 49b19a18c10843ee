"""What the adapter of Litestar translates: responses, bodies, and the routes of an application."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, cast

from litestar import Litestar, Request, Response
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import ASGIRoute, HTTPRoute, WebSocketRoute

from stytch_b2b_async import web

from ._asgi import ASGIApp, Message, Receive, Scope, Send, WriteOutgoing, refuse

REFUSED: Final = "stytch_b2b_async.refused"


def outermost(app: ASGIApp) -> ASGIApp:
    """Let headers leave with every response, and answer refused handshakes of websockets."""

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_refusal(message: Message) -> None:
            if message["type"] == "websocket.close" and REFUSED in scope:
                await refuse(scope[REFUSED], scope, send)
            else:
                await send(message)

        await app(scope, receive, send_refusal)

    return WriteOutgoing(refusing)


def to_response(response: web.Response) -> Response[bytes]:
    """Return a response of the core as Litestar's."""
    return _Whole(response)


class _Whole(Response[bytes]):
    """A response whose headers stay as they are, repeated ones included."""

    def __init__(self, response: web.Response) -> None:
        super().__init__(response.body, status_code=response.status)
        self._response = response

    def to_asgi_response(self, *_arguments: Any, **_options: Any) -> Any:
        """Return it as an ASGI application."""
        response = self._response

        async def respond(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  # called by name
            await send({"type": "http.response.start", "status": response.status, "headers": response.raw_headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else response.body})

        return respond


async def read_body(request: Request[Any, Any, Any], most: int) -> bytes:
    """Read a body, but not much more than `most` bytes."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            break
    return body[: most + 1]


def function_of(handler: BaseRouteHandler) -> Callable[..., Any]:
    """Return the function of a handler."""
    function: Any = handler.fn
    return cast("Callable[..., Any]", getattr(function, "value", function))


def found_routes(app: Litestar) -> Iterator[tuple[str, frozenset[str], BaseRouteHandler]]:
    """List the routes, but not those of Litestar itself: their names, the names of their parameters, and their handlers."""
    for found in app.routes:
        parameters = frozenset(found.path_parameters)
        for method, handler in _handlers(found):
            if not function_of(handler).__module__.startswith("litestar."):
                yield f"{method} {found.path_format}", parameters, handler


def _handlers(found: HTTPRoute | ASGIRoute | WebSocketRoute) -> Iterable[tuple[str, BaseRouteHandler]]:
    if isinstance(found, HTTPRoute):
        return [(method, handler[0]) for method, handler in found.route_handler_map.items() if method not in {"HEAD", "OPTIONS"}]
    return [("WEBSOCKET" if isinstance(found, WebSocketRoute) else "*", found.route_handler)]
