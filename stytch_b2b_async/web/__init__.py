"""Sessions of web applications, whatever the framework: who may pass, and what must leave with the response.

```python
auth = Auth(Client(), organization="{org}", trusted_origins=["https://app.example.com"])
decision = await auth.decide(RequestHead(method="GET", headers=[(b"cookie", b"…")], scheme="https"), member(role="admin"))
```

Applications use the `Auth` of their framework's adapter, in `stytch_b2b_async.integrations`. How an adapter is written:

1. Its `Auth` is a subclass of `web.Auth` with the same arguments. Rules (`member(…)`, `machine(…)`, `connected_app(…)`, `public()`)
   are values: equal rules must give equal dependencies or decorators. Keep state of a request on the request, nowhere else.
2. Build a `RequestHead`: raw header pairs, all of them and unjoined as far as the server lets you, as bytes (from WSGI's environ:
   `HTTP_*` names with `-`, values encoded as latin-1); the scheme; the router's decoded path parameters; `is_websocket`. Nothing is
   read from a URL, `X-Forwarded-*` or the framework's parsed cookies. `target` is the raw path and query, for the login page.
3. `await auth.decide(head, rule)`, or `auth.decide_blocking(head, rule)` with a BlockingClient. It never raises for what a
   visitor sends. On `Granted`, hand `principal` to the handler; on `Refused`, answer with `refused.response` without running it
   (raise `RefusedError(refused)` where only an exception leaves the handler, and turn it into the response outside).
4. Both have `outgoing`: what must leave with the response, be it a page, a redirect, a stream, an error or a websocket's handshake.
   Keep it on the request (`earlier | outgoing` when a request is decided about twice), and write it at the wire: in ASGI's `send`
   at `http.response.start`, `websocket.accept` and `websocket.http.response.start` with `outgoing.merged(headers)`; in aiohttp's
   `on_response_prepare`; in Flask's `after_request`; never on a Response that a handler may not return. A `refused.response` has it
   already: merging it again changes nothing.
5. Websockets are decided about before they are accepted. Refuse them with the response (`websocket.http.response.start`) where
   the server can, and otherwise close them with `refused.close_code`.
6. OPTIONS belongs to the framework (CORS): a rule does not run for it, and neither does the handler's body. Answer 204 with `Allow`
   if the framework would run it.
7. When the application starts, call `auth.check_route(rule, parameter_names, "GET /path")` for each route with a rule: it raises
   RuleError for a route that does not say which organization it is about. `without_rule(app)` returns `{"GET /health", …}`: the
   routes, as the router has them, on which no rule was put; `public()` is a rule. OPTIONS and HEAD are left out.
8. Mount routes that are ready-made (`webhook_route(…)`, `login.LoginRoutes(auth, …).routes()`, whose arguments an adapter takes as
   `**options: Unpack[login.LoginRouteOptions]`) through one function: for each `Route`, register `methods` under
   prefix + `path`, read at most `max_body + 1` bytes, build a `Request` (a RequestHead with `path`, `query`,
   `body` as received), and `response = await auth.respond(route, request)`, or `respond_blocking`. Write `response.status`,
   `response.headers` (repeated `Set-Cookie` stay apart) and `response.body`. They count as routes with a rule.
9. `auth.lifespan` closes the client when the application ends, where the framework has such a thing.
"""

TYPE_CHECKING = False  # without importing `typing`: type checkers know the name
if TYPE_CHECKING:
    from .auth import Auth as Auth
    from .cookies import Cookies as Cookies
    from .cookies import SetCookie as SetCookie
    from .cookies import values_of as values_of
    from .decision import Granted as Granted
    from .decision import Outgoing as Outgoing
    from .decision import Refused as Refused
    from .decision import RefusedError as RefusedError
    from .decision import RuleError as RuleError
    from .http import BadFormError as BadFormError
    from .http import Request as Request
    from .http import RequestHead as RequestHead
    from .http import Response as Response
    from .http import Route as Route
    from .rules import Rule as Rule
    from .rules import connected_app as connected_app
    from .rules import machine as machine
    from .rules import member as member
    from .rules import public as public
    from .webhook import webhook_route as webhook_route

_NAMES = {
    "auth": "Auth",
    "cookies": "Cookies SetCookie values_of",
    "decision": "Granted Outgoing Refused RefusedError RuleError",
    "http": "BadFormError Request RequestHead Response Route",
    "rules": "Rule connected_app machine member public",
    "webhook": "webhook_route",
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}

if not TYPE_CHECKING:  # type checkers read the imports above
    __all__ = sorted(_MODULE_OF)  # noqa: PLE0605  # strings, all of them

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        return value

    def __dir__() -> list[str]:
        return __all__
