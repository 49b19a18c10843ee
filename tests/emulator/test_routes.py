from typing import Any, get_type_hints

import pytest

from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.router import Router
from stytch_b2b_async.emulator.routes import Route, all_routes
from stytch_b2b_async.endpoint import response_type


@pytest.fixture
def routes() -> list[Route]:
    return all_routes()


def test_same_routes_as_the_client(routes: list[Route]) -> None:
    """The routes are those that the client calls. There is no second list of them."""
    assert len(routes) > 100
    assert {route.request for route in routes} == {endpoint.request for endpoint in endpoints().values()}


def test_handler_types(routes: list[Route]) -> None:
    """A handler takes its request and answers with its response. A checker of types sees the answer alone."""
    for route in routes:
        if route.handler:
            hints = get_type_hints(route.handler)
            expected: dict[str, Any] = {"project": Project, "request": route.request, "return": response_type(route.request)}
            assert expected == hints, route.request.operation


@pytest.mark.parametrize(
    ("method", "path", "operation", "values"),
    [
        ("GET", "/v1/b2b/organizations/acme", "organizations.get", ["acme"]),
        ("GET", "/v1/b2b/organizations/a%2Fb%20c", "organizations.get", ["a/b c"]),
        ("POST", "/v1/b2b/organizations/members/search", "organizations.members.search", []),
        ("POST", "/v1/b2b/organizations/members/members", "organizations.members.create", ["members"]),
        ("POST", "/v1/b2b/%6frganizations", "organizations.create", []),
    ],
)
def test_router_finds_the_route_and_the_values(
    routes: list[Route], method: str, path: str, operation: str, values: list[str]
) -> None:
    """Literal segments go before placeholders; values are decoded after the path was split."""
    route, found = Router(routes).find(method, path)
    assert isinstance(route, Route)
    assert (operation, values) == (route.request.operation, list(found.values()))


@pytest.mark.parametrize(
    "path", ["", "/", "/v1/b2b/organizations/", "/v1/b2b/organizations//members", "/v1//b2b/organizations", "*"]
)
def test_router_refuses_unknown_paths(routes: list[Route], path: str) -> None:
    """A placeholder stands for at least one character."""
    with pytest.raises(EmulatedError) as caught:
        Router(routes).find("GET", path)
    assert (404, "route_not_found") == (caught.value.status, caught.value.error_type)


def test_router_names_the_methods_of_a_path(routes: list[Route]) -> None:
    """Those of every route that the path could be."""
    with pytest.raises(EmulatedError, match=r"GET, PUT") as caught:
        Router(routes).find("PATCH", "/v1/b2b/organizations/members")
    assert 405 == caught.value.status
