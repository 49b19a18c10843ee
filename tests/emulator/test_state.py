"""The whole state as JSON: an imported one behaves as the exported."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.pure_api import PureAPI
from support.tenants import ADA, OTHER_PASSWORD, Tenant

from stytch_b2b_async.emulator import Emulator, ProjectSettings

PROJECT = ("project-test-1", "secret-test-1")


async def test_import_and_export() -> None:
    """Imported state behaves as the exported one.

    Members, passwords, sessions, keys, mail and skipped time; through JSON, into another emulator.
    """
    async with Emulator(*PROJECT) as stytch, stytch.client() as client:
        acme = await Tenant.make(stytch, client)
        await acme.reset()
        unused = await acme.mailed_token()
        stytch.advance(minutes=20)
        login = await acme.log_in(session_duration_minutes=60)
        state = json.loads(json.dumps(await asyncio.to_thread(stytch.state), default=str))
        messages = list(stytch.outbox)
    async with Emulator(*PROJECT) as other, other.client(strict=True) as client:
        other.faults.add(status=500)
        await asyncio.to_thread(other.load_state, state)
        acme = Tenant(other, client, acme.organization_id, acme.member_id)
        assert messages == list(other.outbox)
        assert (await client.sessions.authenticate(session_jwt=login.session_jwt)).member == login.member
        keys = {key.kid for key in (await client.sessions.get_jwks(project_id=other.project_id)).keys}
        assert {row["key_id"] for row in state["tables"]["signing_keys"]} == keys
        assert (await acme.log_in()).member_authenticated
        reset = await client.passwords.email.reset(password_reset_token=unused, password=OTHER_PASSWORD)
        assert reset.member_authenticated
        exported = await asyncio.to_thread(other.state)
        assert state["skipped_seconds"] == exported["skipped_seconds"] == 1200


async def test_state_is_replaced(acme: Tenant) -> None:
    """Nothing of the old one is left."""
    state = await asyncio.to_thread(acme.stytch.state)
    empty = {**state, "tables": {name: [] for name in state["tables"]}}
    await asyncio.to_thread(acme.stytch.load_state, empty)
    after = await asyncio.to_thread(acme.stytch.state)
    assert {name: [] for name in after["tables"]} == after["tables"]
    assert 0 == len(acme.stytch.calls)


@pytest.fixture
def api() -> Iterator[PureAPI]:
    with PureAPI() as made:
        organization_id = made.post("organizations", organization_name="Acme")["organization"]["organization_id"]
        made.post(f"organizations/{organization_id}/members", email_address=ADA)
        made.post("passwords/discovery/email/reset/start", email_address=ADA)
        yield made


def test_state_over_http(api: PureAPI) -> None:
    """By PUT, or by POST; it needs no credentials and holds none."""
    status, state = api.call("GET", "/_emulator/state")
    assert 200 == status
    assert api.project.secret not in json.dumps(state)
    before = api.project.store.dump()
    for method in ("PUT", "POST"):
        api.call("POST", "/_emulator/reset")
        assert before != api.project.store.dump()
        assert (200, {"status": "ok"}) == api.call(method, "/_emulator/state", state)
        assert sorted(before.splitlines()) == sorted(api.project.store.dump().splitlines())


def row(state: dict[str, Any], table: str) -> dict[str, Any]:
    found: dict[str, Any] = state["tables"][table][0]
    return found


MISFITS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "version": (lambda state: state.update(version=1), "version"),
    "no version": (lambda state: state.pop("version"), "version"),
    "environment": (lambda state: state.update(environment="live"), "environment"),
    "time": (lambda state: state.update(skipped_seconds=-1), "skipped_seconds"),
    "endless time": (lambda state: state.update(skipped_seconds=1e300), "skipped_seconds"),
    "no tables": (lambda state: state.pop("tables"), "tables"),
    "tables": (lambda state: state.update(tables=[]), "tables"),
    "missing table": (lambda state: state["tables"].pop("members"), "tables"),
    "unknown table": (lambda state: state["tables"].update(sqlite_master=[]), "tables"),
    "rows": (lambda state: state["tables"].update(members={}), "tables.members"),
    "row": (lambda state: state["tables"].update(members=[5]), "tables.members[0]"),
    "missing column": (lambda state: row(state, "members").pop("email"), "tables.members[0]"),
    "unknown column": (lambda state: row(state, "members").update(hat=1), "tables.members[0]"),
    "value": (lambda state: row(state, "members").update(email=[]), "tables.members[0].email"),
    "null": (lambda state: row(state, "members").update(email=None), "tables.members[0]"),
    "document": (lambda state: row(state, "members").update(document="{"), "tables.members[0].document"),
    "document of another kind": (lambda state: row(state, "members").update(document="{}"), "tables.members[0].document"),
    "no document": (lambda state: row(state, "organizations").update(document=5), "tables.organizations[0].document"),
    "message": (lambda state: row(state, "messages").update(document='{"hat": 1}'), ""),
    "twice": (lambda state: state["tables"]["organizations"].append(row(state, "organizations")), "tables.organizations[1]"),
    "orphan": (lambda state: state["tables"]["organizations"].clear(), "tables.members"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_state_that_does_not_fit(api: PureAPI, name: str) -> None:
    """The path of what is wrong is named, and nothing changes."""
    state = api.call("GET", "/_emulator/state")[1]
    change, path = MISFITS[name]
    change(state)
    before = api.snapshot()
    status, body = api.call("PUT", "/_emulator/state", state)
    assert (400, "invalid_state") == (status, body["error_type"]), body
    assert body["error_message"].startswith(path), body
    assert before == api.snapshot()


def test_import_of_other_password_mode() -> None:
    """Passwords of the other kind of project do not fit. They would never be found."""
    with PureAPI(ProjectSettings(cross_organization_passwords=False)) as api, PureAPI() as other:
        organization_id = api.post("organizations", organization_name="Acme")["organization"]["organization_id"]
        api.post(f"organizations/{organization_id}/members", email_address=ADA)
        api.post("passwords/email/reset/start", organization_id=organization_id, email_address=ADA)
        api.post("passwords/email/reset", password_reset_token=api.project.outbox[-1].token, password="wobbly-teapot-orbits-47")
        status, body = other.call("PUT", "/_emulator/state", api.call("GET", "/_emulator/state")[1])
    assert (400, "invalid_state") == (status, body["error_type"])


def test_misfit_is_a_value_error() -> None:
    """From Python, too."""
    with Emulator() as stytch, pytest.raises(ValueError, match="version must be"):
        stytch.load_state({})
