"""The routes of an application that is built on Starlette, and what is known of their rules."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import attrs
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Host, Mount, WebSocketRoute

from stytch_b2b_async.web import Auth

from ._marks import Mark, marks

_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")  # of a class, which has one function for each


@attrs.frozen(eq=False)
class FoundRoute:
    """A route, wherever it is mounted."""

    path: str
    methods: tuple[str, ...]
    """Without OPTIONS and HEAD; `WEBSOCKET` for a websocket, `*` for an application that is mounted."""
    parameters: frozenset[str]
    """The names of the parameters of its path."""
    marks: tuple[Mark, ...]
    route: Any
    """The framework's own object."""

    @property
    def names(self) -> list[str]:
        """The route as `GET /path`, once per method."""
        return [f"{method} {self.path}" for method in self.methods]


def found_routes(
    routes: Iterable[Any],
    expand: Callable[[BaseRoute], Iterable[Any]] = lambda route: (route,),
    *,
    prefix: str = "",
    parameters: frozenset[str] = frozenset(),
) -> Iterator[FoundRoute]:
    """List all routes; `expand` replaces one that stands for several."""
    for route in (each for given in routes for each in expand(given)):
        path, names = prefix + getattr(route, "path", ""), parameters | set(getattr(route, "param_convertors", ()))
        original = getattr(route, "original_route", route)
        if isinstance(original, Mount | Host) and hasattr(route.app, "routes"):
            yield from found_routes(route.app.routes, expand, prefix=path, parameters=names - {"path"})
        elif isinstance(original, WebSocketRoute):
            yield FoundRoute(path, ("WEBSOCKET",), names, marks(route.endpoint), route)
        else:
            for methods, endpoint in _endpoints(route):
                yield FoundRoute(path, methods, names, marks(endpoint), route)


def mounted_applications(app: Starlette) -> Iterator[Starlette]:
    """List the applications that are mounted in one, and in those."""
    for route in app.routes:
        if isinstance(route, Mount | Host) and isinstance(child := getattr(route, "_base_app", route.app), Starlette):
            yield child
            yield from mounted_applications(child)


def _endpoints(route: Any) -> Iterable[tuple[tuple[str, ...], object]]:
    endpoint, methods = getattr(route, "endpoint", None), getattr(route, "methods", None)
    if isinstance(endpoint, type):
        return [((method,), function) for method in _METHODS if (function := getattr(endpoint, method.lower(), None))]
    return [(tuple(sorted(set(methods) - {"HEAD", "OPTIONS"})) or ("OPTIONS",) if methods else ("*",), endpoint)]


def check_routes(auth: Auth, found: Iterable[FoundRoute]) -> None:
    """Raise RuleError for a route without the parameter that its rule needs."""
    for route in found:
        for owner, rule in route.marks:
            if owner is auth and rule is not None:
                auth.check_route(rule, route.parameters, route.names[0])


def without_rule(found: Iterable[FoundRoute]) -> set[str]:
    """Return the routes on which no rule was put."""
    return {name for route in found if not route.marks for name in route.names}
