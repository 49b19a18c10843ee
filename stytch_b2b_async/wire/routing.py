"""Find what is declared for a method and a path."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

import attrs

T = TypeVar("T")


class NoRouteError(LookupError):
    """Nothing is declared for a path, or not with that method."""

    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__("no such route")
        self.allowed = allowed
        """The methods that the path takes; empty for an unknown path."""


@attrs.define(eq=False)
class _Node(Generic[T]):
    """A node of the tree of routes."""

    literals: "dict[str, _Node[T]]" = attrs.field(factory=dict[str, Any])
    placeholder: "_Node[T] | None" = None
    routes: dict[str, tuple[T, tuple[str, ...]]] = attrs.field(factory=dict[str, Any])
    """By method, with the names of the placeholders."""


class RouteTree(Generic[T]):
    """Routes as a tree of path segments; literal segments before placeholders, later routes before earlier ones."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._literal: dict[tuple[str, str], T] = {}

    def add(self, method: str, path: str, route: T) -> None:
        """Add a route; placeholders of its path are in braces."""
        if "{" not in path:
            self._literal[method, path] = route
        node = self._root
        names: list[str] = []
        for segment in path.split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.placeholder = node.placeholder or _Node()
                node = node.placeholder
            else:
                node = node.literals.setdefault(segment, _Node())
        node.routes[method] = (route, tuple(names))

    def find(self, method: str, path: str) -> tuple[T, dict[str, str]]:
        """Return the route of a percent-encoded path, and its values. Raises NoRouteError."""
        literal = self._literal.get((method, path))
        if literal is not None:
            return literal, {}
        segments = [unquote(segment) for segment in path.split("/")] if "%" in path else path.split("/")
        allowed: set[str] = set()
        for node, values in _matches(self._root, segments, 0, []):
            if method in node.routes:
                route, names = node.routes[method]
                return route, dict(zip(names, values, strict=True))
            allowed.update(node.routes)
        raise NoRouteError(frozenset(allowed))


def _matches(node: _Node[T], segments: list[str], at: int, values: list[str]) -> Iterator[tuple[_Node[T], list[str]]]:
    if at == len(segments):
        if node.routes:
            yield node, values
        return
    segment = segments[at]
    if segment in node.literals:
        yield from _matches(node.literals[segment], segments, at + 1, values)
    if node.placeholder is not None and segment:
        yield from _matches(node.placeholder, segments, at + 1, [*values, segment])
