"""A source of policies, with a clock."""

import asyncio

import pytest

from stytch_b2b_async import (
    AuthorizationCheck,
    MissingRoleError,
    StytchError,
)
from stytch_b2b_async.concurrency.flow import run_async
from stytch_b2b_async.models.rbac import OrgPolicy, Permission, Policy, PolicyResource, PolicyRole, PolicyScope
from stytch_b2b_async.verify.policy_cache import PolicyCache
from support.tokens import ORGANIZATION_ID as OURS
from support.tokens import (
    Clock,
    until,
)

LIFETIME = 600


READ = AuthorizationCheck(organization_id=OURS, resource_id="document", action="read")


WRITE = AuthorizationCheck(organization_id=OURS, resource_id="document", action="write")


def permits(resource_id: str, *actions: str) -> Permission:
    return Permission(resource_id=resource_id, actions=list(actions))


def policy_role(role_id: str, *permissions: Permission) -> PolicyRole:
    return PolicyRole(role_id=role_id, description="", permissions=list(permissions))


def project_policy(*roles: PolicyRole, scopes: dict[str, Permission] | None = None) -> Policy:
    made = [PolicyScope(scope=name, description="", permissions=[one]) for name, one in (scopes or {}).items()]
    resource = PolicyResource(resource_id="document", description="", actions=["read", "write", "delete"])
    return Policy(roles=list(roles), resources=[resource], scopes=made)


class Registry:
    """What policies are fetched from, with a clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.project = project_policy(
            policy_role("reader", permits("document", "read")),
            policy_role("admin", permits("document", "*")),
            scopes={"read:documents": permits("document", "read"), "all:documents": permits("document", "*")},
        )
        self.organizations: dict[str, list[PolicyRole]] = {}
        self.failure: StytchError | None = None
        self.org_failure: StytchError | None = None
        self.gate: asyncio.Event | None = None
        self.fetches = 0
        self.org_fetches: list[str] = []
        self.policies = PolicyCache(self.fetch, self.fetch_org, LIFETIME, self.clock)

    async def fetch(self) -> Policy:
        self.fetches += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.project

    async def fetch_org(self, organization_id: str) -> OrgPolicy:
        self.org_fetches.append(organization_id)
        if self.gate is not None:
            await self.gate.wait()
        if self.org_failure is not None:
            raise self.org_failure
        return OrgPolicy(roles=self.organizations.get(organization_id, []))

    async def granting(self, *roles: str, check: AuthorizationCheck = READ, organization_id: str | None = None) -> list[str]:
        """List the roles that grant it to who has them in the organization that is asked about, or in another."""
        steps = self.policies.authorize_roles(list(roles), organization_id or check.organization_id, check)
        return (await run_async(steps)).granting_roles

    async def grants(self, *roles: str, check: AuthorizationCheck = READ) -> bool:
        try:
            return bool(await self.granting(*roles, check=check))
        except MissingRoleError:
            return False

    async def scopes(self, *scopes: str, check: AuthorizationCheck = READ) -> list[str]:
        return (await run_async(self.policies.authorize_scopes(list(scopes), OURS, check))).granting_roles

    async def idle(self) -> None:
        await until(lambda: not self.policies._project.refresh.under_way)


@pytest.fixture
def registry() -> Registry:
    return Registry()


def check_of(organization_id: str = OURS, resource_id: str = "document", action: str = "read") -> AuthorizationCheck:
    return AuthorizationCheck(organization_id=organization_id, resource_id=resource_id, action=action)
