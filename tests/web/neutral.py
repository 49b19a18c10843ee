"""The table's application without a framework: the core itself, awaited or blocking."""

import asyncio
from collections.abc import Iterable
from typing import Any

from web.app import LOGINS_OPTIONS, ROUTES, WEBHOOK_SECRET, AppRoute, Behaviour, Setup, described
from web.driver import HOST, Reply

from stytch_b2b_async import BlockingClient
from stytch_b2b_async.web import Auth, Outgoing, Refused, Request, RequestHead, Route, webhook_route
from stytch_b2b_async.web.login import LoginRoutes


class Neutral:
    """Routes by comparing segments, and writes what must leave at the end."""

    has_websockets = True

    def __init__(self, auth: Auth, setup: Setup) -> None:
        self._auth = auth
        self._mounted = {"/hooks": webhook_route(secret=WEBHOOK_SECRET, on_event=setup.events.append, path="/hooks")}
        if setup.has_logins:
            self._mounted |= {f"/auth{route.path}": route for route in LoginRoutes(auth, **LOGINS_OPTIONS).routes()}
        for route in ROUTES:
            if route.rule is not None:
                auth.check_route(route.rule, [part[1:-1] for part in route.path.split("/") if part[:1] == "{"], route.name)

    def send(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        host: str = HOST,
        scheme: str = "https",
    ) -> Reply:
        path, _, query = target.partition("?")
        raw = [(name.encode(), value.encode("latin-1")) for name, value in (("Host", host), *headers)]
        head: dict[str, Any] = {"method": method, "headers": raw, "scheme": scheme, "target": target}
        mounted = self._mounted.get(path)
        if mounted is not None:
            if ("GET" if method == "HEAD" else method) not in mounted.methods:
                return Reply(405)
            response = self._respond(mounted, Request(**head, path=path, query=query.encode("latin-1"), body=body))
            return Reply(response.status, response.headers, response.body)
        route, parameters = _routed(method, path)
        if route is None:
            return Reply(404)
        if method == "OPTIONS":
            return Reply(204, (("allow", route.method),))
        return self._answered(route, RequestHead(**head, path_parameters=parameters, is_websocket=route.behaviour == "listen"))

    def _answered(self, route: AppRoute, head: RequestHead) -> Reply:
        if route.rule is None:
            return Reply(200, body=b"{}")
        decision = self._decide(head, route.rule)
        if isinstance(decision, Refused):
            return Reply(decision.status, decision.response.headers, b"" if head.method == "HEAD" else decision.response.body)
        return _handled(route.behaviour, decision.principal, decision.outgoing)

    def connect(self, target: str, headers: Iterable[tuple[str, str]] = (), *, host: str = HOST, scheme: str = "https") -> Reply:
        return self.send("WEBSOCKET", target, headers, host=host, scheme=scheme)

    def _decide(self, head: RequestHead, rule: Any) -> Any:
        if isinstance(self._auth.client, BlockingClient):
            return self._auth.decide_blocking(head, rule)
        return asyncio.run(self._auth.decide(head, rule))

    def _respond(self, route: Route, request: Request) -> Any:
        if isinstance(self._auth.client, BlockingClient):
            return self._auth.respond_blocking(route, request)
        return asyncio.run(self._auth.respond(route, request))


def _routed(method: str, path: str) -> tuple[AppRoute | None, dict[str, object]]:
    wanted = "GET" if method in {"HEAD", "OPTIONS"} else method
    segments = path.split("/")
    for route in ROUTES:
        declared = route.path.split("/")
        if route.method == wanted and len(declared) == len(segments):
            pairs = list(zip(declared, segments, strict=True))
            if all(name == value or name[:1] == "{" for name, value in pairs):
                return route, {name[1:-1]: value for name, value in pairs if name[:1] == "{"}
    return None, {}


def _handled(behaviour: Behaviour, principal: object, outgoing: Outgoing) -> Reply:
    status, headers = _ANSWERS.get(behaviour, (200, []))
    return Reply(status, outgoing.merged_text(headers), described(principal).encode())


_ANSWERS: dict[Behaviour, tuple[int, list[tuple[str, str]]]] = {
    "redirect": (303, [("location", "/elsewhere")]),
    "missing": (404, []),
    "broken": (500, []),
    "cached": (200, [("cache-control", "public, max-age=600"), ("cdn-cache-control", "max-age=600"), ("vary", "Accept")]),
    "themed": (200, [("set-cookie", "theme=dark; Path=/")]),
    "listen": (101, []),
}
