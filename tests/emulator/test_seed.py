"""Seed data: validated by path, created by the API's own rules, and what a reset returns to."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from support.browser import choose

from stytch_b2b_async import BlockingClient
from stytch_b2b_async.emulator import Emulator, ProjectSettings

FILE = Path(__file__).parents[2] / "examples" / "compose" / "seed.json"
PASSWORD = "wobbly-teapot-orbits-47"


def log_in(client: BlockingClient) -> Any:
    return client.passwords.authenticate(organization_id="acme", email_address="ada@acme.example", password=PASSWORD)


@pytest.mark.parametrize("seed", [FILE, str(FILE), json.loads(FILE.read_text())], ids=["path", "name", "content"])
def test_start_with_data(seed: Any) -> None:
    """Members log in with their passwords and roles."""
    with Emulator(seed=seed) as stytch, stytch.blocking_client() as client:
        assert ([], []) == (list(stytch.calls), list(stytch.outbox))
        login = log_in(client)
        assert ("Ada", True, True) == (login.member.name, login.member.is_admin, login.member.email_address_verified)
        grace = client.organizations.members.get(organization_id="acme", email_address="grace@acme.example").member
        assert {"stytch_member", "editor"} == {role.role_id for role in grace.roles}


def test_reset_returns_to_the_seed() -> None:
    """With the same ids and passwords; what came later is gone."""
    with Emulator(seed=FILE) as stytch, stytch.blocking_client() as client:
        before = log_in(client).member.member_id
        client.organizations.create(organization_name="Other", organization_slug="other")
        stytch.log_in("new@acme.example")
        stytch.reset()
        assert before == log_in(client).member.member_id
        assert 1 == len(stytch.state()["tables"]["organizations"])
        assert 2 == len(stytch.state()["tables"]["members"])


def test_file_with_data_is_not_seeded_again(tmp_path: Path) -> None:
    """Its state goes on; a reset still leads to the seed."""
    db = str(tmp_path / "stytch.db")
    with Emulator(db=db, seed=FILE) as stytch:
        stytch.log_in("new@acme.example")
    with Emulator(db=db, seed=FILE) as stytch, stytch.blocking_client() as client:
        assert 3 == len(stytch.state()["tables"]["members"])
        assert log_in(client).member_authenticated
        stytch.reset()
        assert 2 == len(stytch.state()["tables"]["members"])
        assert log_in(client).member_authenticated


def test_roles_add_to_the_settings() -> None:
    """Those of the settings stay."""
    settings = ProjectSettings(roles={"viewer": {"documents": ["read"]}})
    with Emulator(settings=settings, seed={"roles": {"editor": {"documents": ["write"]}}}) as stytch:
        login = stytch.log_in("ada@example.com", roles=["viewer", "editor"])
        assert {"viewer", "editor"} <= set(login.member_session.roles)


def test_connections() -> None:
    """By kind, name and status; people log in through an active one, and a reset keeps its id."""
    seed = acme(
        organization_slug="acme",
        members=[MEMBER],
        sso_connections=[
            {"type": "saml", "display_name": "Okta", "identity_provider": "okta"},
            {"type": "oidc", "display_name": "Entra", "status": "pending"},
            {"type": "oidc", "display_name": "Google", "status": "active"},
        ],
        scim_connection={"display_name": "Directory", "identity_provider": "okta"},
    )
    with Emulator(seed=seed) as stytch, stytch.blocking_client() as client:
        organization = client.organizations.get(organization_id="acme").organization
        assert ["Okta", "Google"] == [each.display_name for each in organization.sso_active_connections]
        found = client.sso.get_connections(organization_id="acme")
        assert [("Okta", "okta", "active")] == [
            (each.display_name, each.identity_provider, each.status) for each in found.saml_connections
        ]
        assert [("Entra", "pending"), ("Google", "active")] == [(each.display_name, each.status) for each in found.oidc_connections]
        scim = client.scim.connection.get(organization_id="acme").connection
        assert scim is not None
        assert ("Directory", "okta", "active") == (scim.display_name, scim.identity_provider, scim.status)
        for connection in organization.sso_active_connections:
            _, sent = asyncio.run(choose(stytch, "/v1/public/sso/start", MEMBER, connection_id=connection.connection_id))
            assert client.sso.authenticate(sso_token=sent["token"]).member_authenticated
        stytch.reset()
        assert organization == client.organizations.get(organization_id="acme").organization


MEMBER = {"email_address": "ada@example.com"}


def acme(**fields: Any) -> dict[str, Any]:
    return {"organizations": [{"organization_name": "Acme", **fields}]}


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        ({"organisations": []}, r"\$\.organisations is unknown; did you mean organizations\?"),
        ({"organizations": {}}, r"\$\.organizations must be a list"),
        ({"organizations": [5]}, r"\$\.organizations\[0\] must be an object"),
        ({"organizations": [{}]}, r"\$\.organizations\[0\]\.organization_name is required"),
        (acme(organization_slag="x"), r"\$\.organizations\[0\]\.organization_slag is unknown; did you mean organization_slug\?"),
        (acme(email_allowed_domains="x.com"), r"\$\.organizations\[0\]\.email_allowed_domains "),
        (acme(mfa_policy="SOMETIMES"), r"\$\.organizations\[0\]: .*\(invalid_organization_mfa_policy\)"),
        (acme(members=[MEMBER, {"email_address": 5}]), r"\$\.organizations\[0\]\.members\[1\]\.email_address "),
        (acme(members=[MEMBER, MEMBER]), r"\$\.organizations\[0\]\.members\[1\]: .*\(duplicate_member_email\)"),
        (acme(members=[{**MEMBER, "organization_id": "x"}]), r"members\[0\]\.organization_id is unknown"),
        (acme(members=[{**MEMBER, "password": 5}]), r"members\[0\]\.password must be a string"),
        (acme(members=[{**MEMBER, "password": "hunter2"}]), r"members\[0\]\.password: .*\(weak_password\)"),
        (acme(members=[{**MEMBER, "roles": ["emperor"]}]), r"members\[0\]: .*\(invalid_rbac_role_id\)"),
        (acme(sso_connections={}), r"\$\.organizations\[0\]\.sso_connections must be a list"),
        (acme(sso_connections=[{}]), r"sso_connections\[0\]\.type must be saml or oidc"),
        (acme(sso_connections=[{"type": "saml", "status": "on"}]), r"sso_connections\[0\]\.status must be active or pending"),
        (
            acme(sso_connections=[{"type": "saml", "displayname": "x"}]),
            r"sso_connections\[0\]\.displayname is unknown; did you mean display_name\?",
        ),
        (acme(sso_connections=[{"type": "oidc", "identity_provider": "x"}]), r"sso_connections\[0\]: .*\(invalid_sso_idp\)"),
        (acme(scim_connection=[]), r"\$\.organizations\[0\]\.scim_connection must be an object"),
        (acme(scim_connection={"display_name": 5}), r"\$\.organizations\[0\]\.scim_connection\.display_name "),
        ({"roles": []}, r"\$\.roles must be an object"),
        ({"roles": {"editor": []}}, r"\$\.roles\.editor must be an object"),
        ({"roles": {"editor": {"documents": "*"}}}, r"\$\.roles\.editor\.documents must be a list"),
        ({"roles": {"editor": {"documents": [1]}}}, r"\$\.roles\.editor\.documents\[0\] must be a string"),
        ({"m2m_clients": [{"client_idd": "x"}]}, r"\$\.m2m_clients\[0\]\.client_idd is unknown; did you mean client_id\?"),
    ],
)
def test_seed_that_does_not_fit(seed: Any, said: str) -> None:
    """The path of the wrong field is named, and a secret is not shown."""
    with pytest.raises(ValueError, match=said) as caught, Emulator(seed=seed):
        pass
    assert "hunter2" not in str(caught.value)


def test_seed_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, or not JSON."""
    with pytest.raises(FileNotFoundError), Emulator(seed=tmp_path / "nowhere.json"):
        pass
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(ValueError, match=r"broken\.json: not valid JSON"), Emulator(seed=tmp_path / "broken.json"):
        pass
