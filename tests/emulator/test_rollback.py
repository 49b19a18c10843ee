"""A call that answers an error has changed nothing but the count of failed logins."""

import json
import os
import sqlite3
from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from support.pure_api import PureAPI

from stytch_b2b_async.emulator import service as service_module
from stytch_b2b_async.emulator.routes import Route, all_routes
from stytch_b2b_async.schema import Location, fields_of

ADA = "ada@example.com"
GRACE = "grace@example.com"
PASSWORD = "wobbly-teapot-orbits-47"
OTHER_PASSWORD = "sleepy-walrus-juggles-93"
LOCK_FIELDS = ("is_locked", "lock_created_at", "lock_expires_at", "updated_at")
TOO_LARGE = {"a": "x" * 5000}

REDIRECT = "https://app.example/callback"
QUERY = {"operator": "AND", "operands": [{"filter_name": "member_emails", "filter_value": [ADA]}]}
ROLE = {"role_id": "reader", "description": "", "permissions": [{"resource_id": "stytch.self", "actions": ["*"]}]}

EMULATED = [route for route in all_routes() if route.handler is not None]
ODD: list[Any] = [None, "", "x", " ", 0, -1, 4, 10**6, 2**63 - 1, 1.5, True, [], {}, ["x"], {"a": 1}, TOO_LARGE, "x" * 300]


class Seeded(PureAPI):
    """An organization with members, a session, mailed tokens and an intermediate session, and the values that fit its fields."""

    def __init__(self) -> None:
        super().__init__()
        acme = self.post("organizations", organization_name="Acme", organization_slug="acme")["organization"]
        gated = self.post("organizations", organization_name="Gated", mfa_policy="REQUIRED_FOR_ALL")["organization"]
        ids = [acme["organization_id"], gated["organization_id"]]
        members = [
            self.post(f"organizations/{organization_id}/members", email_address=email)["member_id"]
            for organization_id in ids
            for email in (ADA, GRACE)
        ]
        login = self._reset(ids[0], ADA)
        stopped = self._reset(ids[1], GRACE)
        tokens = [self._mailed(ids[0], ADA), self._mailed(ids[1], GRACE)]
        self.post("passwords/discovery/email/reset/start", email_address=ADA)
        tokens.append(self.project.outbox[-1].token)
        self.values: dict[str, list[Any]] = {
            "organization_id": [*ids, "acme"],
            "member_id": members,
            "email_address": [ADA, GRACE, "new@example.com"],
            "password": [PASSWORD, OTHER_PASSWORD, "hunter2", "password123!"],
            "existing_password": [PASSWORD, OTHER_PASSWORD],
            "new_password": [PASSWORD, OTHER_PASSWORD, "hunter2"],
            "password_reset_token": tokens,
            "session_token": [login["session_token"]],
            "session_jwt": [login["session_jwt"]],
            "member_session_id": [login["member_session"]["member_session_id"]],
            "intermediate_session_token": [stopped["intermediate_session_token"]],
            "session_duration_minutes": [5, 60, 527_041],
            "session_custom_claims": [{"plan": "pro"}, TOO_LARGE, {"https://stytch.com/session": 1}],
            "hash_type": ["md_5", "bcrypt"],
            "hash": ["5ebe2294ecd0e0f08eab7690d2a6ee69"],
            "roles": [["stytch_admin"], ["nobody"]],
            "mfa_phone_number": ["+12025550162", "1"],
            "organization_name": ["Other"],
            "organization_slug": ["acme", "other"],
            "organization_ids": [[ids[0]], ids],
            "member_password_id": [login["member"]["member_password_id"]],
            "external_id": ["a|1", "a b"],
            "organization_external_id": ["a|1"],
            "trusted_metadata": [{"plan": "pro"}, {"plan": None}, TOO_LARGE],
            "query": [QUERY, {**QUERY, "operator": "OR"}, {**QUERY, "operands": [{"filter_name": "x", "filter_value": 1}]}],
            "limit": [1, 1000, 0],
            "org_policy": [{"roles": [ROLE]}, {"roles": [ROLE, ROLE]}, {"roles": []}],
            "authorization_check": [{"organization_id": ids[0], "resource_id": "stytch.self", "action": "delete"}],
            **self._clients(ids[0], members[0]),
        }
        self.start = self.snapshot()

    def _clients(self, organization_id: str, member_id: str) -> dict[str, list[Any]]:
        """Create a machine-to-machine client and an app that a member has let in."""
        _, machine = self.call("POST", "/v1/m2m/clients", {"scopes": ["a"]})
        settings = {"client_type": "first_party", "redirect_urls": [REDIRECT]}
        _, app = self.call("POST", "/v1/connected_apps/clients", settings)
        app_id = app["connected_app"]["client_id"]
        asks = {"client_id": app_id, "redirect_uri": REDIRECT, "response_type": "code", "scopes": ["openid"]}
        who = {"organization_id": organization_id, "member_id": member_id, "consent_granted": True}
        self.post("idp/oauth/authorize", **asks, **who)
        impersonation = self.call("POST", "/_emulator/impersonation", {"member_id": member_id})[1]
        return {
            "client_id": [machine["m2m_client"]["client_id"], app_id],
            "connected_app_id": [app_id],
            "client_type": ["first_party", "third_party_public"],
            "scopes": [["openid"], ["a"], ["a b"]],
            "status": ["inactive"],
            "redirect_uri": [REDIRECT],
            "redirect_urls": [[REDIRECT], ["http://x"]],
            "response_type": ["code"],
            "impersonation_token": [impersonation["impersonation_token"]],
        }

    def _mailed(self, organization_id: str, email: str) -> str:
        self.post("passwords/email/reset/start", organization_id=organization_id, email_address=email)
        return self.project.outbox[-1].token

    def _reset(self, organization_id: str, email: str) -> dict[str, Any]:
        return self.post("passwords/email/reset", password_reset_token=self._mailed(organization_id, email), password=PASSWORD)


