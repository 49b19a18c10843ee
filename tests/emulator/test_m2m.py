"""Machine-to-machine clients and their tokens."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from support.pure_api import PureAPI
from support.tenants import refused

from stytch_b2b_async import AuthenticationError, Client
from stytch_b2b_async.emulator import Emulator


async def test_client_is_created_with_a_secret(client: Client) -> None:
    """Shown once; the rest can be changed and found."""
    clients = client.m2m.clients
    made = (await clients.create(scopes=["read:users", "read:users"], client_name="Cron", trusted_metadata={"a": 1})).m2m_client
    assert made.client_id.startswith("m2m-client-test-")
    assert ("active", ["read:users"], made.client_secret[-4:]) == (made.status, made.scopes, made.client_secret_last_four)
    changed = await clients.update(
        client_id=made.client_id,
        client_description="Nightly",
        status="inactive",
        scopes=["write:users"],
        trusted_metadata={"a": None, "b": 2},
    )
    shown = changed.m2m_client
    assert ("Cron", "Nightly", "inactive") == (shown.client_name, shown.client_description, shown.status)
    assert (["write:users"], {"b": 2}) == (shown.scopes, shown.trusted_metadata)
    assert shown == (await clients.get(client_id=made.client_id)).m2m_client
    assert made.client_id == (await clients.delete(client_id=made.client_id)).client_id
    for call in (clients.get, clients.delete, clients.update, clients.secrets.rotate_start):
        with refused("m2m_client_not_found", 404):
            await call(client_id=made.client_id)


@pytest.mark.parametrize(
    ("options", "error_type"),
    [
        ({"client_id": "mine"}, "duplicate_m2m_client_id"),
        ({"client_id": "a b"}, "m2m_client_invalid_client_id"),
        ({"client_secret": "short"}, "insecure_m2m_client_secret"),
        ({"client_secret": "aaaaaaaaaaaa"}, "insecure_m2m_client_secret"),
        ({"scopes": ["a b"]}, "invalid_m2m_client_scope"),
        ({"scopes": [""]}, "invalid_m2m_client_scope"),
        ({"scopes": [str(n) for n in range(101)]}, "too_many_m2m_client_scopes"),
        ({"client_name": "x" * 1025}, "m2m_client_invalid_client_name"),
        ({"trusted_metadata": {"a": "x" * 5000}}, "metadata_too_large"),
    ],
)
async def test_invalid_client(client: Client, options: dict[str, Any], error_type: str) -> None:
    """Each has its own error type."""
    await client.m2m.clients.create(scopes=[], client_id="mine", client_secret="correct horse")
    with refused(error_type):
        await client.m2m.clients.create(**{"scopes": [], **options})
    with refused("m2m_client_invalid_status"):
        await client.m2m.clients.update(client_id="mine", status="asleep")


async def test_search(client: Client) -> None:
    """By id, name or scope, in pages."""
    for name in ("a", "b", "c"):
        await client.m2m.clients.create(scopes=["all", f"only:{name}"], client_id=name, client_name=name.upper())
    search = client.m2m.clients.search

    async def found(name: str, values: object) -> list[str]:
        query = {"operator": "AND", "operands": [{"filter_name": name, "filter_value": values}]}
        return [each.client_id for each in (await search(query=query)).m2m_clients]

    assert ["a", "c"] == await found("client_id", ["a", "c", "nobody"])
    assert ["b"] == await found("client_name", ["B"])
    assert ["c"] == await found("scopes", ["only:c"])
    first = await search(limit=2)
    assert (["a", "b"], 3) == ([each.client_id for each in first.m2m_clients], first.results_metadata.total)
    second = await search(limit=2, cursor=first.results_metadata.next_cursor)
    assert (["c"], None) == ([each.client_id for each in second.m2m_clients], second.results_metadata.next_cursor)
    with refused("m2m_search_filter_name_not_recognized"):
        await found("age", ["1"])
    with refused("m2m_search_expected_array_of_strings"):
        await found("scopes", "all")


async def test_token_says_who_and_what_for(client: Client) -> None:
    """The client verifies it like any other."""
    made = (await client.m2m.clients.create(scopes=["read:users", "write:users"])).m2m_client
    token = await client.m2m.token(client_id=made.client_id, client_secret=made.client_secret, scopes=["read:users"])
    assert (3600, "bearer") == (token.expires_in, token.token_type)
    claims = await client.m2m.authenticate_token(access_token=token.access_token, required_scopes=["read:users"])
    assert (made.client_id, ["read:users"]) == (claims.client_id, claims.scopes)
    every = await client.m2m.token(client_id=made.client_id, client_secret=made.client_secret)
    assert made.scopes == (await client.m2m.authenticate_token(access_token=every.access_token)).scopes
    with refused("invalid_scope"):
        await client.m2m.token(client_id=made.client_id, client_secret=made.client_secret, scopes=["eat:users"])
    with refused("invalid_client", 401):
        await client.m2m.token(client_id=made.client_id, client_secret="wrong")
    with refused("invalid_client", 401):
        await client.m2m.token(client_id="nobody", client_secret=made.client_secret)
    await client.m2m.clients.update(client_id=made.client_id, status="inactive")
    with refused("invalid_client", 401):
        await client.m2m.token(client_id=made.client_id, client_secret=made.client_secret)


async def test_both_secrets_work_during_a_rotation(client: Client) -> None:
    """Cancelled, the old one stays; ended, the new one."""
    secrets = client.m2m.clients.secrets
    made = (await client.m2m.clients.create(scopes=[])).m2m_client
    name, old = made.client_id, made.client_secret

    async def works(secret: str) -> bool:
        try:
            return bool((await client.m2m.token(client_id=name, client_secret=secret)).access_token)
        except AuthenticationError:
            return False

    for end in (secrets.rotate, secrets.rotate_cancel):
        with refused("m2m_client_not_rotating_secret"):
            await end(client_id=name)
    dropped = (await secrets.rotate_start(client_id=name)).m2m_client
    assert dropped.next_client_secret[-4:] == dropped.next_client_secret_last_four
    assert (True, True) == (await works(old), await works(dropped.next_client_secret))
    with refused("m2m_client_already_rotating_secret"):
        await secrets.rotate_start(client_id=name)
    assert (await secrets.rotate_cancel(client_id=name)).m2m_client.next_client_secret_last_four is None
    assert (True, False) == (await works(old), await works(dropped.next_client_secret))
    new = (await secrets.rotate_start(client_id=name)).m2m_client.next_client_secret
    assert new[-4:] == (await secrets.rotate(client_id=name)).m2m_client.client_secret_last_four
    assert (False, True) == (await works(old), await works(new))


def test_token_request_takes_form_json_and_basic() -> None:
    """Errors have the form of OAuth; the project's own credentials are not needed."""
    with PureAPI() as api:
        path = f"/v1/public/{api.project.project_id}/oauth2/token"
        api.headers.pop("authorization")
        basic = base64.b64encode(b"machine:correct%20horse").decode()
        status, _ = _created(api)
        assert 200 == status
        form = urlencode({"grant_type": "client_credentials", "client_id": "machine", "client_secret": "correct horse"}).encode()
        only = b"grant_type=client_credentials"
        kind = "application/x-www-form-urlencoded"
        answers = [
            api.send("POST", path, form, content_type=kind),
            api.send("POST", path, only, content_type=kind, authorization=f"Basic {basic}"),
            api.send("POST", path, b'{"grant_type":"client_credentials"}', authorization=f"Basic {basic}"),
        ]
        assert [200] * 3 == [answer.status for answer in answers]
        assert "no-store" == answers[0].headers["cache-control"]
        for body, error, code in (
            (b"{}", "invalid_request", 400),
            (b'{"grant_type":"password"}', "unsupported_grant_type", 400),
            (b'{"grant_type":["client_credentials"]}', "invalid_request", 400),
            (b"nonsense", "invalid_request", 400),
            (b'{"grant_type":"client_credentials"}', "invalid_request", 400),
            (b'{"grant_type":"client_credentials","client_id":"machine","client_secret":"x"}', "invalid_client", 401),
        ):
            answer = api.send("POST", path, body)
            found = json.loads(answer.body)
            assert (code, error) == (answer.status, found["error"]), found
            assert {"status_code", "request_id", "error", "error_description", "error_uri"} == set(found)
        assert 401 == api.send("POST", path, only, content_type=kind, authorization="Basic é").status
        assert 404 == api.send("POST", path.replace("project-test", "project-other"), form, content_type=kind).status


def _created(api: PureAPI) -> tuple[int, dict[str, Any]]:
    credentials = base64.b64encode(f"{api.project.project_id}:{api.project.secret}".encode()).decode()
    body = {"scopes": ["a"], "client_id": "machine", "client_secret": "correct horse"}
    return api.call("POST", "/v1/m2m/clients", body, authorization=f"Basic {credentials}")


async def test_token_expires(stytch: Emulator, client: Client) -> None:
    """After an hour of the emulator's clock, introspection aside, as its own claims say."""
    made = (await client.m2m.clients.create(scopes=[])).m2m_client
    token = (await client.m2m.token(client_id=made.client_id, client_secret=made.client_secret)).access_token
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert (3600, [stytch.project_id], f"stytch.com/{stytch.project_id}") == (
        claims["exp"] - claims["iat"],
        claims["aud"],
        claims["iss"],
    )
