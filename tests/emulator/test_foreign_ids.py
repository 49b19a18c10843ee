"""Every emulated endpoint that takes an id rejects unknown ids, other tenants' and the other environment's, and changes nothing."""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from support.arguments import value
from support.pure_api import PureAPI

from stytch_b2b_async.emulator.routes import Route, all_routes
from stytch_b2b_async.schema import Field, Location, fields_of

SCOPES = ("organization_id", "member_id")
VALUES: dict[str, Any] = {
    "email_address": "ada@example.com",
    "redirect_uri": "https://app.example",
    "response_type": "code",
    "profile_id": "x",
    "secret": "JBSWY3DPEHPK3PXP",
}


NEEDED: dict[str, dict[str, Any]] = {"organizations.members.unlink_retired_email": {"email_address": "old@example.com"}}
"""What a call needs beyond its required fields."""


def ids_of(route: Route) -> list[Field]:
    """List the fields of a request that name an organization or a member, and which it needs."""
    return [
        field
        for field in fields_of(route.request)
        if field.name in SCOPES and (field.required or field.location in {Location.PATH, Location.QUERY})
    ]


ROUTES = [route for route in all_routes() if route.handler is not None and ids_of(route)]
OF_MEMBERS = [route for route in ROUTES if len(ids_of(route)) == len(SCOPES)]


class Tenants(PureAPI):
    """Two organizations with a member each."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = [self._tenant(name) for name in ("Acme", "Globex")]
        self.before = self.dump()

    def dump(self) -> str:
        """Return the whole database."""
        return "\n".join(self.connection.iterdump())

    def ask(self, route: Route, **ids: str) -> tuple[int, dict[str, Any]]:
        """Call an endpoint with ids, and what else it needs."""
        path, query, body = route.path, {}, dict(NEEDED.get(route.request.operation, {}))
        for field in fields_of(route.request):
            given = ids.get(field.name, VALUES.get(field.name, value(field.shape, field.name)))
            if field.location is Location.PATH:
                path = path.replace(f"{{{field.name}}}", str(given).replace(" ", "-"))
            elif field.location is Location.QUERY and field.name in ids:
                query[field.wire_name] = str(given)
            elif field.location is Location.BODY and (field.required or field.name in ids):
                body[field.wire_name] = given
        return self.call(route.method, path, body if route.request.body else None, urlencode(query))

    def _tenant(self, name: str) -> dict[str, str]:
        made = self.post("organizations", organization_name=name)["organization"]["organization_id"]
        member = self.post(f"organizations/{made}/members", email_address="ada@example.com")
        return {"organization_id": made, "member_id": member["member_id"]}


@pytest.fixture(scope="module")
def api() -> Iterator[Tenants]:
    with Tenants() as made:
        yield made


def named(route: Route) -> str:
    return route.request.operation


@pytest.mark.parametrize("route", OF_MEMBERS, ids=named)
def test_member_of_another_organization(api: Tenants, route: Route) -> None:
    """By no endpoint."""
    acme, globex = api.ids
    status, found = api.ask(route, organization_id=acme["organization_id"], member_id=globex["member_id"])
    assert (404, "member_not_found") == (status, found["error_type"]), found
    assert api.before == api.dump()


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_unknown_id(api: Tenants, route: Route) -> None:
    """Whether it names an organization or a member."""
    for field in ids_of(route):
        known = api.ids[0] if field.name == "member_id" else {}
        ids = {**known, field.name: f"{field.name.removesuffix('_id')}-test-{uuid.uuid4()}"}
        status, found = api.ask(route, **ids)
        assert status in {400, 404}, found
        if status == 404:
            assert found["error_type"].endswith("_not_found")
    assert api.before == api.dump()


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_id_of_the_other_environment(api: Tenants, route: Route) -> None:
    """Before anything else is looked at."""
    for field in ids_of(route):
        ids = {**api.ids[0], field.name: f"{field.name.removesuffix('_id')}-live-{uuid.uuid4()}"}
        status, found = api.ask(route, **ids)
        assert (400, "live_id_used_in_test_environment") == (status, found["error_type"]), found
    assert api.before == api.dump()
