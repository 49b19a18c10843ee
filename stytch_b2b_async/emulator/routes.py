"""The routes: every endpoint that is declared, and the handlers of those that are emulated."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, TypeVar, cast

import attrs

from stytch_b2b_async import api
from stytch_b2b_async.endpoint import Endpoint, Namespace, Request
from stytch_b2b_async.paging import PagedEndpoint

from .project import Project

Q = TypeVar("Q")
R = TypeVar("R")

Handler: TypeAlias = Callable[[Project, Q], R]
"""(project, request) → response, or a Fault; in the project's thread, so it may block."""

_handlers: dict[type[Request[Any]], Handler[Any, Any]] = {}


def handles(request: Callable[..., Request[R]]) -> Callable[[Handler[Q, R]], Handler[Q, R]]:
    """Make a function the handler of a request: it must answer with the request's own response."""

    def register(handler: Handler[Q, R]) -> Handler[Q, R]:
        _handlers[_declaration(request)] = handler
        return handler

    return register


@attrs.frozen
class Route:
    """An endpoint, and what answers it; None where it is not emulated."""

    request: type[Request[Any]]
    handler: Handler[Any, Any] | None


def all_routes() -> list[Route]:
    """List all routes, those with words before those with placeholders: the first that fits a path counts."""
    importlib.import_module(f"{__package__}.resources")  # registers the handlers
    routes = {(request.method, request.path): Route(request, _handlers.get(request)) for request in _declared()}
    return sorted(routes.values(), key=lambda route: [(part.startswith("{"), part) for part in route.request.path.split("/")])


def _declared() -> Iterator[type[Request[Any]]]:
    for found in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
        module = importlib.import_module(found.name)
        for namespace in vars(module).values():
            if isinstance(namespace, type) and issubclass(namespace, Namespace) and namespace.__module__ == found.name:
                yield from _endpoints(cast("type[Namespace[Any]]", namespace))


def _endpoints(namespace: type[Namespace[Any]]) -> Iterator[type[Request[Any]]]:
    for value in vars(namespace).values():
        if isinstance(value, Endpoint | PagedEndpoint):
            request = _declaration(cast("Endpoint[Any, Any]", value).request)
            if hasattr(request, "path"):  # not for what a client works out by itself
                yield request


def _declaration(request: Callable[..., Any]) -> type[Request[Any]]:
    return cast("type[Request[Any]]", request)  # Callable only for its signature
