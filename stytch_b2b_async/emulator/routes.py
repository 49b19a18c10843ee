"""The routes of all endpoints, and the handlers of those that are emulated."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar, cast

import attrs

from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.wire.incoming import HTTPRequest

from .codec import HTTPResponse
from .project import Project

Q = TypeVar("Q")
R = TypeVar("R")

Handler: TypeAlias = Callable[[Project, Q], R]
"""(project, request) → response, or an APIError; within a transaction, which an APIError rolls back."""

HTTPHandler: TypeAlias = Callable[[Project, HTTPRequest, Mapping[str, str]], HTTPResponse]
"""(project, request, values of the path) → response, or an EmulatedError; within a transaction. It checks credentials itself."""

_handlers: dict[type[Request[Any]], Handler[Any, Any]] = {}


def handles(request: Callable[..., Request[R]]) -> Callable[[Handler[Q, R]], Handler[Q, R]]:
    """Register the handler of a request; it must return the request's response."""

    def register(handler: Handler[Q, R]) -> Handler[Q, R]:
        _handlers[_declaration(request)] = handler
        return handler

    return register


def handles_http(method: str, path: str) -> Callable[[HTTPHandler], HTTPHandler]:
    """Register the handler of a route that no request declares, or that takes more than its request; it goes before others."""

    def register(handler: HTTPHandler) -> HTTPHandler:
        _http_routes[method, path] = HTTPRoute(method, path, handler)
        return handler

    return register


@attrs.frozen
class Route:
    """An endpoint and its handler; None if it is not emulated."""

    request: type[Request[Any]]
    handler: Handler[Any, Any] | None

    @property
    def is_emulated(self) -> bool:
        """Whether a handler of either kind answers."""
        return self.handler is not None or (self.method, self.path) in _http_routes

    @property
    def method(self) -> str:
        """The endpoint's method."""
        return self.request.method

    @property
    def path(self) -> str:
        """The endpoint's path, with placeholders in braces."""
        return self.request.path


@attrs.frozen
class HTTPRoute:
    """A route outside of the endpoints, such as a page for browsers."""

    method: str
    path: str
    """With placeholders in braces."""
    handler: HTTPHandler


_http_routes: dict[tuple[str, str], HTTPRoute] = {}


def all_routes() -> list[Route]:
    """Return the routes of all endpoints."""
    importlib.import_module(f"{__package__}.resources")  # registers the handlers
    return [Route(endpoint.request, _handlers.get(endpoint.request)) for endpoint in endpoints().values()]


def http_routes() -> list[HTTPRoute]:
    """Return the routes of other handlers."""
    importlib.import_module(f"{__package__}.resources")
    return list(_http_routes.values())


def _declaration(request: Callable[..., Any]) -> type[Request[Any]]:
    return cast("type[Request[Any]]", request)  # Callable only for its signature
