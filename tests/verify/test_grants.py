"""What roles and scopes grant, by the project policy."""

from typing import Any

import pytest
from support.policies import READ, WRITE, Registry, check_of, permits, policy_role, project_policy
from support.tokens import (
    API,
    PROJECT_ID,
    SECRET,
    Signer,
    permission,
    role,
    session_claims,
)
from support.tokens import ORGANIZATION_ID as OURS

from stytch_b2b_async import (
    Client,
    MissingRoleError,
    MissingScopeError,
)

# What is granted


async def test_a_role_grants_its_actions_and_no_others(registry: Registry) -> None:
    assert await registry.grants("reader")
    assert not await registry.grants("reader", check=WRITE)
    assert not await registry.grants("reader", check=check_of(resource_id="invoice"))


async def test_wildcard_action(registry: Registry) -> None:
    """The wildcard grants every action on its own resource."""
    assert await registry.grants("admin", check=WRITE)
    assert await registry.grants("admin", check=check_of(action="an action of tomorrow"))
    assert not await registry.grants("admin", check=check_of(resource_id="invoice"))


async def test_granting_roles(registry: Registry) -> None:
    """Every role that grants it is told in the member's order."""
    assert ["admin", "reader"] == await registry.granting("admin", "stranger", "reader")


@pytest.mark.parametrize("roles", [(), ("",), ("*",), ("READER",), ("reader ",), ("stranger",)])
async def test_no_granting_role(roles: tuple[str, ...], registry: Registry) -> None:
    """Who has no role that grants it is refused."""
    assert not await registry.grants(*roles)


async def test_wildcard_request(registry: Registry) -> None:
    """Asking for the wildcard takes a role that has it."""
    assert not await registry.grants("reader", check=check_of(action="*"))
    assert await registry.grants("admin", check=check_of(action="*"))


async def test_a_refusal_says_what_was_missing(registry: Registry) -> None:
    with pytest.raises(MissingRoleError, match="'write' on 'document'"):
        await registry.granting("reader", check=WRITE)
    with pytest.raises(MissingScopeError, match="'write' on 'document'"):
        await registry.scopes("read:documents", check=WRITE)


async def test_scopes_beside_roles(registry: Registry) -> None:
    """Scopes are granted by the project and never by roles."""
    registry.organizations[OURS] = [policy_role("openid", permits("document", "read"))]
    assert ["read:documents", "all:documents"] == await registry.scopes("openid", "read:documents", "all:documents")
    with pytest.raises(MissingScopeError):
        await registry.scopes("openid", "reader", "admin")
    assert [] == registry.org_fetches


async def test_merged_permissions(registry: Registry) -> None:
    """Several permissions of a role on one resource add up."""
    registry.project = project_policy(policy_role("both", permits("document", "read"), permits("document", "write")))
    assert await registry.grants("both")
    assert await registry.grants("both", check=WRITE)


async def test_a_policy_without_anything_grants_nothing(registry: Registry) -> None:
    registry.project = project_policy()
    assert not await registry.grants("reader", "admin")


async def test_drifted_policy(api: API, signer: Signer) -> None:
    """What drifted in a policy grants nothing and breaks nothing."""
    bad: Any = [
        role("stytch_member"),
        {"role_id": "stytch_member"},
        {"role_id": None},
        {},
        None,
        5,
        role("editor", {"actions": None}),
    ]
    api.policy = {"roles": [*bad, role("editor", permission("document", "read"))], "scopes": None}
    async with Client(PROJECT_ID, SECRET, transport=api) as client:
        session = await client.sessions.authenticate_jwt_local(session_jwt=signer.token(session_claims()))
        verdict = await client.rbac.authorize(member_session=session, authorization_check=READ)
        assert ["editor"] == verdict.granting_roles
