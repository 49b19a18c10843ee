"""Find the route of a method and a path."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import attrs

from .errors import EmulatedError, missing
from .routes import HTTPRoute, Route

_MAX_SHOWN = 200  # characters of a path in an error message


@attrs.define(eq=False)
class _Node:
    """A node of the tree of routes."""

    literals: "dict[str, _Node]" = attrs.field(factory=dict[str, "_Node"])
    placeholder: "_Node | None" = None
    routes: "dict[str, tuple[Route | HTTPRoute, tuple[str, ...]]]" = attrs.field(factory=dict[str, Any])
    """By method, with the names of the placeholders."""


class Router:
    """All routes, as a tree of path segments; literal segments before placeholders, later routes before earlier ones."""

    def __init__(self, routes: Iterable[Route | HTTPRoute]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def find(self, method: str, path: str) -> tuple[Route | HTTPRoute, dict[str, str]]:
        """Return the route of a percent-encoded path, and its values. Raises EmulatedError with 404 or 405 if there is none."""
        segments = [unquote(segment) for segment in path.split("/")] if "%" in path else path.split("/")
        allowed: set[str] = set()
        for node, values in _matches(self._root, segments, 0, []):
            if method in node.routes:
                route, names = node.routes[method]
                return route, dict(zip(names, values, strict=True))
            allowed.update(node.routes)
        if allowed:
            message = f"This route takes {', '.join(sorted(allowed))}."
            raise EmulatedError("method_not_allowed", message, HTTPStatus.METHOD_NOT_ALLOWED)
        raise missing("route", f"route: {method} {path[:_MAX_SHOWN]}")

    def _add(self, route: Route | HTTPRoute) -> None:
        node = self._root
        names: list[str] = []
        for segment in route.path.split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.placeholder = node.placeholder or _Node()
                node = node.placeholder
            else:
                node = node.literals.setdefault(segment, _Node())
        node.routes[route.method] = (route, tuple(names))


def _matches(node: _Node, segments: list[str], at: int, values: list[str]) -> Iterator[tuple[_Node, list[str]]]:
    if at == len(segments):
        if node.routes:
            yield node, values
        return
    segment = segments[at]
    if segment in node.literals:
        yield from _matches(node.literals[segment], segments, at + 1, values)
    if node.placeholder is not None and segment:
        yield from _matches(node.placeholder, segments, at + 1, [*values, segment])
