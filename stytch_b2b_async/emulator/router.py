"""Find the route of a method and a path."""

from collections.abc import Iterable

from stytch_b2b_async.wire.routing import NoRouteError, RouteTree

from .errors import method_not_allowed, missing
from .routes import HTTPRoute, Route

_MAX_SHOWN = 200  # characters of a path in an error message


class Router:
    """All routes."""

    def __init__(self, routes: Iterable[Route | HTTPRoute]) -> None:
        self._tree: RouteTree[Route | HTTPRoute] = RouteTree()
        for route in routes:
            self._tree.add(route.method, route.path, route)

    def find(self, method: str, path: str) -> tuple[Route | HTTPRoute, dict[str, str]]:
        """Return the route of a percent-encoded path, and its values. Raises EmulatedError with 404 or 405 if there is none."""
        try:
            return self._tree.find(method, path)
        except NoRouteError as error:
            allowed = error.allowed
        if allowed:
            raise method_not_allowed(allowed)
        raise missing("route", f"route: {method} {printable(path[:_MAX_SHOWN])}")


def printable(path: str) -> str:
    """Escape what neither a log nor JSON can hold: bytes that are not UTF-8 arrive as surrogates."""
    return path if path.isprintable() and path.isascii() else ascii(path)[1:-1]
