"""What adapters of ASGI frameworks share: requests as the core takes them, and headers that leave at the wire."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from stytch_b2b_async.web import Outgoing, Refused, RequestHead

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_KEY: Final = "stytch_b2b_async"
_STARTS: Final = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})

_VARY: Final = (b"vary", Outgoing(varies=True).vary("").encode())


class Exchange:
    """One request: what must leave with its response. Copies of the scope share it."""

    __slots__ = ("outgoing",)

    def __init__(self) -> None:
        self.outgoing: Outgoing | None = None

    @staticmethod
    def of(scope: Scope) -> "Exchange":
        """Return the exchange of a request. Raises RuntimeError if nothing would write what must leave."""
        found: Exchange | None = scope.get(_KEY)
        if found is None:
            raise RuntimeError("auth.install(app) is missing: without it, renewed cookies would not leave with the response")
        return found

    def add(self, outgoing: Outgoing) -> None:
        """Let headers leave with the response."""
        self.outgoing = outgoing if self.outgoing is None else self.outgoing | outgoing


class WriteOutgoing:
    """Middleware that writes what must leave: with every response and every handshake of a websocket, errors included.

    - `check`: called before the application's first request or start, unless it is mounted in one that was checked.
    """

    def __init__(self, app: ASGIApp, check: Callable[[], None] | None = None) -> None:
        self._app = app
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application."""
        if self._check is not None and _KEY not in scope:
            self._check()
            self._check = None
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        exchange = scope.setdefault(_KEY, Exchange())

        async def send_with(message: Message) -> None:
            outgoing = exchange.outgoing
            if outgoing is not None and message["type"] in _STARTS:
                message = {**message, "headers": _merged(outgoing, message.get("headers", ()))}
            await send(message)

        await self._app(scope, receive, send_with)


def _merged(outgoing: Outgoing, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = list(headers)
    if not outgoing.cookies and outgoing.varies and all(name.lower() != b"vary" for name, _ in given):  # nearly always
        return [*given, _VARY]
    return outgoing.merged(given)


def request_head(scope: Scope) -> RequestHead:
    """Return a request as the core takes it."""
    return RequestHead(
        method=scope.get("method", "GET"),
        headers=scope["headers"],
        scheme=scope.get("scheme", "http"),
        path_parameters=path_parameters(scope),
        is_websocket=scope["type"] == "websocket",
        target=target(scope),
    )


def path_parameters(scope: Scope) -> Mapping[str, object]:
    """Return the parameters of the path, as the router has decoded them."""
    found: Mapping[str, object] = scope.get("path_params", {})
    return found


def raw_path(scope: Scope) -> str:
    """Return the path as received, without the query."""
    received: bytes | None = scope.get("raw_path")
    return quote(scope["path"]) if received is None else received.partition(b"?")[0].decode("latin-1")


def target(scope: Scope) -> str:
    """Return the path and query as received."""
    query: bytes = scope.get("query_string", b"")
    return f"{raw_path(scope)}?{query.decode('latin-1')}" if query else raw_path(scope)


async def refuse(refused: Refused, scope: Scope, send: Send) -> None:
    """Answer a request, or the handshake of a websocket, which is closed where the server cannot answer it."""
    kind = "http"
    if scope["type"] == "websocket":
        kind = "websocket.http"
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": refused.close_code})
            return
    response = refused.response
    await send({"type": f"{kind}.response.start", "status": response.status, "headers": response.raw_headers})
    await send({"type": f"{kind}.response.body", "body": response.body})
