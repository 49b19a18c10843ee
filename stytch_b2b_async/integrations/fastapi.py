"""FastAPI: rules as dependencies, logins and webhooks. Needs `stytch-b2b-async[fastapi]`.

```python
auth = Auth(Client(), organization="{org}")
app = FastAPI(lifespan=auth.lifespan)
auth.install(app)

Me = Annotated[MemberSession, auth.require(member())]


@app.get("/{org}/invoices")
async def invoices(org: str, me: Me) -> list[Invoice]: ...
```
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar, Unpack, cast

from stytch_b2b_async import web
from stytch_b2b_async._extras import extra_needed
from stytch_b2b_async.web import Rule
from stytch_b2b_async.web.login import LoginRouteOptions, LoginRoutes
from stytch_b2b_async.web.webhook import OnEvent

with extra_needed(__name__, "fastapi"):
    from fastapi import APIRouter, FastAPI, routing
    from fastapi.params import Depends
    from fastapi.requests import HTTPConnection
    from starlette.applications import Starlette
    from starlette.routing import BaseRoute

    from ._openapi import add_security
    from ._starlette_auth import StarletteAuth, decide
    from ._starlette_routes import FoundRoute, found_routes

T = TypeVar("T")


class Auth(StarletteAuth):
    """Sessions of a FastAPI application; the arguments are those of `stytch_b2b_async.web.Auth`."""

    def install(self, app: Starlette) -> None:
        """Let cookies and headers leave with every response of an application, refusals be answered, and OpenAPI name the rules.

        Applications that are mounted in it are included. Raises RuntimeError if the application has started. When it starts,
        RuleError is raised for a route whose rule needs a parameter that the path does not have.
        """
        super().install(app)
        if isinstance(app, FastAPI):
            describe, described = app.openapi, list[dict[str, Any]]()

            def openapi() -> dict[str, Any]:
                document = describe()
                if document not in described:  # FastAPI keeps it
                    add_security(document, self._routes(app), cookie=self.cookies.names("https", "").jwt)
                    described[:] = [document]
                return document

            app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation says

    def require(self, rule: Rule[T]) -> "Requirement[T]":
        """Return a dependency: `Annotated[MemberSession, auth.require(member())]`, or in `dependencies=[…]`.

        Equal rules give equal dependencies, so `app.dependency_overrides[auth.require(rule)]` replaces one in a test.
        """
        return Requirement(self, rule)

    def login_routes(self, **options: Unpack[LoginRouteOptions]) -> APIRouter:
        """Return a router with routes to log in and out: `app.include_router(auth.login_routes(after="/"), prefix="/auth")`.

        The options are those of `stytch_b2b_async.web.login.LoginRoutes`.
        """
        return self._router(LoginRoutes(self, **options).routes())

    def webhook_route(self, path: str = "", *, secret: str | Sequence[str], on_event: OnEvent) -> APIRouter:
        """Return a router with a route that receives webhooks: see `stytch_b2b_async.web.webhook_route`."""
        return self._router([web.webhook_route(secret=secret, on_event=on_event, path=path)])

    def _router(self, routes: Iterable[web.Route]) -> APIRouter:
        router = APIRouter()
        for route in routes:
            methods = [*route.methods, "HEAD"] if "GET" in route.methods else [*route.methods]
            router.add_api_route(
                route.path, self._endpoint(route), methods=methods, name=route.name, include_in_schema=False, response_model=None
            )
        return router

    def _routes(self, app: Starlette) -> Iterable[FoundRoute]:
        return (_with_dependencies(found) for found in found_routes(app.routes, _expanded) if not _is_documentation(found))


class Requirement(Depends, Generic[T]):
    """A dependency: whoever satisfies the rule. It is asked once per request, on websockets too."""

    auth: Auth
    rule: Rule[T]
    _hash: int

    def __init__(self, auth: Auth, rule: Rule[T]) -> None:
        super().__init__(self)
        for name, value in {"auth": auth, "rule": rule, "_hash": hash((auth, rule))}.items():
            object.__setattr__(self, name, value)

    async def __call__(self, connection: HTTPConnection) -> T:
        """Return whoever passes. Raises RefusedError, which the application answers."""
        return await decide(self.auth, self.rule, connection)

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.__dict__:
            raise AttributeError(f"{name} cannot be changed")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        theirs = cast("Requirement[Any]", other)
        return isinstance(other, Requirement) and (self.auth, self.rule) == (theirs.auth, theirs.rule)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Requirement({self.rule})"


def _expanded(route: BaseRoute) -> Iterable[Any]:
    """Replace a router that was included by its routes; releases before 0.13x have copied them."""
    contexts = getattr(routing, "iter_route_contexts", None)
    return (route,) if contexts is None else contexts([route])


def _with_dependencies(found: FoundRoute) -> FoundRoute:
    return FoundRoute(
        found.path,
        found.methods,
        found.parameters,
        (*found.marks, *_requirements(getattr(found.route, "dependant", None))),
        found.route,
    )


def _requirements(dependant: Any) -> Iterator[tuple[web.Auth, Rule[Any]]]:
    for each in dependant.dependencies if dependant else ():
        call: object = each.call
        if isinstance(call, Requirement):
            requirement = cast("Requirement[Any]", call)
            yield requirement.auth, requirement.rule
        yield from _requirements(each)


def _is_documentation(found: FoundRoute) -> bool:
    """Return whether FastAPI itself has added the route, for its documentation."""
    return getattr(getattr(found.route, "endpoint", None), "__module__", "") == "fastapi.applications"