State: TypeAlias = tuple[object, list[tuple[str, dict[str, Any]]]]


def state(api: PureAPI) -> State:
    """Read the outbox, the clock, and the whole database."""
    tables = [row[0] for row in api.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    rows = [
        (table, dict(row))
        for table in tables
        for row in api.connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608  # the schema's own names
    ]
    return (list(api.project.outbox), api.project.clock.now()), rows


def without_lock_counters(found: State) -> State:
    """Leave out what counts failed logins."""
    rest, rows = found
    return rest, [(table, _uncounted(row) if table == "members" else row) for table, row in rows]


def _uncounted(member: dict[str, Any]) -> dict[str, Any]:
    document = {name: value for name, value in json.loads(member["document"]).items() if name not in LOCK_FIELDS}
    return {**member, "failures": None, "document": document}


@pytest.fixture(scope="module")
def seeded() -> Iterator[Seeded]:
    with Seeded() as api:
        yield api


@pytest.fixture(scope="module")
def at_start(seeded: Seeded) -> State:
    seeded.restore(seeded.start)
    return state(seeded)


@pytest.fixture
def api() -> Iterator[PureAPI]:
    with PureAPI() as made:
        yield made


@pytest.mark.parametrize("route", EMULATED, ids=lambda route: route.request.operation)
@given(data=st.data())
@settings(
    max_examples=int(os.environ.get("HOSTILE_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_refused_call_changes_nothing(seeded: Seeded, at_start: State, route: Route, data: DataObject) -> None:
    """Whatever is sent, a response of 400 or more leaves database, mail and clock as they were."""
    seeded.restore(seeded.start)
    path, query, body = drawn(seeded, route, data)
    status, found = seeded.call(route.request.method, path, body, query)
    assert status < 500, found
    if status >= 400:
        may_count = found["error_type"] == "unauthorized_credentials"
        before, after = at_start, state(seeded)
        if may_count:
            before, after = without_lock_counters(before), without_lock_counters(after)
        assert before == after, found
    assert not seeded.connection.in_transaction


def drawn(api: Seeded, route: Route, data: DataObject) -> tuple[str, str, dict[str, Any]]:
    """Draw a request: mostly values that fit, some that do not, some left out."""
    path = route.request.path
    query: list[str] = []
    body: dict[str, Any] = {}
    for field in fields_of(route.request):
        fitting = api.values.get(field.name, [])
        choices = [st.sampled_from(fitting)] * 4 if fitting else []
        value = data.draw(st.one_of(*choices, st.sampled_from(ODD)), label=field.name)
        left_out = not field.required and data.draw(st.sampled_from([True, True, False] if not fitting else [True, False]))
        if field.location is Location.PATH:
            path = path.replace(f"{{{field.name}}}", str(value if fitting and isinstance(value, str) and value else "x"))
        elif field.location is Location.QUERY and isinstance(value, str) and not left_out:
            query.append(f"{field.wire_name}={value}")
        elif field.location is Location.BODY and not left_out:
            body[field.wire_name] = value
    return path, "&".join(query), body


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("passwords/email/reset", {"password_reset_token": None, "password": OTHER_PASSWORD}),
        (
            "passwords/existing_password/reset",
            {"email_address": ADA, "existing_password": PASSWORD, "new_password": OTHER_PASSWORD, "organization_id": "acme"},
        ),
        ("passwords/session/reset", {"organization_id": "acme", "session_token": None, "password": OTHER_PASSWORD}),
    ],
)
def test_too_large_claims(seeded: Seeded, path: str, more: dict[str, Any]) -> None:
    """Reset with too large claims changes nothing. The password stays, the token works again, and no session has ended."""
    seeded.restore(seeded.start)
    given = {name: seeded.values[name][0] if value is None else value for name, value in more.items()}
    before = state(seeded)
    merged = {f"claim-{n}": "x" * 100 for n in range(30)}
    status, _ = seeded.call("POST", f"/v1/b2b/{path}", {**given, "session_custom_claims": {**merged, **TOO_LARGE}})
    assert 400 == status
    assert before == state(seeded)
    seeded.post(path, **given)


def test_too_large_merged_claims(seeded: Seeded) -> None:
    """Claims that grow too large by merging change nothing.

    Each half fits: the sum is only known after the password was set.
    """
    seeded.restore(seeded.start)
    token = seeded.values["session_token"][0]
    half = {"session_duration_minutes": 60, "session_custom_claims": {"a": "x" * 3000}}
    seeded.post("sessions/authenticate", session_token=token, **half)
    before = state(seeded)
    other = {**half, "session_custom_claims": {"b": "x" * 3000}}
    body = {"organization_id": "acme", "session_token": token, "password": OTHER_PASSWORD, **other}
    status, found = seeded.call("POST", "/v1/b2b/passwords/session/reset", body)
    assert (400, "custom_claims_too_large") == (status, found["error_type"])
    assert before == state(seeded)


def test_unwritable_response(seeded: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Response that cannot be written rolls back. It mails nothing, either."""
    seeded.restore(seeded.start)
    before = state(seeded)

    def broken(_: object) -> bytes:
        raise OverflowError("cannot be written")

    monkeypatch.setattr(service_module, "encode", broken)
    body = {"organization_id": "acme", "email_address": ADA}
    assert 500 == seeded.call("POST", "/v1/b2b/passwords/email/reset/start", body)[0]
    assert before == state(seeded)


def test_failed_commit_rolls_back(api: PureAPI) -> None:
    """What SQLite refuses at the very end leaves neither an open transaction nor mail."""
    connection = api.connection
    connection.execute("CREATE TABLE late (id REFERENCES members (member_id) DEFERRABLE INITIALLY DEFERRED)")
    acts: list[int] = []
    with pytest.raises(sqlite3.IntegrityError), api.project.store.transaction():  # noqa: PT012  # fails at its end
        api.project.store.after_commit(lambda: acts.append(1))
        api.project.store.run("INSERT INTO late VALUES ('nobody')")
    assert [] == acts
    assert not connection.in_transaction
    assert 0 == len(connection.execute("SELECT * FROM late").fetchall())


def test_failure_counter_is_kept(seeded: Seeded) -> None:
    """Failed logins are counted though the call is rolled back.

    Ten of them lock the member; a success in between starts the count anew.
    """
    seeded.restore(seeded.start)
    body = {"organization_id": "acme", "email_address": ADA, "password": "wrong"}
    for _ in range(9):
        assert 401 == seeded.call("POST", "/v1/b2b/passwords/authenticate", body)[0]
    seeded.post("passwords/authenticate", **{**body, "password": PASSWORD})
    statuses = [seeded.call("POST", "/v1/b2b/passwords/authenticate", body)[0] for _ in range(11)]
    assert [401] * 10 + [429] == statuses
    assert 429 == seeded.call("POST", "/v1/b2b/passwords/authenticate", {**body, "password": PASSWORD})[0]


def test_signing_key_of_a_refused_call(api: PureAPI) -> None:
    """Signing key of a refused call is forgotten.

    A key in memory that the database does not have would be another one after a restart.
    """
    made: list[str] = []
    with pytest.raises(RuntimeError), api.project.store.transaction():  # noqa: PT012  # a call that fails late
        made.append(api.project.signing_keys.current.key_id)
        raise RuntimeError
    with api.project.store.transaction():
        assert made != [api.project.signing_keys.current.key_id]
    kept = [row["key_id"] for row in api.connection.execute("SELECT key_id FROM signing_keys")]
    assert kept == [key.key_id for key in api.project.signing_keys.existing]
