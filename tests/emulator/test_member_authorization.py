"""Every endpoint that a member's session may authorize checks the session, the organization and the roles."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.pure_api import PureAPI

from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.emulator import ProjectSettings
from stytch_b2b_async.emulator.routes import all_routes
from stytch_b2b_async.schema import Location, fields_of

PASSWORD = "wobbly-teapot-orbits-47"
EMULATED = {route.request.operation for route in all_routes() if route.is_emulated}
OPERATIONS = sorted(name for name, endpoint in endpoints().items() if any(
    field.location is Location.HEADERS for field in fields_of(endpoint.request)
))  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "organizations.update": {"organization_name": "Other"},
    "organizations.members.update": {"roles": ["stytch_admin"]},
    "sessions.revoke": {"member_id": "{grace}"},
    "organizations.members.unlink_retired_email": {"email_address": "old@example.com"},
    "passwords.email.require_reset": {"organization_id": "{acme}", "email_address": "grace@example.com"},
    "magic_links.email.invite": {"organization_id": "{acme}"},
}
"""What a call needs beyond its required fields: to ask for something that a plain member may not do."""
SHARED_PASSWORDS = {"passwords.email.require_reset"}
"""Operations of projects whose passwords are shared."""
VALUES: dict[str, Any] = {
    "organization_id": "{acme}",
    "organization_ids": ["{acme}"],
    "member_id": "{grace}",
    "email_address": "new@example.com",
    "display_name": "Other",
    "connection_id": "saml-connection-test-1",
    "connection_implicit_role_assignments": [],
}


class Tenants(PureAPI):
    """Two organizations: Ada is a plain member of the first and the admin of the second; Grace is to be acted on."""

    def __init__(self, *, shared: bool) -> None:
        super().__init__(ProjectSettings(cross_organization_passwords=shared))
        self.names = {"acme": self._organization("Acme"), "globex": self._organization("Globex")}
        self.names["grace"] = self._member("acme", "grace@example.com")
        self._member("acme", "ada@example.com")
        self._member("globex", "ada@example.com", roles=["stytch_admin"])
        self._member("acme", "root@example.com", roles=["stytch_admin"])
        self.tokens = {
            "plain": self._log_in("acme", "ada@example.com"),
            "stranger": self._log_in("globex", "ada@example.com"),
            "admin": self._log_in("acme", "root@example.com"),
        }
        self._log_in("acme", "grace@example.com")

    def ask(self, operation: str, token: str) -> tuple[int, dict[str, Any]]:
        """Call an operation as a member."""
        request = endpoints()[operation].request
        path, body, query = request.path, dict(BODIES.get(operation, {})), {}
        for field in fields_of(request):
            value = VALUES.get(field.name, "x")
            if field.location is Location.PATH:
                path = path.replace(f"{{{field.name}}}", str(value))
            elif field.required and field.location is Location.BODY:
                body.setdefault(field.wire_name, value)
            elif field.required and field.location is Location.QUERY:
                query[field.wire_name] = value
        text = json.dumps([path, body])
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        path, body = json.loads(text)
        return self.call(request.method, path, body if request.body else None, x_stytch_member_session=token)

    def _organization(self, name: str) -> str:
        found: str = self.post("organizations", organization_name=name)["organization"]["organization_id"]
        return found

    def _member(self, organization: str, email: str, **options: Any) -> str:
        made = self.post(f"organizations/{self.names[organization]}/members", email_address=email, **options)
        return str(made["member_id"])

    def _log_in(self, organization: str, email: str) -> str:
        self.post("passwords/email/reset/start", organization_id=self.names[organization], email_address=email)
        token = self.project.outbox[-1].token
        return str(self.post("passwords/email/reset", password_reset_token=token, password=PASSWORD)["session_token"])


@pytest.fixture(scope="module")
def projects() -> Iterator[dict[bool, Tenants]]:
    """Projects whose passwords are shared, and are not."""
    with Tenants(shared=True) as one, Tenants(shared=False) as other:
        yield {True: one, False: other}


@pytest.fixture
def tenants(projects: dict[bool, Tenants], operation: str) -> Tenants:
    return projects[operation in SHARED_PASSWORDS]


def test_table_is_complete() -> None:
    """As many endpoints as the API's description has."""
    assert 40 == len(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("who", "status", "error_type"),
    [
        ("nobody", 404, "session_not_found"),
        ("stranger", 403, "session_authorization_tenancy_error"),
        ("plain", 403, "session_authorization_error"),
    ],
)
def test_unauthorized_member(tenants: Tenants, operation: str, who: str, status: int, error_type: str) -> None:
    """A dead session, an admin of another organization and a member without the role are rejected, and nothing changes."""
    if operation not in EMULATED:
        pytest.skip("not emulated")
    before = "\n".join(tenants.connection.iterdump())
    found, body = tenants.ask(operation, tenants.tokens.get(who, "A" * 44))
    assert (status, error_type) == (found, body.get("error_type")), body
    assert before == "\n".join(tenants.connection.iterdump())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_admin(tenants: Tenants, operation: str) -> None:
    """An admin is not rejected for lack of a role."""
    if operation not in EMULATED:
        pytest.skip("not emulated")
    snapshot = tenants.snapshot()
    try:
        found, body = tenants.ask(operation, tenants.tokens["admin"])
    finally:
        tenants.restore(snapshot)
    assert found not in {401, 403}, body
    assert found < 500, body
