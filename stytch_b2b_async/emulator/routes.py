"""The routes of all endpoints, and the handlers of those that are emulated."""

import importlib
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import attrs

from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.endpoint import Request

from .project import Project

Q = TypeVar("Q")
R = TypeVar("R")

Handler: TypeAlias = Callable[[Project, Q], R]
"""(project, request) → response, or an APIError; within a transaction, which an APIError rolls back."""

_handlers: dict[type[Request[Any]], Handler[Any, Any]] = {}


def handles(request: Callable[..., Request[R]]) -> Callable[[Handler[Q, R]], Handler[Q, R]]:
    """Register the handler of a request; it must return the request's response."""

    def register(handler: Handler[Q, R]) -> Handler[Q, R]:
        _handlers[_declaration(request)] = handler
        return handler

    return register


@attrs.frozen
class Route:
    """An endpoint and its handler; None if it is not emulated."""

    request: type[Request[Any]]
    handler: Handler[Any, Any] | None


def all_routes() -> list[Route]:
    """Return the routes of all endpoints."""
    importlib.import_module(f"{__package__}.resources")  # registers the handlers
    return [Route(endpoint.request, _handlers.get(endpoint.request)) for endpoint in endpoints().values()]


def _declaration(request: Callable[..., Any]) -> type[Request[Any]]:
    return cast("type[Request[Any]]", request)  # Callable only for its signature
