"""Roles, resources and permissions."""

from typing import TypeAlias

from stytch_b2b_async.schema import Model, frozen


@frozen
class AuthorizationCheck(Model):
    """The question whether roles grant an action on a resource of an organization."""

    organization_id: str
    resource_id: str
    action: str


@frozen
class AuthorizationVerdict(Model):
    """The answer to an `AuthorizationCheck` that passed; one that fails is a SessionAuthorizationError."""

    authorized: bool
    granting_roles: list[str]


@frozen
class Permission(Model):
    """Actions that a role or a scope grants on a resource."""

    resource_id: str
    actions: list[str]
    """`*` by itself means all."""


PolicyRolePermission: TypeAlias = Permission
PolicyScopePermission: TypeAlias = Permission


@frozen
class PolicyRole(Model):
    """A role and its permissions. See https://stytch.com/docs/api-reference/b2b/api/rbac/role-object."""

    role_id: str
    """`stytch_member`, which every member has, and `stytch_admin` are predefined."""
    description: str
    permissions: list[Permission]


@frozen
class PolicyResource(Model):
    """A resource and its actions. See https://stytch.com/docs/api-reference/b2b/api/rbac/resource-object."""

    resource_id: str
    """Predefined ones begin with `stytch`, such as `stytch.member`."""
    description: str
    actions: list[str]
    """Actions that can be granted on it."""


@frozen
class PolicyScope(Model):
    """A scope of connected apps, and its permissions. See https://stytch.com/docs/api-reference/b2b/api/rbac/scope-object."""

    scope: str
    description: str
    permissions: list[Permission]


@frozen
class Policy(Model):
    """The project's roles, resources and scopes, which apply to every organization."""

    roles: list[PolicyRole]
    resources: list[PolicyResource]
    scopes: list[PolicyScope]


@frozen
class OrgPolicy(Model):
    """The roles that an organization defines besides the project's."""

    roles: list[PolicyRole]
