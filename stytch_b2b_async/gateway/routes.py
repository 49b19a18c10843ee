"""The endpoints that the gateway knows, by method and path."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, Self

import attrs

from stytch_b2b_async.catalog import EndpointInfo, endpoints
from stytch_b2b_async.endpoint import Effect, Request
from stytch_b2b_async.schema import fields_of
from stytch_b2b_async.wire.routing import NoRouteError, RouteTree

from .refusal import RefusalError

MEMBER_HEADERS: Final = ("X-Stytch-Member-Session", "X-Stytch-Member-SessionJWT")
"""Headers with the session of the member who acts."""


@attrs.frozen(eq=False)
class Route:
    """An endpoint."""

    operation: str
    effect: Effect
    request: type[Request[Any]]
    member_may_act: bool
    effect_name: str
    acts_once: bool
    id_names: tuple[str, ...]
    """Its parameters that are ids."""

    @classmethod
    def of(cls, endpoint: EndpointInfo) -> Self:
        """Create the route of an endpoint."""
        return cls(
            operation=endpoint.operation,
            effect=endpoint.effect,
            request=endpoint.request,
            member_may_act=endpoint.member_may_act,
            effect_name=endpoint.effect.value,
            acts_once=endpoint.effect is Effect.ACTS_ONCE,
            id_names=tuple(field.name for field in fields_of(endpoint.request) if field.name.endswith("_id")),
        )


class Routes:
    """Finds endpoints."""

    def __init__(self, known: Iterable[EndpointInfo] | None = None) -> None:
        self._tree: RouteTree[Route] = RouteTree()
        for endpoint in endpoints().values() if known is None else known:
            self._tree.add(endpoint.method, endpoint.path, Route.of(endpoint))

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """Return the endpoint of a path, and the values of the path. Raises RefusalError."""
        try:
            return self._tree.find(method, path)
        except NoRouteError as error:
            allowed = ", ".join(sorted(error.allowed))
        if allowed:
            raise RefusalError(
                HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", f"This route takes {allowed}.", headers={"Allow": allowed}
            )
        raise RefusalError(HTTPStatus.NOT_FOUND, "route_not_found", "There is no such endpoint.")
