from typing import Any, get_type_hints

import pytest

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import Route, all_routes
from stytch_b2b_async.endpoint import response_type

EMULATED = {
    "organizations.create",
    "organizations.get",
    "organizations.members.create",
    "organizations.members.get",
    "passwords.authenticate",
    "passwords.migrate",
    "passwords.strength_check",
    "passwords.email.reset_start",
    "passwords.email.reset",
    "passwords.email.require_reset",
    "passwords.sessions.reset",
    "passwords.existing_password.reset",
    "passwords.discovery.authenticate",
    "passwords.discovery.email.reset_start",
    "passwords.discovery.email.reset",
    "sessions.authenticate",
    "sessions.get",
    "sessions.revoke",
    "sessions.get_jwks",
}


@pytest.fixture
def routes() -> list[Route]:
    return all_routes()


def test_the_routes_are_those_that_the_client_calls(routes: list[Route]) -> None:
    """There is no second list of them; what is emulated is known."""
    assert EMULATED == {route.request.operation for route in routes if route.handler}
    assert len(routes) > 100


def test_a_handler_takes_its_request_and_answers_with_its_response(routes: list[Route]) -> None:
    """A checker of types sees the answer alone."""
    for route in routes:
        if route.handler:
            hints = get_type_hints(route.handler)
            expected: dict[str, Any] = {"project": Project, "request": route.request, "return": response_type(route.request)}
            assert expected == hints, route.request.operation


def test_words_come_before_placeholders(routes: list[Route]) -> None:
    """Or a search for members would look for an organization called so."""
    order = [route.request.path for route in routes]
    search = order.index("/v1/b2b/organizations/members/search")
    assert search < order.index("/v1/b2b/organizations/{organization_id}/members")
